// SPDX-License-Identifier: GPL-3.0-or-later
// What the import card tells before anything is taken, and the way to it from the empty page.
#include "ui/imports/import_card.h"

#include <QAbstractButton>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QTreeWidget>

#include "tests/support/ui_fixture.h"
#include "ui/main_window.h"
#include "ui/theme/elided_name.h"

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

TEST_CASE("a path is looked at while it is typed, and only Enter calls it wrong", "[imports]") {
  Desk desk;
  QTest::mouseClick(desk.find<QAbstractButton>("emptyImport"), Qt::LeftButton);
  auto* field = desk.find<QLineEdit>("importPath");
  const auto* told = desk.find<QLabel>("importFound");
  const auto type = [&](const QString& path) {
    field->selectAll();
    QTest::keyClicks(field, path);
  };
  QFile log(desk.dir.filePath(QStringLiteral("m.jsonl")));
  REQUIRE(log.open(QIODevice::WriteOnly));
  log.write("{\"step\": 1, \"loss\": 0.5}\n{\"step\": 2, \"loss\": 0.25}\n");
  log.close();
  type(log.fileName().chopped(1));
  REQUIRE(QTest::qWaitFor([&] { return told->text() == QStringLiteral("Nothing is at this path yet."); }, 10'000));
  CHECK(told->property("role").toString() == QStringLiteral("muted"));
  CHECK_FALSE(desk.find<QAbstractButton>("importAccept")->isEnabled());
  QTest::keyClicks(field, QStringLiteral("l"));
  REQUIRE(QTest::qWaitFor([&] { return told->text().startsWith(QStringLiteral("1 run found")); }, 10'000));
  CHECK(field->hasFocus());
  CHECK(desk.find<QAbstractButton>("importAccept")->isEnabled());
  type(desk.dir.filePath(QStringLiteral("nothing")));
  QTest::keyClick(field, Qt::Key_Return);
  REQUIRE(QTest::qWaitFor([&] { return told->property("role").toString() == QStringLiteral("error"); }, 10'000));
  CHECK(desk.find<QWidget>("importCard")->isVisible());
}

TEST_CASE("a run tells what could not be read of it, and leads to the list of it", "[imports]") {
  Desk desk;
  JobSettings settings;
  settings.source = JobSource::Imported;
  settings.name = QStringLiteral("sweep/run-7");
  settings.imported = {QStringLiteral("jsonl"), QStringLiteral("/runs/m.jsonl"), {}};
  const auto id = desk.jobs.import(settings);
  REQUIRE(id);
  desk.store.commit();
  REQUIRE(desk.imports.started.size() == 1);
  RunFacts facts;
  facts.unread = {{{QStringLiteral("/runs/m.jsonl"), 1'200, QStringLiteral("A line is no whole JSON object; it is left out.")}}, 0, {{QStringLiteral("image"), 3}}};
  Q_EMIT desk.imports.described(*id, facts, 1);
  desk.store.commit();
  auto* list = desk.find<QListView>("jobList");
  REQUIRE(QTest::qWaitFor([&] { return list->model()->rowCount() == 1; }, 10'000));
  list->setCurrentIndex(list->model()->index(0, 0));
  auto* band = desk.find<QAbstractButton>("pageUnread");
  REQUIRE(QTest::qWaitFor([&] { return band->isVisible(); }, 10'000));
  CHECK(band->text() == QStringLiteral("m.jsonl: A line is no whole JSON object; it is left out"));
  QTest::mouseClick(band, Qt::LeftButton);
  auto* card = desk.find<QWidget>("problemsCard");
  REQUIRE(card->isVisible());
  const auto* tree = desk.find<QTreeWidget>("problemsTree");
  REQUIRE(tree->topLevelItemCount() == 1);
  CHECK(tree->topLevelItem(0)->text(1) == QStringLiteral("1,200"));
  CHECK(desk.find<QLabel>("problemsSummary")->text().contains(QStringLiteral("3 × image")));
  QTest::mouseClick(desk.find<QAbstractButton>("problemsCopy"), Qt::LeftButton);
  CHECK(QGuiApplication::clipboard()->text().startsWith(QStringLiteral("/runs/m.jsonl, byte 1200: A line is")));
  CHECK_FALSE(desk.actions.action(ActionId::NewJob).isEnabled());
  QTest::keyClick(card, Qt::Key_Escape);
  CHECK_FALSE(card->isVisible());
  CHECK(desk.actions.action(ActionId::NewJob).isEnabled());
}

TEST_CASE("the name of an imported run is cut where it is like the others", "[imports]") {
  const QFontMetrics metrics(fontFor(TextRole::Strong));
  const QString name = QStringLiteral("experiments/vision/sweep/run-7");
  CHECK(elidedName(name, metrics, 1'000) == name);
  CHECK(elidedName(name, metrics, metrics.horizontalAdvance(QStringLiteral("…/sweep/run-7")) + 1) == QStringLiteral("…/sweep/run-7"));
  CHECK(elidedName(name, metrics, metrics.horizontalAdvance(QStringLiteral("…/run-7")) + 1) == QStringLiteral("…/run-7"));
  CHECK_FALSE(elidedName(name, metrics, metrics.horizontalAdvance(QStringLiteral("run")) + 1).contains(u'/'));
  CHECK(elidedName(QStringLiteral("a name without folders at all"), metrics, 80).contains(u'…'));
  const QStringList names{QStringLiteral("a/b/x/1"), QStringLiteral("a/b/y/1"), QStringLiteral("a/bb/1")};
  CHECK(withoutCommonFolders(names) == QStringList{QStringLiteral("b/x/1"), QStringLiteral("b/y/1"), QStringLiteral("bb/1")});
  CHECK(withoutCommonFolders(names.first(2)) == QStringList{QStringLiteral("x/1"), QStringLiteral("y/1")});
  CHECK(withoutCommonFolders({QStringLiteral("a"), QStringLiteral("b/c")}) == QStringList{QStringLiteral("a"), QStringLiteral("b/c")});
  CHECK(withoutCommonFolders({QStringLiteral("a/"), QStringLiteral("a/c")}) == QStringList{QStringLiteral("a/"), QStringLiteral("a/c")});
  CHECK(withoutCommonFolders({QStringLiteral("a/b")}) == QStringList{QStringLiteral("a/b")});
}
