// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/toasts/desktop_notifier.h"

#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>
#include <catch2/catch.hpp>

#include "tests/ui/notification_server.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

/// A bus of this test alone.
struct PrivateBus {
  QProcess daemon;
  QString address;

  bool start() {
    if (QStandardPaths::findExecutable(QStringLiteral("dbus-daemon")).isEmpty()) return false;
    daemon.start(QStringLiteral("dbus-daemon"), {QStringLiteral("--session"), QStringLiteral("--nofork"), QStringLiteral("--print-address")});
    if (!daemon.waitForStarted() || !daemon.waitForReadyRead()) return false;
    address = QString::fromLatin1(daemon.readLine().trimmed());
    return !address.isEmpty();
  }
  ~PrivateBus() {
    daemon.terminate();
    daemon.waitForFinished();
  }
};

}  // namespace

TEST_CASE("a desktop notification is sent, replaced, escaped, and its click comes back", "[toasts][dbus]") {
  PrivateBus daemon;
  if (!daemon.start()) {
    WARN("no dbus-daemon here: not tested");
    return;
  }
  QDBusConnection server = QDBusConnection::connectToBus(daemon.address, QStringLiteral("server"));
  StandInServer standIn;
  REQUIRE(server.registerObject(QStringLiteral("/org/freedesktop/Notifications"), &standIn,
                                QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals));
  REQUIRE(server.registerService(QStringLiteral("org.freedesktop.Notifications")));
  {
    DesktopNotifier notifier([&] { return QDBusConnection::connectToBus(daemon.address, QStringLiteral("client")); });
    QSignalSpy activated(&notifier, &DesktopNotifier::activated);
    notifier.notify(7, QStringLiteral("“vit” failed"), QStringLiteral("loss < 0 & <b>NaN</b>"), true);
    REQUIRE(QTest::qWaitFor([&] { return standIn.calls.size() == 1; }));
    CHECK(standIn.calls[0].title == QStringLiteral("“vit” failed"));
    CHECK(standIn.calls[0].body == QStringLiteral("loss &lt; 0 &amp; &lt;b&gt;NaN&lt;/b&gt;"));
    CHECK(standIn.calls[0].hints.value(QStringLiteral("urgency")).value<uchar>() == 2);
    CHECK(standIn.calls[0].hints.value(QStringLiteral("desktop-entry")).toString() == QStringLiteral("trainyard"));
    QTest::qWait(0);
    REQUIRE(QTest::qWaitFor([&] {
      notifier.notify(7, QStringLiteral("again"), {}, false);
      return standIn.calls.back().replaces == 41;
    }));
    Q_EMIT standIn.ActionInvoked(41, QStringLiteral("default"));
    REQUIRE(QTest::qWaitFor([&] { return activated.size() == 1; }));
    CHECK(activated[0][0].toLongLong() == 7);
  }
  QDBusConnection::disconnectFromBus(QStringLiteral("client"));
  QDBusConnection::disconnectFromBus(QStringLiteral("server"));
}

TEST_CASE("without a bus a notification costs nothing and warns of nothing", "[toasts][dbus]") {
  DesktopNotifier notifier([] { return QDBusConnection(QStringLiteral("no such connection")); });
  notifier.notify(1, QStringLiteral("title"), {}, true);
}
