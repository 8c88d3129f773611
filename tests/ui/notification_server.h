// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QVariantMap>
#include <vector>

namespace trainyard::test {

/// Stands in for the desktop's server of notifications.
class StandInServer final : public QObject {
  Q_OBJECT
  Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
 public:
  struct Call {
    uint replaces;
    QString title;
    QString body;
    QVariantMap hints;
  };
  std::vector<Call> calls;

 public Q_SLOTS:
  uint Notify(const QString&, uint replaces, const QString&, const QString& title, const QString& body, const QStringList&,
              const QVariantMap& hints, int) {
    calls.push_back({replaces, title, body, hints});
    return replaces != 0 ? replaces : uint(40 + calls.size());
  }

 Q_SIGNALS:
  void ActionInvoked(uint id, const QString& action);
  void NotificationClosed(uint id, uint reason);
};

}  // namespace trainyard::test
