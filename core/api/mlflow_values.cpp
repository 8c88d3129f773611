// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/mlflow_values.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QUrl>
#include <cmath>

#include "core/jobs/draft_checks.h"
#include "core/readers/cell.h"

namespace trainyard {
namespace {

constexpr double exactWhole = 9'007'199'254'740'992.0;  ///< 2^53
constexpr qsizetype longestKey = 250;

QString text(const char* source) { return QCoreApplication::translate("Api", source); }

}  // namespace

std::optional<qint64> wholeIn(const QJsonValue& value) {
  bool ok = false;
  if (value.isString()) {
    const qint64 whole = value.toString().toLongLong(&ok);
    return ok ? std::optional(whole) : std::nullopt;
  }
  const double number = value.toDouble(std::nan(""));
  if (!(std::abs(number) <= 9.2e18) || (number != std::floor(number) && std::abs(number) < exactWhole)) return std::nullopt;
  return value.toInteger(qint64(number));
}

std::optional<double> numberInJson(const QJsonValue& value) {
  if (value.isDouble()) return value.toDouble();
  if (value.isString()) return numberIn(value.toString().toUtf8());
  return std::nullopt;
}

QJsonValue jsonOf(double value) {
  if (std::isfinite(value)) return value;
  return std::isnan(value) ? QStringLiteral("NaN") : value > 0 ? QStringLiteral("Infinity") : QStringLiteral("-Infinity");
}

QJsonArray pairsOf(const std::map<QString, QString>& texts) {
  QJsonArray pairs;
  for (const auto& [key, value] : texts) pairs.append(QJsonObject{{QStringLiteral("key"), key}, {QStringLiteral("value"), value}});
  return pairs;
}

Result<QJsonObject> messageOf(const HttpRequest& request) {
  if (!request.body.isEmpty()) {
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(request.body, &error);
    if (document.isObject()) return document.object();
    return fail(ErrorCode::InvalidInput, text("The body is not a JSON object: %1.").arg(error.errorString()));
  }
  QJsonObject message;
  for (const auto& item : request.query.queryItems(QUrl::FullyEncoded)) {
    const QString key = QUrl::fromPercentEncoding(item.first.toUtf8());
    const QString value = QUrl::fromPercentEncoding(QString(item.second).replace(u'+', QLatin1String("%20")).toUtf8());
    if (!message.contains(key)) {
      message.insert(key, value);
      continue;
    }
    QJsonArray all = message[key].isArray() ? message[key].toArray() : QJsonArray{message[key]};
    all.append(value);
    message.insert(key, all);
  }
  return message;
}

Error invalidValue(const char* key, const QJsonValue& value) {
  const QByteArray told = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact).sliced(1).chopped(1);
  return {ErrorCode::InvalidInput, text("Invalid value %2 for parameter '%1' supplied.").arg(QLatin1String(key), QString::fromUtf8(told.left(100))), {}};
}

Result<qint64> pageIn(const QJsonObject& message) {
  const QJsonValue token = message[QLatin1String("page_token")];
  if (token.isUndefined() || token.isNull() || token.toString(QStringLiteral("x")).isEmpty()) return 0;
  const auto from = wholeIn(token);
  return from && *from >= 0 ? Result<qint64>(*from) : tl::make_unexpected(invalidValue("page_token", token));
}

Result<QString> needed(const QJsonObject& message, const char* key) {
  const QJsonValue given = message[QLatin1String(key)];
  if (!given.isString() && !given.isUndefined() && !given.isNull()) return tl::make_unexpected(invalidValue(key, given));
  const QString value = given.toString();
  if (!value.isEmpty()) return value;
  return fail(ErrorCode::InvalidInput, text("Missing value for required parameter '%1'.").arg(QLatin1String(key)));
}

QStringList textsOf(const QJsonValue& value) {
  if (value.isString()) return {value.toString()};
  QStringList texts;
  for (const QJsonValue& one : value.toArray()) texts << one.toString();
  return texts;
}

Result<void> checkKey(const QString& key) {
  if (!key.isEmpty() && key.size() <= longestKey && !hasControl(key)) return {};
  return fail(ErrorCode::InvalidInput, text("“%1” is no name: 1 to %2 characters without control characters.").arg(key.left(longestKey)).arg(longestKey));
}

}  // namespace trainyard
