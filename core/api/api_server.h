// SPDX-License-Identifier: GPL-3.0-or-later
// The local API: HTTP on the loopback interface, for programs of this machine. Handlers live in the thread of JobService; sockets, HTTP and
// the reading of what was sent in one of their own.
#pragma once

#include <QThread>

#include "core/api/api_front.h"
#include "core/base/error.h"

namespace trainyard {

/// Listens on 127.0.0.1 and ::1 only. A request must name this server as its Host, and as its Origin where it has one, so that no page
/// in a browser gets through, whatever its name resolves to. What changes something needs the token, unless a process of the same
/// user asks. Requests, headers, bodies, connections and times are bounded.
class ApiServer final : public QObject {
  Q_OBJECT
 public:
  static constexpr quint16 usualPort = 5151;
  static constexpr int portsTried = ApiFront::portsTried;

  explicit ApiServer(const QString& dataDir, const ApiLimits& limits = {}, QObject* parent = nullptr);
  ~ApiServer() override;

  /// To be added to before it listens.
  [[nodiscard]] ApiRoutes& routes() { return m_routes; }
  /// Bodies of these requests go into files. Asked in the thread of the API.
  void setFileBodies(ApiFront::WantsFile wanted);
  /// The port, or the next free one of `portsTried`; 0 = any. InUse when none is free; StorageOpen when there can be no token.
  [[nodiscard]] Result<quint16> listen(quint16 port = usualPort);
  void close();
  [[nodiscard]] bool isListening() const { return m_port != 0; }
  /// "http://127.0.0.1:5151"; empty while it does not listen.
  [[nodiscard]] QString address() const;
  [[nodiscard]] QByteArray token() const { return m_token; }
  /// For tests: the user whose processes need no token; this process's unless set.
  void setTrustedUser(uint user);

 private:
  /// Does it in the thread of the API, and returns when it is done; nothing there ever waits for this thread.
  void inFront(const std::function<void()>& what);

  QString m_dataDir;
  ApiRoutes m_routes;
  QThread m_thread;
  ApiFront* m_front;
  QByteArray m_token;
  quint16 m_port = 0;
};

}  // namespace trainyard
