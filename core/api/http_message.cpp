// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/http_message.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QLocale>
#include <QUrl>

namespace trainyard {

QByteArray HttpRequest::header(QByteArrayView name) const {
  for (const HttpHeader& field : headers)
    if (field.name == name) return field.value;
  return {};
}

QString HttpRequest::argument(const QString& key) const {
  const QString raw = query.queryItemValue(key, QUrl::FullyEncoded).replace(u'+', QLatin1String("%20"));
  return QUrl::fromPercentEncoding(raw.toUtf8());
}

HttpResponse jsonResponse(const QJsonObject& object, int status) {
  return {status, QJsonDocument(object).toJson(QJsonDocument::Compact)};
}

HttpResponse errorResponse(int status, const QString& sentence) {
  return jsonResponse({{QStringLiteral("error"), sentence}}, status);
}

QByteArray reasonOf(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 417: return "Expectation Failed";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return {};
  }
}

QByteArray headOf(const HttpResponse& response, qint64 length, bool keepAlive) {
  const QString date = QLocale::c().toString(QDateTime::currentDateTimeUtc(), QStringLiteral("ddd, dd MMM yyyy HH:mm:ss 'GMT'"));
  QByteArray head = "HTTP/1.1 " + QByteArray::number(response.status) + ' ' + reasonOf(response.status) + "\r\nDate: " + date.toLatin1() + "\r\n";
  // Nothing that is answered is for another page or program to guess at or to keep.
  head += "X-Content-Type-Options: nosniff\r\nCache-Control: no-cache\r\n";
  if (response.status != 304) head += "Content-Type: " + response.contentType + "\r\nContent-Length: " + QByteArray::number(length) + "\r\n";
  for (const HttpHeader& field : response.headers) head += field.name + ": " + field.value + "\r\n";
  return head + (keepAlive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
}

}  // namespace trainyard
