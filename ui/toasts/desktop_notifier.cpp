// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/toasts/desktop_notifier.h"

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

namespace trainyard {
namespace {

const QString service = QStringLiteral("org.freedesktop.Notifications");
const QString objectPath = QStringLiteral("/org/freedesktop/Notifications");
const QString defaultAction = QStringLiteral("default");  ///< what a click on the notification itself is called
constexpr uchar normalUrgency = 1;
constexpr uchar criticalUrgency = 2;
constexpr int serverDecides = -1;

}  // namespace

DesktopNotifier::DesktopNotifier(Bus bus, QObject* parent) : QObject(parent), m_connect(std::move(bus)) {}

QDBusConnection& DesktopNotifier::bus() {
  if (m_bus) return *m_bus;
  m_bus = m_connect();
  if (m_bus->isConnected()) {  // QtDBus has connections to remote signals by name only
    m_bus->connect(service, objectPath, service, QStringLiteral("ActionInvoked"), this, SLOT(takeAction(uint,QString)));
    m_bus->connect(service, objectPath, service, QStringLiteral("NotificationClosed"), this, SLOT(takeClosed(uint,uint)));
  }
  return *m_bus;
}

void DesktopNotifier::notify(qint64 topic, const QString& title, const QString& detail, bool urgent) {
  if (!bus().isConnected()) return;
  QDBusMessage call = QDBusMessage::createMethodCall(service, objectPath, service, QStringLiteral("Notify"));
  const QVariantMap hints{{QStringLiteral("urgency"), QVariant::fromValue(urgent ? criticalUrgency : normalUrgency)},
                          {QStringLiteral("desktop-entry"), QStringLiteral("trainyard")}};
  call.setArguments({QStringLiteral("Trainyard"), m_shown.value(topic, 0U), QStringLiteral("trainyard"), title,
                     detail.toHtmlEscaped(),  // the body may hold markup, the summary may not
                     QStringList{defaultAction, tr("View")}, hints, serverDecides});
  auto* answer = new QDBusPendingCallWatcher(bus().asyncCall(call), this);
  connect(answer, &QDBusPendingCallWatcher::finished, this, [this, topic, answer] { takeAnswer(topic, *answer); });
}

void DesktopNotifier::takeAnswer(qint64 topic, QDBusPendingCallWatcher& answer) {
  const QDBusPendingReply<uint> reply = answer;
  if (reply.isError())
    qInfo("no desktop notification: %s", qUtf8Printable(reply.error().message()));
  else
    m_shown.insert(topic, reply.value());
  answer.deleteLater();
}

void DesktopNotifier::takeAction(uint id, const QString& action) {
  const auto topic = m_shown.key(id, -1);
  if (topic >= 0 && action == defaultAction) Q_EMIT activated(topic);
}

void DesktopNotifier::takeClosed(uint id, uint) {
  for (auto shown = m_shown.begin(); shown != m_shown.end();) shown = shown.value() == id ? m_shown.erase(shown) : std::next(shown);
}

}  // namespace trainyard
