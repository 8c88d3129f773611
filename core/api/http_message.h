// SPDX-License-Identifier: GPL-3.0-or-later
// What goes over the wire of the local API: HTTP/1.1 (RFC 9110, RFC 9112), as much of it as a small strict server needs.
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QTemporaryFile>
#include <QUrlQuery>
#include <functional>
#include <memory>

namespace trainyard {

struct HttpHeader {
  QByteArray name;  ///< of a request in lower case
  QByteArray value;
};

struct HttpRequest {
  QByteArray method;
  QString path;       ///< decoded, begins with "/"
  QString run = {};   ///< the command job's run (runName) whose program was told the address that was called
  QUrlQuery query;
  QList<HttpHeader> headers;
  QByteArray body;
  std::shared_ptr<QTemporaryFile> file;  ///< instead of `body`, where the body may be large
  bool keepAlive = true;

  /// The first field of that name (in lower case); null when there is none.
  [[nodiscard]] QByteArray header(QByteArrayView name) const;
  /// The decoded value of a member of the query, "+" for a space; empty when there is none.
  [[nodiscard]] QString argument(const QString& key) const;
};

struct HttpResponse {
  int status = 200;
  QByteArray body = {};
  QByteArray contentType = "application/json";
  QList<HttpHeader> headers = {};
  QString filePath = {};  ///< instead of `body`: the file is sent as it is then
  std::function<HttpResponse()> made = {};  ///< instead of all: what takes long is made in the thread of the API

  [[nodiscard]] static HttpResponse madeBy(std::function<HttpResponse()> make) { return {200, {}, {}, {}, {}, std::move(make)}; }
};

/// Called once, now or later; by a handler in the thread of JobService.
using HttpReply = std::function<void(const HttpResponse& response)>;

[[nodiscard]] HttpResponse jsonResponse(const QJsonObject& object, int status = 200);
/// {"error": sentence}
[[nodiscard]] HttpResponse errorResponse(int status, const QString& sentence);
/// "Not Found"; empty for a status that the server never sends.
[[nodiscard]] QByteArray reasonOf(int status);
/// The status line and the header fields, Content-Length and Date among them, up to the empty line.
[[nodiscard]] QByteArray headOf(const HttpResponse& response, qint64 length, bool keepAlive);

}  // namespace trainyard
