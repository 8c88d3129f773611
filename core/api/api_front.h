// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QHash>
#include <QTcpServer>

#include "core/api/api_routes.h"
#include "core/api/http_connection.h"

namespace trainyard {

struct ApiLimits {
  HttpLimits http;
  HttpTimes times;
  int connections = 256;
  int callsPerSecond = 20'000;  ///< of all clients together; so many at once as well
};

/// The part of ApiServer that lives in the thread of the API: sockets and their times, HTTP, who may call, and reading what was sent. What is
/// then to be done is handed over.
class ApiFront final : public QObject {
  Q_OBJECT
 public:
  static constexpr int portsTried = 20;
  using WantsFile = std::function<bool(const HttpRequest& request)>;
  /// Gets what a request is to be answered with, and a way to answer it from there.
  using HandOver = std::function<void(ApiRoutes::Task task)>;
  /// Makes of a way to answer in this thread one for the thread in which tasks are done.
  using Bridge = std::function<HttpReply(HttpReply reply)>;

  /// `routes` do not change while it listens.
  ApiFront(const QString& dataDir, const ApiLimits& limits, const ApiRoutes& routes);

  void setHandOver(HandOver handOver, Bridge bridge);
  void setFileBodies(WantsFile wanted) { m_wantsFile = std::move(wanted); }
  void setTrustedUser(uint user) { m_user = user; }
  /// The port, or the next free one; 0 = any. The port that it got; 0 when none of them is free.
  [[nodiscard]] quint16 listen(quint16 port, const QByteArray& token);
  void close();

 private:
  [[nodiscard]] bool listenBoth(quint16 port);
  void take(QTcpServer& server);
  void handle(const HttpConnection& connection, const HttpRequest& request, const HttpReply& reply);
  [[nodiscard]] bool isOurs(const QByteArray& authority) const;
  [[nodiscard]] QString whyForeign(const HttpRequest& request) const;
  [[nodiscard]] bool mayChange(const QTcpSocket& socket, const HttpRequest& request);
  [[nodiscard]] std::optional<uint> ownerOf(const QTcpSocket& socket);
  [[nodiscard]] bool takeTurn();

  QString m_dataDir;
  ApiLimits m_limits;
  const ApiRoutes& m_routes;
  HandOver m_handOver;
  Bridge m_bridge;
  WantsFile m_wantsFile;
  QTcpServer m_four{this}, m_six{this};
  QByteArray m_token;
  uint m_user;
  QHash<const QTcpSocket*, uint> m_owners;  ///< of the other ends that have asked for it; a connection keeps the one that it has
  QElapsedTimer m_since;
  double m_turns;
};

/// The request as it would have come to the server's own address; `run` is set when it came to that of a program.
[[nodiscard]] HttpRequest withoutRun(const HttpRequest& request);
/// The refusal of a path in its own form: {"error"}, or {"error_code", "message"} below MLflow's paths.
[[nodiscard]] HttpResponse refusalFor(const QString& path, int status, const QString& sentence);

}  // namespace trainyard
