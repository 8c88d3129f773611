// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusConnection>
#include <QHash>
#include <QObject>
#include <functional>
#include <optional>

class QDBusPendingCallWatcher;

namespace trainyard {

/// Notifications of the desktop, by org.freedesktop.Notifications (Desktop Notifications Specification 1.2). Where no bus or
/// no server is, nothing happens: the toasts in the window tell the same.
class DesktopNotifier final : public QObject {
  Q_OBJECT
 public:
  using Bus = std::function<QDBusConnection()>;
  /// `bus` is asked for at the first notification: to connect takes a moment that a window that starts does not have.
  explicit DesktopNotifier(Bus bus, QObject* parent = nullptr);

  /// Replaces the notification of the same `topic`. `urgent`: stays until it is seen.
  void notify(qint64 topic, const QString& title, const QString& detail, bool urgent);

 Q_SIGNALS:
  /// The user has clicked the notification.
  void activated(qint64 topic);

 private Q_SLOTS:
  void takeAction(uint id, const QString& action);
  void takeClosed(uint id, uint reason);

 private:
  QDBusConnection& bus();
  void takeAnswer(qint64 topic, QDBusPendingCallWatcher& answer);
  Bus m_connect;
  std::optional<QDBusConnection> m_bus;
  QHash<qint64, uint> m_shown;  ///< topic -> the server's number
};

}  // namespace trainyard
