// SPDX-License-Identifier: GPL-3.0-or-later
// The window as a whole, on a yard of fakes.
#include "ui/main_window.h"

#include <QListView>
#include <QStackedWidget>
#include <QTabBar>

#include "tests/support/ui_fixture.h"
#include "ui/monitor/stat_tiles.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

struct House : UiYard {
  TroubleResponder troubles{jobs, clock};
  MainWindow window{{theme, actions, jobs, queue, troubles, importer, api, store, history, clock, settings, dir.path(), [] { return qint64(0); }}};
  QWidget* pages = window.findChild<QStackedWidget*>(QStringLiteral("pages"));
  QListView* list = window.findChild<QListView*>(QStringLiteral("jobList"));

  House() {
    queued();
    window.resize(1280, 800);
    window.show();
    window.activateWindow();
    REQUIRE(QTest::qWaitForWindowActive(&window));
    list->setFocus();
    list->setCurrentIndex(list->model()->index(0, 0));
  }
  void narrow(bool on) { window.resize(on ? 700 : 1280, 800); }
};

}  // namespace

TEST_CASE("whoever reads the page keeps it when the window becomes narrow", "[window]") {
  House house;
  REQUIRE(house.list->hasFocus());
  house.narrow(true);
  CHECK(house.list->isVisible());
  CHECK_FALSE(house.pages->isVisible());
  house.narrow(false);
  auto* tabs = house.window.findChild<QTabBar*>(QStringLiteral("pageTabs"));
  tabs->setFocus();  // the keyboard is in the page
  house.narrow(true);
  CHECK(house.pages->isVisible());
  CHECK_FALSE(house.list->isVisible());
  house.narrow(false);
  house.list->setFocus();
  house.narrow(true);
  CHECK(house.list->isVisible());
  house.narrow(false);
  // A click into the page, where nothing takes the keyboard.
  QTest::mouseClick(house.window.findChild<StatTiles*>(), Qt::LeftButton);
  CHECK(house.list->hasFocus());
  house.narrow(true);
  CHECK(house.pages->isVisible());
  CHECK(house.window.focusWidget()->objectName() == QStringLiteral("jobPage"));  // none of its buttons
  QTest::keyClick(&house.window, Qt::Key_Escape);
  CHECK(house.list->isVisible());
}

TEST_CASE("Tab goes through each view of the page as it is read", "[window]") {
  House house;
  JobSettings settings;
  settings.name = QStringLiteral("mine");
  settings.source = JobSource::Command;
  settings.command.line = QStringLiteral("python train.py");
  settings.command.workingDirectory = house.dir.path();
  const auto id = house.jobs.create(settings);
  REQUIRE(id);
  house.store.commit();
  REQUIRE(house.jobs.start(*id));
  house.store.commit();
  for (const char* tag : {"train/loss", "val/loss", "train/accuracy", "grad_norm", "system/cpu_cores"})
    house.history.held[*id].series.push_back({QString::fromLatin1(tag), {{1, house.clock.now, 0.5}, {2, house.clock.now + 1000, 0.4}}});
  house.history.held[*id].job = *id;
  house.list->setCurrentIndex(house.list->model()->index(0, 0));
  REQUIRE(QTest::qWaitFor([&] { return !house.history.requests.empty(); }));
  while (!house.history.requests.empty()) house.history.answerAll();
  REQUIRE(QTest::qWaitFor([&] {
    const auto* chip = house.window.findChild<QWidget*>(QStringLiteral("legend_val/loss"));
    return chip != nullptr && chip->isVisible();
  }));
  house.window.resize(1280, 1400);  // nothing has to be scrolled
  auto* tabs = house.window.findChild<QTabBar*>(QStringLiteral("pageTabs"));
  for (int tab = 0; tab < tabs->count(); ++tab) {
    tabs->setCurrentIndex(tab);
    tabs->setFocus(Qt::TabFocusReason);
    QPoint last(0, 0);
    QStringList way;
    for (int i = 0; i < 30; ++i) {
      QTest::keyClick(house.window.focusWidget(), Qt::Key_Tab);
      const QWidget* now = house.window.focusWidget();
      if (now == nullptr || !house.pages->isAncestorOf(now) || now->objectName() == u"jobPage") break;
      const QPoint at = now->mapTo(&house.window, QPoint(0, 0));
      way << QStringLiteral("%1 (%2, %3)").arg(now->objectName().isEmpty() ? QString::fromLatin1(now->metaObject()->className()) : now->objectName()).arg(at.x()).arg(at.y());
      CAPTURE(tab, way.join(u'\n').toStdString());
      CHECK((at.y() > last.y() + 8 || (at.y() > last.y() - 8 && at.x() > last.x())));
      last = at;
    }
    CAPTURE(tab, way.join(u'\n').toStdString());
    CHECK(way.size() >= 1);
  }
}
