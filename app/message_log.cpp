// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/message_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <QDateTime>
#include <QFile>
#include <cstdio>

namespace trainyard {
namespace {

constexpr qint64 largestLog = 1'000'000;
int logDescriptor = -1;  // written by the handler from any thread: one write() a line keeps lines whole

void handle(QtMsgType type, const QMessageLogContext& context, const QString& text) {
  const QByteArray line = qFormatLogMessage(type, context, text).toUtf8() + '\n';
  if (type != QtDebugMsg && type != QtInfoMsg) fputs(line.constData(), stderr);
  if (logDescriptor < 0) return;
  const QByteArray stamped = QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs).toUtf8() + ' ' + line;
  [[maybe_unused]] const ssize_t kept = ::write(logDescriptor, stamped.constData(), size_t(stamped.size()));  // disk full: stderr has it
}

}  // namespace

void installMessageLog(const QString& dataDir) {
  const QString path = dataDir + QStringLiteral("/trainyard.log");
  if (QFile::exists(path) && QFile(path).size() > largestLog) {
    QFile::remove(path + QStringLiteral(".1"));
    QFile::rename(path, path + QStringLiteral(".1"));
  }
  logDescriptor = ::open(QFile::encodeName(path).constData(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  qSetMessagePattern(QStringLiteral("trainyard: %{message}"));
  qInstallMessageHandler(handle);
}

}  // namespace trainyard
