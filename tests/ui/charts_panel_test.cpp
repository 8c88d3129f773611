// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLabel>
#include <QMenu>
#include <QSlider>
#include <QToolButton>
#include <catch2/catch.hpp>

#include "tests/ui/charts_support.h"
#include "ui/charts/chart_panel.h"
#include "ui/charts/chart_toolbar.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

struct PanelFixture {
  Theme theme{ThemeChoice::Light};
  ChartPanel panel{theme};
  QSignalSpy zoomed{&panel, &ChartPanel::zoomChanged};
  QSignalSpy followed{&panel, &ChartPanel::followLiveChanged};

  PanelFixture() {
    panel.resize(860, 500);
    panel.show();
    REQUIRE(QTest::qWaitForWindowExposed(&panel));
  }

  void showRun(qint64 total = 3000, std::size_t steps = 1000) {
    panel.setHistory(jobPoints({seriesOf("train/loss", noisyLoss(steps)),
                                seriesOf("train/accuracy", noisyLoss(steps))}),
                     runStartMs, 100.0, total);
    settle(panel);
  }

  void append(const QString& tag, qint64 step) { panel.append(jobPoints({seriesOf(tag, {0.5}, step)})); }

  [[nodiscard]] QStringList titles() const {
    QList<MetricChart*> charts = panel.findChildren<MetricChart*>();
    std::sort(charts.begin(), charts.end(), [](auto* a, auto* b) { return a->y() < b->y(); });
    QStringList result;
    for (MetricChart* chart : charts) result << chart->objectName().mid(6);
    return result;
  }

  [[nodiscard]] MetricChart* chart(const QString& title) const {
    return panel.findChild<MetricChart*>("chart_" + title);
  }
};

}  // namespace

TEST_CASE_METHOD(PanelFixture, "Before the first point a job has a loss and an accuracy chart that wait") {
  CHECK(titles() == QStringList{"Loss", "Accuracy"});
  panel.setHistory({}, runStartMs, 100.0, 3000);
  CHECK(titles() == QStringList{"Loss", "Accuracy"});
  CHECK_FALSE(chart("Loss")->hasData());
  settle(panel);
  CHECK(chart("Loss")->accessibleDescription() == "No values yet");
  const auto says = [this](const char* words) {
    const auto* none = panel.findChild<QLabel*>("chartsNone");
    return none->isVisible() && none->text() == QLatin1String(words);
  };
  CHECK_FALSE(says("No metric was logged"));
  panel.setAwaited(false);  // the job has ended
  settle(panel);
  CHECK(titles().isEmpty());
  CHECK(says("No metric was logged"));
  panel.clear();  // another one, of which nothing is known yet
  CHECK(titles() == QStringList{"Loss", "Accuracy"});
  CHECK_FALSE(says("No metric was logged"));
  showRun();
  CHECK(titles() == QStringList{"Loss", "Accuracy"});
  CHECK(chart("Loss")->isVisible());
}

TEST_CASE("a system that was not measured is told, and its place is a chart's as soon as it is") {
  Theme theme{ThemeChoice::Light};
  ChartPanel panel(theme, nullptr, ChartPanel::Scope::System);
  panel.resize(860, 500);
  panel.show();
  panel.setHistory(jobPoints({seriesOf("train/loss", {0.5})}), runStartMs, 0.0, 0);
  const auto* none = panel.findChild<QLabel*>("chartsNone");
  REQUIRE(none->isVisible());
  CHECK(none->text() == "The system was not measured yet");
  panel.setAwaited(false);
  CHECK(none->text() == "The system was not measured");
  panel.append(jobPoints({seriesOf("system/cpu_utilization_percentage", {50.0})}));
  CHECK_FALSE(none->isVisible());
  CHECK(panel.findChild<MetricChart*>() != nullptr);
}

TEST_CASE_METHOD(PanelFixture, "Only groups with points have a chart, and new series make new ones") {
  panel.setHistory(jobPoints({seriesOf("train/rmse", {1, 2})}), runStartMs, 0.0, 0);
  settle(panel);
  CHECK(titles() == QStringList{"rmse"});
  panel.append(jobPoints({seriesOf("train/loss", {1.0}, 3), seriesOf("lr", {1e-3}, 3)}));
  settle(panel);
  CHECK(titles() == QStringList{"Loss", "rmse", "Learning rate"});
  CHECK(chart("Loss")->hasData());
  MetricChart* loss = chart("Loss");
  append("val/loss", 4);
  CHECK(chart("Loss") == loss);
  CHECK(loss->tags() == QStringList{"train/loss", "val/loss"});
  loss->setCrosshair(4.0);
  settle(panel);
  CHECK(loss->crosshairTexts() == QStringList{"step 4", "train 1.000 (smoothed 1.000)", "val 0.5000"});
}

TEST_CASE_METHOD(PanelFixture, "Two charts share the height, further ones scroll below them") {
  showRun();
  CHECK(chart("Loss")->height() == Approx(chart("Accuracy")->height()).margin(1));
  CHECK(chart("Loss")->height() > 220);
  panel.append(jobPoints({seriesOf("lr", {1e-3}, 1001), seriesOf("grad_norm", {1.0}, 1001)}));
  settle(panel);
  CHECK(chart("Loss")->height() >= 180);
  CHECK(chart("Learning rate")->height() == 200);
  CHECK(chart("Learning rate")->y() > panel.height());
}

TEST_CASE_METHOD(PanelFixture, "All charts share the zoom and the crosshair") {
  showRun();
  dragMouse(plotOf(*chart("Loss")), plotPoint(*chart("Loss"), 0.1), plotPoint(*chart("Loss"), 0.2));
  REQUIRE(chart("Loss")->xRange());
  CHECK(chart("Accuracy")->xRange() == chart("Loss")->xRange());
  CHECK(panel.isZoomed());
  CHECK(zoomed.size() == 1);
  moveMouse(plotOf(*chart("Accuracy")), plotPoint(*chart("Accuracy"), 0.5));
  REQUIRE_FALSE(chart("Accuracy")->crosshairTexts().isEmpty());
  CHECK(chart("Loss")->crosshairTexts().value(0) == chart("Accuracy")->crosshairTexts().value(0));
  panel.resetZoom();
  CHECK_FALSE(panel.isZoomed());
  CHECK_FALSE(chart("Accuracy")->xRange());
}

TEST_CASE_METHOD(PanelFixture, "A zoom at the newest point moves along with it while following") {
  showRun(0);
  for (int i = 0; i < 5; ++i) turnWheel(plotOf(*chart("Loss")), plotPoint(*chart("Loss"), 1.0), 1);
  REQUIRE(panel.followsLive());
  const XRange before = *chart("Loss")->xRange();
  append("train/loss", 1200);
  const XRange after = *chart("Loss")->xRange();
  CHECK(after.to >= 1200);
  CHECK(after.to - after.from == Approx(before.to - before.from));
  CHECK(chart("Accuracy")->xRange() == chart("Loss")->xRange());
  panel.setFollowLive(false);
  append("train/loss", 1400);
  CHECK(*chart("Loss")->xRange() == after);
  panel.setFollowLive(true);
  CHECK(chart("Loss")->xRange()->to >= 1400);
}

TEST_CASE_METHOD(PanelFixture, "Looking at an earlier part ends the following, showing all takes it up again") {
  showRun(0);
  dragMouse(plotOf(*chart("Loss")), plotPoint(*chart("Loss"), 0.1), plotPoint(*chart("Loss"), 0.2));
  CHECK_FALSE(panel.followsLive());
  REQUIRE(followed.size() == 1);
  const XRange before = *chart("Loss")->xRange();
  append("train/loss", 1200);
  CHECK(*chart("Loss")->xRange() == before);
  panel.resetZoom();
  CHECK(panel.followsLive());
}

TEST_CASE_METHOD(PanelFixture, "A change of the x axis shows the whole run again") {
  showRun();
  turnWheel(plotOf(*chart("Loss")), plotPoint(*chart("Loss"), 0.5), 1);
  REQUIRE(panel.isZoomed());
  ChartOptions options = panel.options();
  options.x = XAxisKind::Time;
  panel.setOptions(options);
  CHECK_FALSE(panel.isZoomed());
  CHECK(chart("Accuracy")->wholeRange().to == Approx(100.0));
  panel.clear();
  CHECK_FALSE(chart("Loss")->hasData());
}

TEST_CASE_METHOD(PanelFixture, "One frame with the newest points is told once for all charts") {
  showRun();
  QSignalSpy painted(&panel, &ChartPanel::painted);
  panel.append(jobPoints({seriesOf("train/loss", {0.5}, 1001), seriesOf("train/accuracy", {0.5}, 1001)}));
  REQUIRE(painted.wait());
  settle(panel);
  CHECK(painted.size() == 1);
  CHECK(painted.first().first().toLongLong() == runStartMs + 100'100);
}

TEST_CASE("The toolbar tells what the user sets, by keyboard, and shows what it is told without an echo") {
  Theme theme(ThemeChoice::Light);
  ChartToolbar bar(theme);
  bar.show();
  REQUIRE(QTest::qWaitForWindowExposed(&bar));
  QSignalSpy changed(&bar, &ChartToolbar::optionsChanged);
  QSignalSpy followed(&bar, &ChartToolbar::followLiveChanged);
  auto* slider = bar.findChild<QSlider*>("smoothingSlider");
  auto* log = bar.findChild<QToolButton*>("logYButton");
  auto* axis = bar.findChild<QToolButton*>("xAxisButton");
  auto* follow = bar.findChild<QToolButton*>("followButton");
  REQUIRE((slider && log && axis && follow));
  for (QWidget* widget : {static_cast<QWidget*>(slider), static_cast<QWidget*>(log), static_cast<QWidget*>(axis),
                          static_cast<QWidget*>(follow)})
    CHECK(widget->focusPolicy() == Qt::StrongFocus);
  CHECK(slider->value() == 60);
  CHECK(bar.findChild<QLabel*>("smoothingValue")->text() == "0.60");

  QTest::keyClick(slider, Qt::Key_Right);
  REQUIRE(changed.size() == 1);
  CHECK(bar.options().smoothing == 0.61);
  QTest::keyClick(slider, Qt::Key_End);
  CHECK(bar.options().smoothing == 0.99);
  QTest::keyClick(log, Qt::Key_Space);
  CHECK(bar.options().logY);
  axis->menu()->actions().at(2)->trigger();
  CHECK(bar.options().x == XAxisKind::Time);
  CHECK(axis->text().startsWith("x: Time"));
  QTest::keyClick(follow, Qt::Key_Space);
  REQUIRE(followed.size() == 1);
  CHECK_FALSE(followed.first().first().toBool());

  changed.clear();
  bar.setOptions({XAxisKind::Epoch, 0.25, false});
  bar.setFollowLive(true);
  CHECK(changed.isEmpty());
  CHECK(followed.size() == 1);
  CHECK(slider->value() == 25);
  CHECK_FALSE(log->isChecked());
  CHECK(axis->text().startsWith("x: Epoch"));
}
