// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/api_token.h"

#include <QCoreApplication>
#include <QFile>
#include <QRandomGenerator>

namespace trainyard {
namespace {

constexpr QFileDevice::Permissions ownersOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
constexpr QFileDevice::Permissions others = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ReadOther | QFileDevice::WriteOther;
constexpr qsizetype tokenLength = 64;  ///< hexadecimal digits

QByteArray newToken() {
  quint32 words[tokenLength / 8];
  QRandomGenerator::system()->fillRange(words);
  return QByteArray(reinterpret_cast<const char*>(words), sizeof words).toHex();
}

}  // namespace

Result<QByteArray> apiToken(const QString& dataDir) {
  const QString path = dataDir + QStringLiteral("/api_token");
  if (QFile file(path); file.open(QIODevice::ReadOnly) && !(file.permissions() & others)) {
    const QByteArray token = file.read(tokenLength + 1).trimmed();
    if (token.size() == tokenLength) return token;
  }
  QFile::remove(path);
  QFile file(path);
  if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, ownersOnly))
    return fail(ErrorCode::StorageOpen, QCoreApplication::translate("Api", "%1 could not be made.").arg(path), file.errorString());
  const QByteArray token = newToken();
  if (file.write(token + '\n') != tokenLength + 1 || !file.flush())
    return fail(ErrorCode::StorageWrite, QCoreApplication::translate("Api", "%1 could not be written.").arg(path), file.errorString());
  return token;
}

bool isSameSecret(const QByteArray& one, const QByteArray& other) {
  if (one.size() != other.size()) return false;
  int difference = 0;
  for (qsizetype i = 0; i < one.size(); ++i) difference |= one[i] ^ other[i];
  return difference == 0;
}

}  // namespace trainyard
