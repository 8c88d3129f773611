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
