// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/new_job/new_job_dialog.h"

#include <QAbstractButton>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>

#include "tests/support/ui_fixture.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

struct Desk : UiYard {
  QWidget window;
  QLineEdit behind{&window};
  NewJobDialog dialog{theme, settings, &window};
  QSignalSpy submitted{&dialog, &NewJobDialog::submitted};

  Desk() {
    window.resize(1000, 800);
    window.show();
    window.activateWindow();
    REQUIRE(QTest::qWaitForWindowActive(&window));
    behind.setFocus();
    dialog.openFresh();
  }
  QLineEdit* field(const char* name) { return window.findChild<QLineEdit*>(QLatin1String(name)); }
  QString message(const char* name) {
    const auto* label = window.findChild<QLabel*>(QLatin1String(name) + QStringLiteral("Message"));
    return label->isVisible() ? label->text() : QString();
  }
  QAbstractButton* button(const char* name) { return window.findChild<QAbstractButton*>(QLatin1String(name)); }
  void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) { QTest::keyClick(window.focusWidget(), key, modifiers); }
};

}  // namespace

TEST_CASE("a name and Enter are enough", "[dialog]") {
  Desk desk;
  CHECK(desk.field("name")->hasFocus());
  CHECK(desk.message("epochs") == QString());  // nothing was touched, nothing is complained of
  QTest::keyClicks(desk.field("name"), QStringLiteral("my run"));
  CHECK(desk.message("epochs") == QStringLiteral("30 × 100 = 3,000 steps"));
  desk.key(Qt::Key_Return);
  REQUIRE(desk.submitted.size() == 1);
  const auto settings = desk.submitted[0][0].value<JobSettings>();
  CHECK(settings.name == QStringLiteral("my run"));
  CHECK(settings.epochs == 30);
  CHECK(desk.submitted[0][1].toBool());
  CHECK_FALSE(desk.dialog.isOpen());
  CHECK(desk.behind.hasFocus());
}

TEST_CASE("what is wrong is said below its field, and nothing is submitted", "[dialog]") {
  struct Wrong {
    const char* field;
    const char* text;
    const char* message;
  };
  const Wrong wrongs[] = {{"learningRate", "-0.01", "Must be greater than 0"},
                          {"learningRate", "nan", "Must be a number such as 3e-4 or 0.1"},
                          {"epochs", "0", "Must be at least 1"},
                          {"epochs", "abc", "Must be a whole number"},
                          {"epochs", "1099511627776", "At most 1,000,000"},
                          {"batchSize", "0", "Must be at least 1"},
                          {"seed", "-1", "Must be at least 0"},
                          {"stepsPerEpoch", "1.5", "Must be a whole number"},
                          {"name", "  ", "Give the job a name"}};
  for (const Wrong& wrong : wrongs) {
    Desk desk;
    desk.field("name")->setText(QStringLiteral("x"));
    desk.field(wrong.field)->setText(QLatin1String(wrong.text));
    INFO(wrong.field << " " << wrong.text);
    CHECK(desk.message(wrong.field) == QLatin1String(wrong.message));
    CHECK(desk.window.findChild<QLabel*>(QStringLiteral("attention"))->text() == QStringLiteral("1 field needs attention"));
    CHECK_FALSE(desk.button("addButton")->isEnabled());
    desk.key(Qt::Key_Return);
    CHECK(desk.submitted.isEmpty());
    CHECK(desk.dialog.isOpen());
  }
}

TEST_CASE("Enter without a name says so and goes there", "[dialog]") {
  Desk desk;
  desk.field("epochs")->setFocus();
  desk.key(Qt::Key_Return);
  CHECK(desk.submitted.isEmpty());
  CHECK(desk.message("name") == QStringLiteral("Give the job a name"));
  CHECK(desk.field("name")->hasFocus());
}

TEST_CASE("the focus stays inside, Escape cancels", "[dialog]") {
  Desk desk;
  for (int i = 0; i < 30; ++i) {
    desk.key(Qt::Key_Tab);
    CHECK(desk.dialog.isAncestorOf(desk.window.focusWidget()));
  }
  desk.key(Qt::Key_Escape);
  CHECK_FALSE(desk.dialog.isOpen());
  CHECK(desk.submitted.isEmpty());
}

TEST_CASE("a command has its own fields, and the last values are remembered", "[dialog]") {
  Desk desk;
  desk.field("name")->setText(QStringLiteral("mnist"));
  desk.button("sourceCommand")->click();
  CHECK(desk.field("name")->text() == QStringLiteral("mnist"));
  CHECK(desk.field("commandLine")->isVisible());
  CHECK_FALSE(desk.field("seed")->isVisible());
  desk.field("commandLine")->setText(QStringLiteral("no-such-program"));
  CHECK(desk.message("commandLine").startsWith(QStringLiteral("Cannot find the program")));
  desk.field("commandLine")->setText(QStringLiteral("sh train.sh"));
  desk.field("workingDirectory")->setText(QStringLiteral("/no/such/folder"));
  CHECK(desk.message("workingDirectory") == QStringLiteral("This folder does not exist"));
  desk.field("workingDirectory")->setText(desk.dir.path());
  desk.button("addButton")->click();
  REQUIRE(desk.submitted.size() == 1);
  CHECK_FALSE(desk.submitted[0][1].toBool());
  CHECK(desk.submitted[0][0].value<JobSettings>().command.line == QStringLiteral("sh train.sh"));

  QWidget other;
  const Settings again(desk.dir.path());
  CHECK(again.lastDraft(JobSource::Command).commandLine == QStringLiteral("sh train.sh"));
  CHECK(again.lastDraft(JobSource::Simulated).epochs == QStringLiteral("30"));
  desk.dialog.openFresh();
  CHECK(desk.field("commandLine")->text() == QStringLiteral("sh train.sh"));
  CHECK(desk.field("name")->text().isEmpty());
}
