// SPDX-License-Identifier: GPL-3.0-or-later
// The local API: HTTP on the loopback interface, for programs of this machine. Everything lives in the thread of JobService.
#pragma once

#include <QElapsedTimer>
#include <QTcpServer>

#include "core/api/api_routes.h"
#include "core/api/http_connection.h"
#include "core/base/error.h"

namespace trainyard {

struct ApiLimits {
  HttpLimits http;
  HttpTimes times;
  int connections = 256;
  int callsPerSecond = 20'000;  ///< of all clients together; so many at once as well
};

/// Listens on 127.0.0.1 and ::1 only. A request must name this server as its Host, and as its Origin where it has one, so that no page
/// in a browser gets through, whatever its name resolves to. What changes something needs the token, unless a process of the same
/// user asks. Requests, headers, bodies, connections and times are bounded.
class ApiServer final : public QObject {
  Q_OBJECT
 public:
  static constexpr quint16 usualPort = 5151;
  static constexpr int portsTried = 20;

  explicit ApiServer(const QString& dataDir, const ApiLimits& limits = {}, QObject* parent = nullptr);
  ~ApiServer() override;

  [[nodiscard]] ApiRoutes& routes() { return m_routes; }
  /// Bodies of these requests go into files.
  void setFileBodies(std::function<bool(const HttpRequest& request)> wanted) { m_wantsFile = std::move(wanted); }
  /// The port, or the next free one of `portsTried`; 0 = any. InUse when none is free; StorageOpen when there can be no token.
  [[nodiscard]] Result<quint16> listen(quint16 port = usualPort);
  void close();
  [[nodiscard]] bool isListening() const { return m_four.isListening(); }
  /// "http://127.0.0.1:5151"; empty while it does not listen.
  [[nodiscard]] QString address() const;
  [[nodiscard]] QByteArray token() const { return m_token; }
  /// For tests: the user whose processes need no token; this process's unless set.
  void setTrustedUser(uint user) { m_user = user; }

 private:
  [[nodiscard]] bool listenBoth(quint16 port);
  void take(QTcpServer& server);
  void handle(const QTcpSocket& socket, const HttpRequest& request, const HttpReply& reply);
  [[nodiscard]] bool isOurs(const QByteArray& authority) const;
  [[nodiscard]] QString whyForeign(const HttpRequest& request) const;
  [[nodiscard]] bool mayChange(const QTcpSocket& socket, const HttpRequest& request) const;
  [[nodiscard]] bool takeTurn();

  QString m_dataDir;
  ApiLimits m_limits;
  ApiRoutes m_routes;
  std::function<bool(const HttpRequest&)> m_wantsFile;
  QTcpServer m_four, m_six;
  QByteArray m_token;
  uint m_user;
  QElapsedTimer m_since;
  double m_turns;
};

/// The refusal of a path in its own form: {"error"}, or {"error_code", "message"} below MLflow's paths.
[[nodiscard]] HttpResponse refusalFor(const QString& path, int status, const QString& sentence);

}  // namespace trainyard
