// SPDX-License-Identifier: GPL-3.0-or-later
// Jobs beside each other: the page on fakes, and the way to it and back in the window.
#include "ui/compare/compare_page.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QListView>
#include <QListWidget>
#include <QHeaderView>
#include <QSignalSpy>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>

#include "tests/support/ui_fixture.h"
#include "tests/ui/charts_support.h"
#include "ui/compare/job_inks.h"
#include "ui/main_window.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

double luminance(const QColor& color) {
  const auto linear = [](double c) { return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
  return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

double contrast(const QColor& one, const QColor& other) {
  const auto [dark, light] = std::minmax({luminance(one), luminance(other)});
  return (light + 0.05) / (dark + 0.05);
}

/// In OKLab (Ottosson 2020); black and white are 1 apart.
double apart(const QColor& one, const QColor& other) {
  const auto lab = [](const QColor& color) {
    const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    const double r = linear(color.redF());
    const double g = linear(color.greenF());
    const double b = linear(color.blueF());
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return std::array{0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s, 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
                      0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
  };
  const auto a = lab(one);
  const auto b = lab(other);
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

struct Comparison : UiYard {
  ComparePage page{{theme, jobs, history, settings}};
  QListWidget* legend = page.findChild<QListWidget*>(QStringLiteral("compareLegend"));
  QTableView* table = page.findChild<QTableView*>(QStringLiteral("compareTable"));
  QList<JobId> ids;

  Comparison() {
    page.resize(1000, 760);
    page.show();
    page.activateWindow();
    REQUIRE(QTest::qWaitForWindowActive(&page));
  }
  JobId add(const QString& name, double loss, qint64 seed = 42, double rate = 3e-4) {
    JobSettings wanted = simulatedSettings(name);
    wanted.seed = seed;
    wanted.learningRate = rate;
    const auto id = jobs.create(wanted);
    REQUIRE(id);
    store.commit();
    REQUIRE(jobs.start(*id));
    store.commit();
    for (const qint64 step : {1, 500, 1000}) {
      simulated.produce(*id, step, loss);
      history.held[*id].job = *id;
      auto& series = history.held[*id].series;
      if (series.empty()) series.push_back({QStringLiteral("train/loss"), {}});
      series.front().points.push_back({step, clock.now + step * 1000, loss});
    }
    store.commit();
    ids << *id;
    return *id;
  }
  void show() {
    page.showJobs(ids);
    answer();
  }
  void answer() {
    while (!history.requests.empty()) history.answerAll();
    settle(page);
  }
  MetricChart* chart(const QString& tag = QStringLiteral("train/loss")) {
    return page.findChild<MetricChart*>(QStringLiteral("compareChart_") + tag);
  }
  QStringList crosshairAt(double x) {
    chart()->setCrosshair(x);
    return chart()->crosshairTexts();
  }
  QString cell(int row, const QString& title) {
    const QAbstractItemModel& model = *table->model();
    for (int column = 0; column < model.columnCount(); ++column)
      if (model.headerData(column, Qt::Horizontal).toString() == title) return model.index(row, column).data().toString();
    return QStringLiteral("no such column");
  }
  void press(const QString& button) {
    auto* found = page.findChild<QToolButton*>(button);
    REQUIRE(found);
    found->setFocus();
    QTest::keyClick(found, Qt::Key_Space);
  }
};

}  // namespace

TEST_CASE("a job's colour is the same beside any others, and can be seen on both grounds", "[compare]") {
  for (qint64 id = 1; id <= JobInk::colors; ++id) {
    const JobInk ink = inksOf({JobId{id}}).value(JobId{id});
    CHECK(ink.dash == 0);
    CHECK(inksOf({JobId{id}, JobId{id + JobInk::colors}}).value(JobId{id + JobInk::colors}).hue == ink.hue);
    for (const Tokens* tokens : {&lightTokens(), &darkTokens()})
      for (const QColor& ground : {tokens->surface, tokens->background}) CHECK(contrast(ink.color(*tokens), ground) >= 3.0);
  }
}

TEST_CASE("no two of a hundred jobs look alike, and no two colours are near twins", "[compare]") {
  QList<JobId> neighbours;
  QList<JobId> sameHue;
  for (qint64 i = 1; i <= ComparePage::most; ++i) {
    neighbours << JobId{i + 81};
    sameHue << JobId{i * JobInk::colors};
  }
  for (const QList<JobId>& jobs : {neighbours, sameHue})
    for (const Tokens* tokens : {&lightTokens(), &darkTokens()}) {
      QSet<QString> looks;
      for (const JobInk& ink : inksOf(jobs)) {
        QString look = ink.color(*tokens).name();
        for (const qreal part : ink.pattern()) look += QStringLiteral(" %1").arg(part);
        looks.insert(look);
      }
      CHECK(looks.size() == ComparePage::most);
    }
  for (const Tokens* tokens : {&lightTokens(), &darkTokens()})
    for (int one = 0; one < JobInk::colors; ++one)
      for (int other = 0; other < one; ++other) {
        CAPTURE(one, other, tokens->dark);
        CHECK(apart(JobInk{one, 0}.color(*tokens), JobInk{other, 0}.color(*tokens)) > 0.12);
      }
}

TEST_CASE_METHOD(Comparison, "the curves of all jobs are in one chart, the best value first", "[compare]") {
  add(QStringLiteral("worse"), 0.9);
  add(QStringLiteral("better"), 0.2);
  show();
  REQUIRE(chart());
  CHECK(chart()->hasData());
  CHECK(chart()->tags() == QStringList{QStringLiteral("1"), QStringLiteral("2")});
  const QStringList texts = crosshairAt(500);
  REQUIRE(texts.size() == 3);
  CHECK(texts[0] == QStringLiteral("step 500"));
  CHECK(texts[1].startsWith(QStringLiteral("better 0.2")));
  CHECK(texts[2].startsWith(QStringLiteral("worse 0.9")));
  CHECK(page.findChild<QLabel*>(QStringLiteral("compareTitle"))->text() == QStringLiteral("Compare 2 jobs"));
}

TEST_CASE_METHOD(Comparison, "histories are asked for as finely as the chart is wide, few at a time", "[compare]") {
  for (int i = 0; i < 9; ++i) add(QStringLiteral("job %1").arg(i), 0.5 + i);
  page.showJobs(ids);
  CHECK(history.requests.size() == 8);
  for (const auto& [number, query] : history.requests) {
    REQUIRE(query.columns);
    CHECK(query.columns->count < 2000);
    CHECK(query.columns->to >= 1000.0);
  }
  answer();
  CHECK(crosshairAt(500).size() == 10);
}

TEST_CASE_METHOD(Comparison, "the crosshair tells twelve values and how many more there are", "[compare]") {
  for (int i = 0; i < 20; ++i) add(QStringLiteral("job %1").arg(i), 1.0 + i);
  show();
  chart()->setFixedHeight(200);
  settle(page);
  const qsizetype fitting = crosshairAt(500).size();
  CHECK(fitting < 14);  // no more than fit into the plot
  CHECK(chart()->crosshairTexts().last() == QStringLiteral("and %1 more").arg(20 - (fitting - 2)));
  chart()->setFixedHeight(400);
  settle(page);
  chart()->setCrosshair(std::nullopt);
  const QStringList texts = crosshairAt(500);
  REQUIRE(texts.size() == 14);
  CHECK(texts[1].startsWith(QStringLiteral("job 0 ")));
  CHECK(texts[13] == QStringLiteral("and 8 more"));
}

TEST_CASE_METHOD(Comparison, "points of a running job are appended", "[compare]") {
  const JobId id = add(QStringLiteral("a"), 0.9);
  add(QStringLiteral("b"), 0.5);
  show();
  simulated.produce(id, 1500, 0.1);
  store.commit();
  settle(page);
  CHECK(chart()->lastX() == 1500.0);
  simulated.produce(id, 1600, 0.05);  // while it is being read again
  page.setLogY(true);
  store.commit();
  answer();
  CHECK(chart()->lastX() == 1600.0);
}

TEST_CASE_METHOD(Comparison, "the legend shows, hides and singles out by keyboard", "[compare]") {
  for (const char* name : {"a", "b", "c"}) add(QString::fromLatin1(name), 0.5);
  show();
  REQUIRE(legend->count() == 3);
  legend->setFocus();
  QTest::keyClick(legend, Qt::Key_Space);
  CHECK(crosshairAt(500).size() == 3);
  CHECK(legend->item(0)->data(Qt::AccessibleTextRole).toString() == QStringLiteral("a, hidden"));
  QTest::keyClick(legend, Qt::Key_Down);
  QTest::keyClick(legend, Qt::Key_Space, Qt::ShiftModifier);
  chart()->setCrosshair(std::nullopt);
  REQUIRE(crosshairAt(500).size() == 2);
  CHECK(crosshairAt(500)[1].startsWith(QStringLiteral("b ")));
  QTest::keyClick(legend, Qt::Key_Space, Qt::ShiftModifier);
  chart()->setCrosshair(std::nullopt);
  CHECK(crosshairAt(500).size() == 4);
}

TEST_CASE_METHOD(Comparison, "a click hides a curve, a double-click singles it out", "[compare]") {
  for (const char* name : {"a", "b", "c"}) add(QString::fromLatin1(name), 0.5);
  show();
  const QPoint second = legend->visualItemRect(legend->item(1)).center();
  QTest::mouseClick(legend->viewport(), Qt::LeftButton, {}, second);
  CHECK(legend->item(1)->checkState() == Qt::Unchecked);
  QTest::mouseClick(legend->viewport(), Qt::LeftButton, {}, second);
  QTest::mouseDClick(legend->viewport(), Qt::LeftButton, {}, second);
  CHECK(legend->item(0)->checkState() == Qt::Unchecked);
  CHECK(legend->item(1)->checkState() == Qt::Checked);
}

TEST_CASE_METHOD(Comparison, "jobs that differ by their seed become a mean and a band", "[compare]") {
  add(QStringLiteral("resnet-seed1"), 0.2, 1);
  add(QStringLiteral("resnet-seed2"), 0.6, 2);
  add(QStringLiteral("fast"), 0.5, 1, 1e-2);
  show();
  press(QStringLiteral("groupSeedsButton"));
  answer();
  REQUIRE(legend->count() == 2);
  const QStringList texts = crosshairAt(500);
  REQUIRE(texts.size() == 3);
  CHECK(texts[1].startsWith(QStringLiteral("resnet (2 jobs) 0.4")));
  press(QStringLiteral("groupSeedsButton"));
  CHECK(legend->count() == 3);
}

TEST_CASE_METHOD(Comparison, "groups of different parameters have different names", "[compare]") {
  for (const double rate : {1e-3, 1e-2})
    for (const qint64 seed : {1, 2}) add(QStringLiteral("vit seed%1").arg(seed), rate, seed, rate);
  show();
  press(QStringLiteral("groupSeedsButton"));
  answer();
  REQUIRE(legend->count() == 2);
  const QString names = legend->item(0)->data(Qt::AccessibleTextRole).toString() + u'|' + legend->item(1)->data(Qt::AccessibleTextRole).toString();
  CHECK(names == QStringLiteral("vit (2 jobs) · lr 1e-3, shown|vit (2 jobs) · lr 0.01, shown"));
}

TEST_CASE_METHOD(Comparison, "the table keeps some rows on a small window, and the share that it was given", "[compare]") {
  for (const char* name : {"a", "b", "c", "d"}) add(QString::fromLatin1(name), 0.5);
  show();
  page.resize(560, 380);
  settle(page);
  CHECK(table->viewport()->height() >= 3 * table->verticalHeader()->defaultSectionSize());
  page.resize(1000, 760);
  auto* body = page.findChild<QSplitter*>(QStringLiteral("compareBody"));
  REQUIRE(body);
  CHECK(double(body->sizes()[1]) / page.height() > 0.3);
  QTest::mousePress(body->handle(1), Qt::LeftButton, {}, QPoint(20, 4));
  QTest::mouseMove(body->handle(1), QPoint(20, -60));
  QTest::mouseRelease(body->handle(1), Qt::LeftButton, {}, QPoint(20, -60));
  ComparePage again({theme, jobs, history, settings});
  again.resize(page.size());
  again.show();
  CHECK(std::abs(again.findChild<QSplitter*>(QStringLiteral("compareBody"))->sizes()[1] - body->sizes()[1]) <= 2);
}

TEST_CASE_METHOD(Comparison, "the table has what differs, and sorts by value", "[compare]") {
  add(QStringLiteral("a"), 0.9, 1, 1e-2);
  add(QStringLiteral("b"), 0.1, 1, 9e-4);
  show();
  CHECK(cell(0, QStringLiteral("Learning rate")) == QStringLiteral("0.01"));
  CHECK(cell(0, QStringLiteral("Batch size")) == QStringLiteral("no such column"));
  CHECK(cell(1, QStringLiteral("train/loss best")) == QStringLiteral("0.1000"));
  press(QStringLiteral("differencesButton"));
  CHECK(cell(0, QStringLiteral("Batch size")) == QStringLiteral("128"));
  press(QStringLiteral("differencesButton"));
  table->sortByColumn(2, Qt::AscendingOrder);
  CHECK(cell(0, QStringLiteral("Job")) == QStringLiteral("b"));
  table->setFocus();
  QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier);
  const QString copied = QGuiApplication::clipboard()->text();
  CHECK(copied == QStringLiteral("Job,No.,Learning rate,train/loss last,train/loss best\nb,2,9e-4,0.1,0.1\na,1,0.01,0.9,0.9\n"));
  QGuiApplication::clipboard()->clear();
  press(QStringLiteral("copyCsvButton"));
  CHECK(QGuiApplication::clipboard()->text() == copied);
}

TEST_CASE_METHOD(Comparison, "on an epoch and a time axis jobs of different lengths lie over each other", "[compare]") {
  add(QStringLiteral("a"), 0.9);
  add(QStringLiteral("b"), 0.1);
  show();
  auto* axis = page.findChild<QToolButton*>(QStringLiteral("xAxisButton"));
  axis->menu()->actions().at(1)->trigger();
  answer();
  CHECK(chart()->lastX() == Approx(10.0));  // 1000 steps of 100 to an epoch
  CHECK(crosshairAt(5.0)[0] == QStringLiteral("epoch 5.0"));
  axis->menu()->actions().at(2)->trigger();
  answer();
  CHECK(chart()->lastX() == Approx(1000.0));
}

TEST_CASE_METHOD(Comparison, "a part that is looked at closely is read as finely", "[compare]") {
  add(QStringLiteral("a"), 0.9);
  add(QStringLiteral("b"), 0.1);
  show();
  chart()->setFocus();
  for (int i = 0; i < 4; ++i) QTest::keyClick(chart(), Qt::Key_Plus);
  REQUIRE(QTest::qWaitFor([&] { return history.requests.size() == 2; }));
  CHECK(history.requests.front().second.fromStep > 0);
  CHECK(history.requests.front().second.toStep < 3000);  // where the runs will end
  answer();
  CHECK(chart()->xRange());
  QTest::keyClick(chart(), Qt::Key_0);
  CHECK_FALSE(chart()->xRange());
  CHECK(crosshairAt(1000).size() == 3);  // nothing was lost
}

TEST_CASE("the window compares what is selected until one job is chosen", "[compare][window]") {
  UiYard yard;
  TroubleResponder troubles{yard.jobs, yard.clock};
  MainWindow window{{yard.theme, yard.actions, yard.jobs, yard.queue, troubles, yard.importer, yard.api, yard.store, yard.history, yard.clock, yard.settings,
                     yard.dir.path(), [] { return qint64(0); }}};
  for (const char* name : {"a", "b", "c"}) yard.queued(QString::fromLatin1(name));
  window.resize(1280, 800);
  window.show();
  window.activateWindow();
  REQUIRE(QTest::qWaitForWindowActive(&window));
  auto* pages = window.findChild<QStackedWidget*>(QStringLiteral("pages"));
  auto* list = window.findChild<QListView*>(QStringLiteral("jobList"));
  list->setFocus();
  list->setCurrentIndex(list->model()->index(0, 0));
  QAction& compare = yard.actions.action(ActionId::Compare);
  CHECK_FALSE(compare.isEnabled());
  QTest::keyClick(list, Qt::Key_Down, Qt::ShiftModifier);
  REQUIRE(compare.isEnabled());
  QTest::keyClick(&window, Qt::Key_E, Qt::ControlModifier);
  auto* page = window.findChild<ComparePage*>();  // made when it is first wanted
  REQUIRE(page != nullptr);
  REQUIRE(pages->currentWidget() == page);
  CHECK(page->jobs().size() == 2);
  CHECK(list->hasFocus());
  QTest::keyClick(list, Qt::Key_Down, Qt::ShiftModifier);
  CHECK(page->jobs().size() == 3);
  QTest::keyClick(&window, Qt::Key_Escape);
  CHECK(pages->currentWidget()->objectName() == QStringLiteral("jobPage"));
  CHECK(page->jobs().isEmpty());
  QTest::keyClick(&window, Qt::Key_E, Qt::ControlModifier);
  CHECK(pages->currentWidget() == page);
  QTest::keyClick(list, Qt::Key_Up);
  CHECK(pages->currentWidget()->objectName() == QStringLiteral("jobPage"));
  QTest::keyClick(list, Qt::Key_Down, Qt::ShiftModifier);
  QTest::keyClick(&window, Qt::Key_E, Qt::ControlModifier);
  window.findChild<QWidget*>(QStringLiteral("compareLegend"))->setFocus();
  QTest::keyClick(&window, Qt::Key_Escape);
  CHECK(list->hasFocus());
}
