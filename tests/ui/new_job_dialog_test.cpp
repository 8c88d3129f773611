// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/new_job/new_job_dialog.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QCompleter>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QScrollBar>

#include "tests/support/ui_fixture.h"
#include "ui/new_job/draft_field_box.h"
#include "ui/overlays/input_card.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

struct Desk : UiYard {
  QWidget window;
  QLineEdit behind{&window};
  struct Submitted {
    JobSettings settings;
    bool start;
  };
  QList<Submitted> submitted;
  Result<void> answer;  ///< to what is submitted
  NewJobDialog dialog{theme, settings, jobs,
                      [this](const JobSettings& job, bool start) {
                        submitted << Submitted{job, start};
                        return answer;
                      },
                      &window};

  explicit Desk(QSize size = {1000, 800}) {
    window.setStyleSheet(theme.styleSheet());
    window.resize(size);
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
  DraftFieldBox* box(const char* name) {
    return static_cast<DraftFieldBox*>(window.findChild<QWidget*>(QLatin1String(name))->parentWidget());
  }
  QComboBox* after() { return window.findChild<QComboBox*>(QStringLiteral("after")); }
  QScrollArea* form() { return window.findChild<QScrollArea*>(QStringLiteral("formScroll")); }
  void openCommand() {
    button("sourceCommand")->click();
    field("name")->setText(QStringLiteral("mnist"));
    field("commandLine")->setText(QStringLiteral("sh train.sh"));
  }
  /// Whether all of it is where the form can be seen.
  bool isInSight(QWidget* widget) {
    const QRect place(widget->mapTo(form()->viewport(), QPoint()), widget->size());
    return form()->viewport()->rect().contains(place);
  }
  bool isSettled() {
    for (const DraftFieldBox* one : dialog.findChildren<DraftFieldBox*>())
      if (one->isVisible() && one->height() < one->layout()->totalHeightForWidth(one->width())) return false;
    return true;
  }
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
  const auto settings = desk.submitted[0].settings;
  CHECK(settings.name == QStringLiteral("my run"));
  CHECK(settings.epochs == 30);
  CHECK(desk.submitted[0].start);
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
  CHECK_FALSE(desk.submitted[0].start);
  CHECK(desk.submitted[0].settings.command.line == QStringLiteral("sh train.sh"));

  QWidget other;
  const Settings again(desk.dir.path());
  CHECK(again.lastDraft(JobSource::Command).commandLine == QStringLiteral("sh train.sh"));
  CHECK(again.lastDraft(JobSource::Simulated).epochs == QStringLiteral("30"));
  desk.dialog.openFresh();
  CHECK(desk.field("commandLine")->text() == QStringLiteral("sh train.sh"));
  CHECK(desk.field("name")->text().isEmpty());
}

TEST_CASE("in a low window the fields keep their height and scroll, the buttons stay", "[dialog]") {
  Desk desk({800, 600});
  desk.openCommand();
  REQUIRE(QTest::qWaitFor([&] { return desk.isSettled() && desk.form()->verticalScrollBar()->maximum() > 0; }));
  for (const DraftFieldBox* box : desk.dialog.findChildren<DraftFieldBox*>()) {
    if (box->isHidden()) continue;
    INFO(box->editor()->objectName().toStdString());
    CHECK(box->editor()->height() >= std::min(box->editor()->sizeHint().height(), box->editor()->maximumHeight()));
    CHECK(box->isVisible());
  }
  QWidget* const add = desk.button("addAndStartButton");
  CHECK(desk.window.rect().contains(QRect(add->mapTo(&desk.window, QPoint()), add->size())));
  CHECK(add->height() >= add->sizeHint().height());

  auto* const last = desk.window.findChild<QWidget*>(QStringLiteral("onTrouble"));
  CHECK_FALSE(desk.isInSight(last));
  desk.field("name")->setFocus();
  for (int i = 0; i < 30 && desk.window.focusWidget() != last; ++i) {
    desk.key(Qt::Key_Tab);
    if (desk.form()->isAncestorOf(desk.window.focusWidget())) CHECK(desk.isInSight(desk.window.focusWidget()));
  }
  CHECK(desk.window.focusWidget() == last);
  CHECK(desk.isInSight(last));
}

TEST_CASE("a message stands below its field, and the rows below make room", "[dialog]") {
  for (const QSize size : {QSize(1280, 800), QSize(800, 600), QSize(420, 480)}) {
    Desk desk(size);
    desk.openCommand();
    desk.field("learningRate")->setText(QStringLiteral("abc"));
    desk.field("pattern")->setText(QStringLiteral("(loss"));
    desk.field("workingDirectory")->setText(QStringLiteral("/nonexistent"));
    for (const auto& [name, text] : {std::pair("environment", "no equals"), std::pair("parameters", "junk")})
      desk.window.findChild<QPlainTextEdit*>(QLatin1String(name))->setPlainText(QLatin1String(text));
    REQUIRE(QTest::qWaitFor([&] { return desk.isSettled(); }));
    QList<DraftFieldBox*> boxes = desk.dialog.findChildren<DraftFieldBox*>();
    boxes.removeIf([](const DraftFieldBox* box) { return box->isHidden(); });
    for (const char* name : {"learningRate", "pattern", "workingDirectory", "environment", "parameters"}) {
      INFO(name << " at " << size.width());
      const auto* message = desk.window.findChild<QLabel*>(QLatin1String(name) + QStringLiteral("Message"));
      const QWidget* editor = desk.box(name)->editor();
      CHECK_FALSE(desk.message(name).isEmpty());
      CHECK(message->geometry().top() - editor->geometry().bottom() - 1 == 4);
      CHECK(message->height() >= message->heightForWidth(message->width()));
      CHECK(desk.box(name)->rect().contains(message->geometry()));
    }
    for (const DraftFieldBox* one : boxes)
      for (const DraftFieldBox* other : boxes) {
        INFO(one->editor()->objectName().toStdString() << " and " << other->editor()->objectName().toStdString() << " at " << size.width());
        CHECK((one == other || !one->geometry().intersects(other->geometry())));
      }
  }
}

TEST_CASE("a job to wait for is offered by name, and one that is not there is refused in the form", "[dialog]") {
  Desk desk;
  desk.dialog.close();
  const JobId done = desk.ended({EndKind::Completed, {}, {}}, QStringLiteral("done"));
  const JobId open = desk.queued(QStringLiteral("resnet50"));
  desk.dialog.openFresh();
  desk.openCommand();
  const QString offered = QStringLiteral("%1 · resnet50").arg(open.value);
  CHECK(desk.after()->findText(offered) >= 0);
  CHECK(desk.after()->findText(QStringLiteral("%1 · done").arg(done.value)) < 0);

  desk.after()->setFocus();
  QTest::keyClicks(desk.after(), QStringLiteral("99"));
  CHECK(desk.message("after") == QStringLiteral("There is no job 99"));
  desk.key(Qt::Key_Return);
  CHECK(desk.submitted.isEmpty());
  CHECK(desk.dialog.isOpen());
  CHECK(desk.field("name")->text() == QStringLiteral("mnist"));

  desk.after()->setEditText(QStringLiteral("some name"));
  CHECK(desk.message("after") == QStringLiteral("Choose a job, or type its number"));
  // The list itself is not opened: the offscreen platform warns of popups.
  desk.after()->completer()->setCompletionPrefix(QStringLiteral("net50"));
  CHECK(desk.after()->completer()->currentCompletion() == offered);
  desk.after()->setEditText(offered);
  CHECK(desk.message("after").isEmpty());
  desk.key(Qt::Key_Return);
  REQUIRE(desk.submitted.size() == 1);
  CHECK(desk.submitted[0].settings.scheduling.after == open);
  CHECK_FALSE(desk.dialog.isOpen());
}

TEST_CASE("what the service refuses is told in the form, which stays", "[dialog]") {
  Desk desk;
  desk.field("name")->setText(QStringLiteral("x"));
  desk.answer = fail(ErrorCode::StorageFull, QStringLiteral("The disk is full."));
  desk.key(Qt::Key_Return);
  CHECK(desk.dialog.isOpen());
  CHECK(desk.window.findChild<QLabel*>(QStringLiteral("attention"))->text() == QStringLiteral("The disk is full."));
  desk.answer = {};
  desk.key(Qt::Key_Return);
  CHECK_FALSE(desk.dialog.isOpen());
}

TEST_CASE("the working directory can be chosen", "[dialog]") {
  Desk desk;
  desk.openCommand();
  desk.field("workingDirectory")->setText(desk.dir.path());
  desk.field("workingDirectory")->setFocus();
  desk.key(Qt::Key_Tab);
  CHECK(desk.window.focusWidget() == desk.button("workingDirectoryBrowse"));
  CHECK(desk.window.focusWidget()->accessibleName() == QStringLiteral("Browse for Working directory"));
  desk.key(Qt::Key_Return);
  auto* const dialog = desk.window.findChild<QFileDialog*>();
  REQUIRE(dialog != nullptr);
  CHECK(dialog->directory().canonicalPath() == QDir(desk.dir.path()).canonicalPath());
  Q_EMIT dialog->fileSelected(QStringLiteral("/"));
  dialog->close();
  CHECK(desk.field("workingDirectory")->text() == QStringLiteral("/"));
  CHECK(desk.dialog.isOpen());
}

TEST_CASE("a question with one field: its value is selected, Enter accepts what is right, Escape cancels", "[dialog]") {
  Desk desk;
  desk.dialog.close();
  InputCard card(desk.theme, &desk.window);
  QStringList accepted;
  const auto ask = [&] {
    card.ask({.title = QStringLiteral("Rename"),
              .label = QStringLiteral("Name"),
              .value = QStringLiteral("old"),
              .accept = QStringLiteral("Rename"),
              .wrong = [](const QString& text) { return text.isEmpty() ? QStringLiteral("Give the job a name") : QString(); },
              .accepted = [&](const QString& text) { accepted << text; }});
  };
  auto* const message = card.findChild<QLabel*>(QStringLiteral("inputMessage"));
  ask();
  CHECK(desk.field("inputField")->hasFocus());
  CHECK(desk.field("inputField")->selectedText() == QStringLiteral("old"));
  CHECK(desk.field("inputField")->accessibleName() == QStringLiteral("Name"));
  desk.key(Qt::Key_Backspace);
  CHECK(message->isVisible());
  CHECK(message->text() == QStringLiteral("Give the job a name"));
  CHECK_FALSE(desk.button("inputAccept")->isEnabled());
  desk.key(Qt::Key_Return);
  CHECK(card.isOpen());
  QTest::keyClicks(desk.window.focusWidget(), QStringLiteral("new"));
  CHECK_FALSE(message->isVisible());
  desk.key(Qt::Key_Return);
  CHECK_FALSE(card.isOpen());
  CHECK(accepted == QStringList{QStringLiteral("new")});
  CHECK(desk.behind.hasFocus());

  ask();
  desk.key(Qt::Key_Escape);
  CHECK_FALSE(card.isOpen());
  ask();
  desk.button("inputCancel")->click();
  CHECK(accepted.size() == 1);
}
