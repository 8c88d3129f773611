// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractButton>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <catch2/catch.hpp>

#include "tests/support/catch_qstring.h"
#include "ui/overlays/card_overlay.h"
#include "ui/theme/theme.h"
#include "ui/toasts/toast_card.h"
#include "ui/toasts/toast_stack.h"

using namespace trainyard;

namespace {

struct Stage {
  Theme theme{ThemeChoice::Light};
  QWidget host;
  QLineEdit field{&host};
  ToastStack stack{theme, &host, 40};

  Stage() {
    qputenv("TRAINYARD_REDUCED_MOTION", "1");
    host.resize(800, 600);
    host.show();
    host.activateWindow();
    REQUIRE(QTest::qWaitForWindowActive(&host));
    QTest::mouseMove(&host, QPoint(5, 500));  // away from the toasts
    field.setFocus();
  }
  ToastContent content(const QString& title, ToastKind kind = ToastKind::Error, int ms = -1) {
    return {.kind = kind, .title = title, .durationMs = ms};
  }
  QList<ToastCard*> cards() { return stack.findChildren<ToastCard*>(Qt::FindDirectChildrenOnly); }
  ToastCard* card(const QString& title) {
    for (ToastCard* one : cards())
      if (one->content().title == title && one->isVisible()) return one;
    return nullptr;
  }
  void hover(bool on) {
    QHoverEvent event(on ? QEvent::HoverEnter : QEvent::HoverLeave, QPointF(20, 20), QPointF(20, 20), QPointF());
    QApplication::sendEvent(&stack, &event);
  }
};

}  // namespace

TEST_CASE("a toast goes after its time, an error later", "[toasts]") {
  Stage stage;
  stage.stack.show(stage.content(QStringLiteral("short"), ToastKind::Success, 30));
  stage.stack.show(stage.content(QStringLiteral("error")));
  REQUIRE(QTest::qWaitFor([&] { return stage.stack.count() == 1; }));
  CHECK(stage.stack.contents()[0].title == QStringLiteral("error"));
}

TEST_CASE("time stands still while the stack is hovered or the window is inactive", "[toasts]") {
  Stage stage;
  stage.stack.show(stage.content(QStringLiteral("short"), ToastKind::Success, 60));
  stage.hover(true);
  CHECK(stage.stack.isPaused());
  CHECK_FALSE(QTest::qWaitFor([&] { return stage.stack.count() == 0; }, 150));
  stage.hover(false);
  CHECK(QTest::qWaitFor([&] { return stage.stack.count() == 0; }));

  QEvent away(QEvent::WindowDeactivate);
  QApplication::sendEvent(&stage.host, &away);
  stage.stack.show(stage.content(QStringLiteral("short"), ToastKind::Success, 20));
  CHECK_FALSE(QTest::qWaitFor([&] { return stage.stack.count() == 0; }, 150));
  QEvent back(QEvent::WindowActivate);
  QApplication::sendEvent(&stage.host, &back);
  CHECK(QTest::qWaitFor([&] { return stage.stack.count() == 0; }));
}

TEST_CASE("three are seen whole, the rest behind them until the stack is hovered", "[toasts]") {
  Stage stage;
  for (int i = 1; i <= 6; ++i) stage.stack.show(stage.content(QStringLiteral("toast %1").arg(i)));
  const auto overlaps = [&] {
    int count = 0;
    const auto cards = stage.cards();
    for (const ToastCard* one : cards)
      for (const ToastCard* other : cards)
        if (one != other && one->geometry().intersects(other->geometry())) ++count;
    return count;
  };
  CHECK(overlaps() > 0);
  CHECK(stage.card(QStringLiteral("toast 6"))->y() < stage.card(QStringLiteral("toast 5"))->y());
  stage.hover(true);
  CHECK(stage.stack.isExpanded());
  CHECK(overlaps() == 0);
  CHECK(stage.host.rect().contains(stage.stack.geometry().adjusted(20, 0, -20, -20)));
}

TEST_CASE("equal toasts become one with a count", "[toasts]") {
  Stage stage;
  const ToastId first = stage.stack.show(stage.content(QStringLiteral("again")));
  stage.stack.show(stage.content(QStringLiteral("other")));
  CHECK(stage.stack.show(stage.content(QStringLiteral("again"))) == first);
  CHECK(stage.stack.count() == 2);
  CHECK(stage.stack.contents()[0].title == QStringLiteral("again"));
  CHECK(stage.card(QStringLiteral("again"))->repeats() == 2);
}

TEST_CASE("loading turns into success in its place", "[toasts]") {
  Stage stage;
  const ToastId id = stage.stack.show(stage.content(QStringLiteral("saving"), ToastKind::Loading));
  stage.stack.update(id, stage.content(QStringLiteral("saved"), ToastKind::Success, 30));
  CHECK(stage.stack.count() == 1);
  CHECK(stage.stack.contents()[0].title == QStringLiteral("saved"));
  CHECK(QTest::qWaitFor([&] { return stage.stack.count() == 0; }));
  stage.stack.update(id, stage.content(QStringLiteral("later")));  // gone: a new one
  CHECK(stage.stack.count() == 1);
}

TEST_CASE("the keyboard reaches a toast, acts and leaves", "[toasts]") {
  Stage stage;
  int acted = 0;
  ToastContent content = stage.content(QStringLiteral("deleted"));
  content.actionText = QStringLiteral("Undo");
  content.action = [&acted] { ++acted; };
  stage.stack.show(content);
  stage.stack.show(stage.content(QStringLiteral("newest")));
  stage.stack.focusNewest();
  REQUIRE(stage.card(QStringLiteral("newest"))->hasFocus());
  CHECK(stage.stack.isPaused());
  QTest::keyClick(stage.host.window()->focusWidget(), Qt::Key_Escape);
  CHECK(stage.stack.count() == 1);
  QWidget* const focus = stage.host.focusWidget();
  REQUIRE(focus->objectName() == QStringLiteral("toastAction"));
  QTest::keyClick(focus, Qt::Key_Space);
  CHECK(acted == 1);
  CHECK(stage.stack.count() == 0);
  CHECK(stage.field.hasFocus());
}

TEST_CASE("a swipe dismisses, a small drag springs back", "[toasts]") {
  Stage stage;
  stage.stack.show(stage.content(QStringLiteral("a")));
  ToastCard* card = stage.card(QStringLiteral("a"));
  const QPoint rest = card->pos();
  const auto drag = [&](int by) {
    const QPoint from = card->mapToGlobal(QPoint(100, 20));
    const auto send = [&](QEvent::Type type, QPoint at, Qt::MouseButtons buttons) {
      QMouseEvent event(type, QPointF(card->mapFromGlobal(at)), QPointF(at), Qt::LeftButton, buttons, Qt::NoModifier);
      QApplication::sendEvent(card, &event);
    };
    send(QEvent::MouseButtonPress, from, Qt::LeftButton);
    send(QEvent::MouseMove, from + QPoint(by, 0), Qt::LeftButton);
    send(QEvent::MouseButtonRelease, from + QPoint(by, 0), Qt::NoButton);
  };
  drag(20);
  CHECK(stage.stack.count() == 1);
  CHECK(card->pos() == rest);
  drag(150);
  CHECK(stage.stack.count() == 0);
}

TEST_CASE("clicks beside the toasts reach what is below", "[toasts]") {
  Stage stage;
  stage.stack.show(stage.content(QStringLiteral("a")));
  CHECK(stage.host.childAt(100, 300) == nullptr);
  CHECK(stage.host.childAt(790 - 100, 60) != nullptr);
  CHECK(stage.stack.geometry().top() >= 40 - 12);  // below the header, but for the shadow
  stage.host.resize(300, 400);
  CHECK(stage.stack.geometry().left() >= 0);
}

TEST_CASE("what went wrong goes by itself too, in twelve seconds", "[toasts]") {
  Stage stage;
  CHECK(toastDurationMs(stage.content(QStringLiteral("failed"), ToastKind::Error)) == 12'000);
  CHECK(toastDurationMs(stage.content(QStringLiteral("in trouble"), ToastKind::Warning)) == 12'000);
  CHECK(toastDurationMs(stage.content(QStringLiteral("done"), ToastKind::Success)) == 4'000);
  CHECK(toastDurationMs(stage.content(QStringLiteral("saving"), ToastKind::Loading)) == 0);
  CHECK(toastDurationMs(stage.content(QStringLiteral("mine"), ToastKind::Error, 30)) == 30);
}

TEST_CASE("a failure goes when its job is viewed, other toasts and other jobs' stay", "[toasts]") {
  Stage stage;
  const auto about = [&](const QString& title, ToastKind kind, qint64 job) {
    ToastContent content = stage.content(title, kind);
    content.topic = job;
    stage.stack.show(content);
  };
  about(QStringLiteral("7 failed"), ToastKind::Error, 7);
  about(QStringLiteral("7 is in trouble"), ToastKind::Warning, 7);
  about(QStringLiteral("7 is complete"), ToastKind::Success, 7);
  about(QStringLiteral("8 failed"), ToastKind::Error, 8);
  about(QStringLiteral("not saved"), ToastKind::Error, 0);
  stage.stack.dismissAbout(7);
  QStringList left;
  for (const ToastContent& one : stage.stack.contents()) left << one.title;
  CHECK(left == QStringList{QStringLiteral("not saved"), QStringLiteral("8 failed"), QStringLiteral("7 is complete")});
  stage.stack.dismissAbout(0);
  CHECK(stage.stack.count() == 3);
}

TEST_CASE("a toast is one line of title and up to four of detail, and its tooltip tells what is cut", "[toasts]") {
  Stage stage;
  ToastContent content = stage.content(QString(60, u'x') + QStringLiteral(" failed"));
  content.detail = QStringLiteral("Traceback\n  File \"train.py\", line 3\nRuntimeError: ") + QString(400, u'y');
  stage.stack.show(content);
  const ToastCard* card = stage.cards().first();
  CHECK(card->toolTip() == content.title + u'\n' + content.detail);
  CHECK(card->accessibleDescription() == content.detail);
  stage.stack.show({.kind = ToastKind::Error, .title = QStringLiteral("short"), .detail = QStringLiteral("said"), .durationMs = 0});
  const ToastCard* brief = stage.card(QStringLiteral("short"));
  CHECK(brief->toolTip().isEmpty());
  const int line = card->height() - brief->height();
  CHECK(line % 3 == 0);
  CHECK(brief->height() == card->heightFor(card->width()) - line);
  stage.stack.show({.kind = ToastKind::Error, .title = QStringLiteral("sentence"),
                    .detail = QStringLiteral("The folder /home/somebody/experiments/vision is not there any more; choose another working directory."),
                    .actionText = QStringLiteral("View"), .durationMs = 0});
  const ToastCard* sentence = stage.card(QStringLiteral("sentence"));
  CHECK(sentence->toolTip().isEmpty());  // all of it is read on the card
  CHECK(sentence->height() > brief->height());
  CHECK(sentence->height() <= card->height());
}

TEST_CASE("a card behind others shows its edge and no text", "[toasts]") {
  Stage stage;
  for (int i = 1; i <= 5; ++i) {
    ToastContent content = stage.content(QStringLiteral("toast %1").arg(i));
    content.actionText = QStringLiteral("View");
    stage.stack.show(content);
  }
  ToastCard* behind = stage.card(QStringLiteral("toast 1"));
  const auto* action = behind->findChild<QAbstractButton*>(QStringLiteral("toastAction"));
  CHECK(behind->isCovered());
  CHECK_FALSE(action->isVisible());
  const QImage picture = behind->grab().toImage();
  const QColor ground = picture.pixelColor(picture.width() / 2, picture.height() / 2);
  bool plain = true;
  for (int x = 8; x < picture.width() - 8; ++x)
    for (int y = 4; y < picture.height() - 4; ++y) plain = plain && picture.pixelColor(x, y) == ground;
  CHECK(plain);
  stage.hover(true);
  CHECK_FALSE(behind->isCovered());
  CHECK(action->isVisible());
}

namespace {

class Sheet final : public CardOverlay {
 public:
  Sheet(Theme& theme, QWidget* window) : CardOverlay(theme, window, 200) {}

 protected:
  [[nodiscard]] QWidget* firstFocus() const override { return nullptr; }
};

}  // namespace

TEST_CASE("toasts are away while a card overlay is open, and their time stands still", "[toasts]") {
  Stage stage;
  Sheet sheet(stage.theme, &stage.host);
  stage.stack.show(stage.content(QStringLiteral("before")));
  CHECK(stage.stack.isVisible());
  sheet.open();
  CHECK_FALSE(stage.stack.isVisible());
  stage.stack.show(stage.content(QStringLiteral("meanwhile")));
  CHECK_FALSE(stage.stack.isVisible());
  for (const ToastCard* card : stage.cards()) CHECK(card->isPaused());
  sheet.close();
  CHECK(stage.stack.isVisible());
  CHECK(stage.stack.count() == 2);
  for (const ToastCard* card : stage.cards()) CHECK_FALSE(card->isPaused());
}
