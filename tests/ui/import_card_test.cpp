// SPDX-License-Identifier: GPL-3.0-or-later
// What the import card tells before anything is taken, and the way to it from the empty page.
#include "ui/imports/import_card.h"

#include <QAbstractButton>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QTreeWidget>

#include "tests/support/ui_fixture.h"
#include "ui/main_window.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

struct Desk : UiYard {
  TroubleResponder troubles{jobs, clock};
  MainWindow window{{theme, actions, jobs, queue, troubles, importer, api, store, history, clock, settings, dir.path(), [] { return qint64(0); }}};

  Desk() {
    window.resize(1280, 800);
    window.show();
    window.activateWindow();
    REQUIRE(QTest::qWaitForWindowActive(&window));
  }
  template <typename Part>
  Part* find(const char* name) {
    auto* part = window.findChild<Part*>(QLatin1String(name));
    REQUIRE(part);
    return part;
  }
  void look(const QString& path) {
    auto* field = find<QLineEdit>("importPath");
    field->setText(path);
    QTest::keyClick(field, Qt::Key_Return);
    REQUIRE(QTest::qWaitFor([&] { return !find<QLabel>("importFound")->text().startsWith(QStringLiteral("Looking")); }));
  }
};

}  // namespace

TEST_CASE("the empty page leads to the import card, and a mistyped path is told there at once", "[imports]") {
  Desk desk;
  QTest::mouseClick(desk.find<QAbstractButton>("emptyImport"), Qt::LeftButton);
  REQUIRE(desk.find<QWidget>("importCard")->isVisible());
  const QString wrong = desk.dir.filePath(QStringLiteral("nothing"));
  desk.look(wrong);
  const auto* told = desk.find<QLabel>("importFound");
  CHECK(told->text().contains(wrong));
  CHECK(told->property("role").toString() == QStringLiteral("error"));
  CHECK(desk.find<QLineEdit>("importPath")->property("invalid").toBool());
  auto* tree = desk.find<QTreeWidget>("importTree");
  REQUIRE(tree->topLevelItemCount() == 1);
  CHECK(tree->topLevelItem(0)->isExpanded());
  desk.look(desk.dir.path());
  CHECK(told->property("role").toString() == QStringLiteral("muted"));
  CHECK_FALSE(desk.find<QLineEdit>("importPath")->property("invalid").toBool());
}

TEST_CASE("the columns of the import card are as wide as their words", "[imports]") {
  Desk desk;
  QTest::mouseClick(desk.find<QAbstractButton>("emptyImport"), Qt::LeftButton);
  const auto* tree = desk.find<QTreeWidget>("importTree");
  const QFontMetrics metrics(tree->font());
  for (const char* words : {"imported already", "may have grown", "new"})
    CHECK(tree->header()->sectionSize(2) >= metrics.horizontalAdvance(QLatin1String(words)) + 12);
  CHECK(tree->header()->sectionSize(1) >= metrics.horizontalAdvance(QStringLiteral("999.9 MB")) + 12);
}

TEST_CASE("the toast of an import tells problems before what was passed over, and many kinds in one figure") {
  ImportSum sum;
  sum.points = 12'345;
  sum.problems = {{QStringLiteral("/a"), 3, QStringLiteral("broken")}};
  sum.skipped = {{QStringLiteral("histogram"), 80}};
  CHECK(importDetail(sum) == QStringLiteral("12,345 values · 1 could not be read · 80 × histogram passed over"));
  sum.skipped[QStringLiteral("graph")] = 20;
  CHECK(importDetail(sum) == QStringLiteral("12,345 values · 1 could not be read · 100 entries of 2 other kinds passed over"));
}
