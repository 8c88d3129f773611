// SPDX-License-Identifier: GPL-3.0-or-later
// The local API's switch, in the window and with a server that listens.
#include <QAbstractButton>
#include <QApplication>
#include <QClipboard>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QTcpServer>
#include <QTcpSocket>

#include "tests/support/message_guard.h"
#include "tests/support/ui_fixture.h"
#include "ui/api/api_card.h"
#include "ui/main_window.h"
#include "ui/toasts/toast_card.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

quint16 freePort() {
  QTcpServer probe;
  REQUIRE(probe.listen(QHostAddress::LocalHost));
  return probe.serverPort();
}

bool answers(quint16 port) {
  QTcpSocket socket;
  socket.connectToHost(QHostAddress::LocalHost, port);
  return socket.waitForConnected(1'000);
}

struct House : UiYard {
  TroubleResponder troubles{jobs, clock};
  MainWindow window{{theme, actions, jobs, queue, troubles, importer, api, store, history, clock, settings, dir.path(), [] { return qint64(0); }}};
  const quint16 port = freePort();

  House() {
    settings.setApiPort(port);
    window.resize(1280, 800);
    window.show();
    window.activateWindow();
    REQUIRE(QTest::qWaitForWindowActive(&window));
  }
  template <typename T>
  T* child(const char* name) {
    T* found = window.findChild<T*>(QLatin1String(name));
    REQUIRE(found != nullptr);
    return found;
  }
  void openCard() { actions.action(ActionId::LocalApi).trigger(); }
  void press(Qt::Key key) { QTest::keyClick(window.focusWidget(), key); }
  QString text(const char* name) { return child<QLabel>(name)->text(); }
  QStringList toasts() {
    QStringList all;
    for (const ToastCard* toast : window.findChildren<ToastCard*>()) all << toast->accessibleName() + u' ' + toast->accessibleDescription();
    return all;
  }
};

}  // namespace

TEST_CASE("the local API is switched on and off by the keyboard, and kept", "[api-card]") {
  House house;
  CHECK(house.window.findChild<QWidget*>(QStringLiteral("statusApi")) == nullptr);
  house.openCard();
  CHECK(house.text("apiState") == QStringLiteral("Off"));
  CHECK_FALSE(house.child<QLabel>("apiAddress")->isVisible());
  CHECK_FALSE(house.settings.apiOn());
  house.press(Qt::Key_Space);
  CHECK(house.api.port() == house.port);
  CHECK(answers(house.port));
  CHECK(house.settings.apiOn());
  CHECK(house.text("apiState") == QStringLiteral("On"));
  CHECK(house.text("apiAddress") == QStringLiteral("http://127.0.0.1:%1").arg(house.port));
  CHECK(house.child<QWidget>("statusApi")->isVisible());
  house.press(Qt::Key_Space);
  CHECK_FALSE(house.api.isOn());
  CHECK_FALSE(answers(house.port));
  CHECK_FALSE(house.settings.apiOn());
  CHECK_FALSE(house.child<QWidget>("statusApi")->isVisible());
  house.press(Qt::Key_Escape);
  CHECK_FALSE(house.child<QWidget>("apiCard")->isVisible());
}

TEST_CASE("what a script needs is copied, and the token only seen when it is asked for", "[api-card]") {
  House house;
  house.openCard();
  house.press(Qt::Key_Space);
  const auto copied = [&](const char* button) {
    house.child<QAbstractButton>(button)->click();
    return QGuiApplication::clipboard()->text();
  };
  const QString address = house.api.address();
  CHECK(copied("apiAddressCopy") == address);
  CHECK(copied("apiScriptCopy") == QStringLiteral("import mlflow\nmlflow.set_tracking_uri(\"%1\")").arg(address));
  CHECK(copied("apiShellCopy") == QStringLiteral("export MLFLOW_TRACKING_URI=%1").arg(address));
  QFile kept(house.api.tokenPath());
  REQUIRE(kept.open(QIODevice::ReadOnly));
  const QString token = QString::fromLatin1(kept.readAll().trimmed());
  CHECK_FALSE(house.text("apiToken").contains(token));
  CHECK(copied("apiTokenCopy") == token);
  house.child<QAbstractButton>("apiTokenShow")->click();
  CHECK(house.text("apiToken") == token);
  house.child<QAbstractButton>("apiTokenShow")->click();
  CHECK_FALSE(house.text("apiToken").contains(token));
}

TEST_CASE("a port that is taken gives way to the next one, which is told", "[api-card]") {
  House house;
  QTcpServer other;
  REQUIRE(other.listen(QHostAddress::LocalHost, house.port));
  house.openCard();
  house.press(Qt::Key_Space);
  REQUIRE(house.api.isOn());
  CHECK(house.api.port() > house.port);
  CHECK(house.text("apiPortMessage").contains(QString::number(house.api.port())));
  CHECK(house.toasts().join(u' ').contains(QString::number(house.api.port())));
  CHECK(house.settings.apiPort() == house.port);  // what is wished stays
}

TEST_CASE("where no token can be kept the API stays off and says why", "[api-card]") {
  House house;
  REQUIRE(QDir().mkpath(house.api.tokenPath() + QStringLiteral("/in the way")));
  house.openCard();
  house.press(Qt::Key_Space);
  CHECK_FALSE(house.api.isOn());
  CHECK(house.text("apiState") == QStringLiteral("Off"));
  CHECK_FALSE(house.child<QAbstractButton>("apiSwitch")->isChecked());
  CHECK_FALSE(house.settings.apiOn());
  CHECK(house.toasts().join(u' ').contains(QStringLiteral("api_token")));
}

TEST_CASE("another port is used at once, a wrong one never", "[api-card]") {
  House house;
  house.openCard();
  house.press(Qt::Key_Space);
  auto* field = house.child<QLineEdit>("apiPort");
  const quint16 other = freePort();
  field->setFocus();
  for (const char* wrong : {"", "80", "65536", "http"}) {
    field->setText(QString::fromLatin1(wrong));
    house.press(Qt::Key_Return);
    CAPTURE(wrong);
    CHECK(house.text("apiPortMessage").startsWith(QStringLiteral("A whole number")));
    CHECK(house.api.port() == house.port);
    CHECK(house.settings.apiPort() == house.port);
  }
  field->setText(QString::number(other));
  house.press(Qt::Key_Return);
  CHECK(house.api.port() == other);
  CHECK(house.settings.apiPort() == other);
  CHECK_FALSE(answers(house.port));
  CHECK(answers(other));
}

TEST_CASE("a client that dies is told as stalled, then its job is lost, in words", "[api-card]") {
  const ExpectMessage told(QStringLiteral("No new value"));
  House house;
  JobSettings settings;
  settings.source = JobSource::Mlflow;
  settings.name = QStringLiteral("their run");
  settings.imported = {QStringLiteral("mlflow-api"), {}, QStringLiteral("0123")};
  const auto job = house.jobs.import(settings);
  REQUIRE(job);
  house.store.commit();
  for (qint64 step = 1; step <= 30; ++step) {
    std::ignore = house.mlflow.take({*job, {{QStringLiteral("loss"), {{step, house.clock.now, 1.0}}}}, {step, 0, 0.0}});
    house.store.commit();
    house.clock.now += 1'000;
  }
  house.troubles.lookForStalled();
  CHECK_FALSE(house.toasts().join(u' ').contains(QStringLiteral("No new value")));
  house.clock.now += 200'000;
  house.troubles.lookForStalled();
  CHECK(house.toasts().join(u' ').contains(QStringLiteral("No new value")));
  CHECK(house.jobs.job(*job)->status == JobStatus::Running);
  house.clock.now += MlflowRunner::silentMs;
  house.mlflow.lookForSilent();
  house.store.commit();
  CHECK(house.jobs.job(*job)->status == JobStatus::Failed);
  const QString reason = QStringLiteral("its client stopped reporting");
  CHECK(house.toasts().join(u' ').contains(reason));
  auto* list = house.child<QListView>("jobList");
  list->setCurrentIndex(list->model()->index(0, 0));
  const auto labels = house.window.findChildren<QLabel*>();
  CHECK(std::any_of(labels.begin(), labels.end(), [&reason](const QLabel* label) { return label->isVisible() && label->text().contains(reason); }));
}
