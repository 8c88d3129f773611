// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QLocalServer>
#include <QLockFile>
#include <QObject>
#include <functional>

#include "core/base/error.h"

namespace trainyard {

/// One process owns a data directory; others ask it. The lock names the owner's process, so that a lock left by a killed
/// one is seen to be stale. Requests and replies are one line of JSON each over a local socket in the data directory:
/// {"do": "activate"} | {"do": "create", "draft": {...}} | {"do": "start" | "stop" | "remove" | "status", "id": N} | {"do": "queue", "on": true, "slots": N}
/// | {"do": "import", "paths": [...], "watch": true} | {"do": "serve", "port": N}
/// answered by {"ok": true, ...} or {"ok": false, "code": N, "message": "..."}.
class Instance final : public QObject {
  Q_OBJECT
 public:
  using Reply = std::function<void(const QJsonObject& reply)>;
  /// Calls `reply` once, now or later.
  using Handler = std::function<void(const QJsonObject& request, const Reply& reply)>;

  explicit Instance(const QString& dataDir, QObject* parent = nullptr);
  ~Instance() override;

  /// Becomes the owner; InUse when another living process is, and still is after `patienceMs`.
  [[nodiscard]] Result<void> acquire(int patienceMs = 0);
  /// Whether the owner listens: a window does, a command that works for a moment does not.
  [[nodiscard]] bool ownerListens() const;
  /// For a command: true when it owns the directory now, false when the owner listens and is to be asked. Waits for the turn of
  /// another command at most ten seconds.
  [[nodiscard]] Result<bool> acquireOrAsk();
  /// Listens for others. Only for the owner.
  [[nodiscard]] Result<void> serve(Handler handler);
  /// Asks the owner; waits at most so long, and ten seconds while it is still opening its database. For processes without a window.
  [[nodiscard]] Result<QJsonObject> ask(const QJsonObject& request, int patienceMs = usualPatienceMs) const;
  static constexpr int usualPatienceMs = 5'000;

 private:
  void answer(QLocalSocket* socket);
  [[nodiscard]] Result<QJsonObject> askOnce(const QJsonObject& request, int patienceMs) const;

  QString m_dataDir;
  QLockFile m_lock;
  QLocalServer m_server;
  Handler m_handler;
};

/// The reply that stands for an error, and back.
[[nodiscard]] QJsonObject replyFor(const Error& error);
[[nodiscard]] Error errorIn(const QJsonObject& reply);

}  // namespace trainyard
