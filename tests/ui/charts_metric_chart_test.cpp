// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCategoryAxis>
#include <QLabel>
#include <catch2/catch.hpp>
#include <ctime>
#include <iostream>

#include "tests/ui/charts_support.h"
#include "ui/charts/legend_chip.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

struct Fixture {
  Theme theme{ThemeChoice::Light};
  MetricChart chart{theme, lossChart()};
  QSignalSpy painted{&chart, &MetricChart::painted};
  QSignalSpy chosen{&chart, &MetricChart::xRangeChosen};
  QSignalSpy moved{&chart, &MetricChart::crosshairMoved};

  Fixture() {
    chart.resize(800, 240);
    ChartOptions options;
    options.smoothing = 0.0;
    chart.setOptions(options);
  }

  void show() {
    chart.show();
    REQUIRE(QTest::qWaitForWindowExposed(&chart));
  }

  void showRun(const std::vector<double>& values, qint64 total = 0) {
    show();
    chart.setHistory(jobPoints({seriesOf("train/loss", values)}), runStartMs, 10.0, total);
    REQUIRE(QTest::qWaitFor([this] { return !painted.isEmpty(); }));
  }

  void setLog() {
    ChartOptions options;
    options.smoothing = 0.0;
    options.logY = true;
    chart.setOptions(options);
  }

  [[nodiscard]] QWidget* plot() { return plotOf(chart); }
  [[nodiscard]] QPoint at(double share) { return plotPoint(chart, share); }
  [[nodiscard]] QString hint() const { return chart.findChild<QLabel*>(QStringLiteral("chartHint"))->text(); }

  /// Pixels of a colour in the chart's picture, within a tolerance for antialiasing.
  int pixelsOf(const QColor& color) {
    settle(chart);
    const QImage image = chart.grab().toImage().convertToFormat(QImage::Format_RGB32);
    int count = 0;
    const QRect area = QRect(plot()->mapTo(&chart, QPoint(40, 0)), plot()->size() - QSize(40, 0));
    for (int y = area.top(); y <= area.bottom(); ++y)
      for (int x = area.left(); x <= area.right(); ++x) {
        const QColor seen = image.pixelColor(x, y);
        if (std::abs(seen.red() - color.red()) + std::abs(seen.green() - color.green()) +
                std::abs(seen.blue() - color.blue()) < 40)
          ++count;
      }
    return count;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "Dragging over a chart zooms to what was dragged over, a double-click shows all again") {
  showRun(noisyLoss(1000), 1000);
  dragMouse(plot(), at(0.25), at(0.5));
  REQUIRE(chosen.size() == 1);
  REQUIRE(chart.xRange());
  CHECK(chart.xRange()->from == Approx(250).margin(2));
  CHECK(chart.xRange()->to == Approx(500).margin(2));
  QTest::mouseDClick(plot(), Qt::LeftButton, {}, at(0.5));
  CHECK(chosen.size() == 2);
  CHECK_FALSE(chart.xRange());
}

TEST_CASE_METHOD(Fixture, "A drag to the left zooms as well, and a click does not") {
  showRun(noisyLoss(1000), 1000);
  QTest::mouseClick(plot(), Qt::LeftButton, {}, at(0.5));
  CHECK(chosen.isEmpty());
  dragMouse(plot(), at(0.8), at(0.6));
  REQUIRE(chart.xRange());
  CHECK(chart.xRange()->from == Approx(600).margin(2));
  CHECK(chart.xRange()->to == Approx(800).margin(2));
}

TEST_CASE_METHOD(Fixture, "Escape gives up a drag") {
  showRun(noisyLoss(1000), 1000);
  QTest::mousePress(plot(), Qt::LeftButton, {}, at(0.2));
  moveMouse(plot(), at(0.4), Qt::LeftButton);
  QTest::keyClick(&chart, Qt::Key_Escape);
  QTest::mouseRelease(plot(), Qt::LeftButton, {}, at(0.4));
  CHECK(chosen.isEmpty());
}

TEST_CASE_METHOD(Fixture, "The wheel zooms around the pointer and never beyond the run") {
  showRun(noisyLoss(1000), 1000);
  CHECK(turnWheel(plot(), at(0.25), 2));
  REQUIRE(chart.xRange());
  const XRange zoomed = *chart.xRange();
  CHECK(zoomed.to - zoomed.from == Approx(1000 / 1.25 / 1.25).margin(1));
  CHECK(zoomed.from + 0.25 * (zoomed.to - zoomed.from) == Approx(250).margin(2));
  CHECK(turnWheel(plot(), at(0.25), -10));
  CHECK_FALSE(chart.xRange());
  for (int i = 0; i < 100; ++i) turnWheel(plot(), at(0.5), 1);
  REQUIRE(chart.xRange());
  CHECK(chart.xRange()->to - chart.xRange()->from == Approx(2.0));
}

TEST_CASE_METHOD(Fixture, "The wheel beside the plot is left to the page's scrolling") {
  showRun(noisyLoss(1000));
  CHECK_FALSE(turnWheel(plot(), QPoint(5, 5), 1));
  CHECK(chosen.isEmpty());
}

TEST_CASE_METHOD(Fixture, "Shift and drag, or the middle button, pulls the curves along") {
  showRun(noisyLoss(1000), 1000);
  chart.setXRange(XRange{400, 600});
  CHECK(chosen.isEmpty());
  dragMouse(plot(), at(0.5), at(0.75), Qt::LeftButton, Qt::ShiftModifier);
  CHECK(chart.xRange()->from == Approx(350).margin(1));
  CHECK(chart.xRange()->to == Approx(550).margin(1));
  dragMouse(plot(), at(0.75), at(0.5), Qt::MiddleButton);
  CHECK(chart.xRange()->from == Approx(400).margin(1));
  dragMouse(plot(), at(0.0), at(1.0), Qt::MiddleButton);
  dragMouse(plot(), at(0.0), at(1.0), Qt::MiddleButton);
  dragMouse(plot(), at(0.0), at(1.0), Qt::MiddleButton);
  CHECK(chart.xRange()->from == 0.0);
  CHECK(chart.xRange()->to == Approx(200));
}

TEST_CASE_METHOD(Fixture, "The smoothed curve stays in the picture where it comes down from what is not seen") {
  std::vector<double> values(1'000, 0.1);
  std::fill_n(values.begin(), 500, 10.0);
  showRun(values, 1'000);
  ChartOptions options;
  options.smoothing = 0.9;
  chart.setOptions(options);
  chart.setXRange(XRange{502, 1'000});
  settle(chart);
  const auto* axis = qobject_cast<QCategoryAxis*>(chart.findChild<PlotView*>()->chart()->axes(Qt::Vertical).first());
  CHECK(axis->max() >= 9.0);
  CHECK(axis->max() <= 12.0);
}

TEST_CASE_METHOD(Fixture, "Values that are all the same are one line in the middle, averaged too") {
  const auto* axis = qobject_cast<QCategoryAxis*>(chart.findChild<PlotView*>()->chart()->axes(Qt::Vertical).first());
  for (const double value : {1.5, 0.7, 1.1, 3.3e-5, -12.7}) {
    showRun(std::vector<double>(60, value));
    for (const double smoothing : {0.3, 0.6, 0.9, 0.97})
      for (const double from : {1.0, 2.0, 5.0, 11.0}) {
        ChartOptions options;
        options.smoothing = smoothing;
        chart.setOptions(options);
        chart.setXRange(XRange{from, 60});
        settle(chart);
        CAPTURE(value, smoothing, from);
        CHECK(axis->max() - axis->min() > std::abs(value) * 0.01);
        CHECK((axis->min() < value && axis->max() > value));
      }
  }
}

TEST_CASE_METHOD(Fixture, "Values without times are not drawn as one stroke") {
  show();
  SeriesPoints series = seriesOf("train/loss", noisyLoss(500));
  for (Point& point : series.points) point.wallMs = runStartMs + 5'000;
  chart.setHistory(jobPoints({series}), runStartMs, 0.0, 0);
  const int asCurve = pixelsOf(theme.tokens().loss);
  ChartOptions options;
  options.smoothing = 0.0;
  options.x = XAxisKind::Time;
  chart.setOptions(options);
  CHECK(asCurve > 100);
  CHECK(pixelsOf(theme.tokens().loss) == 0);  // a sentence stands there
  CHECK(pixelsOf(theme.tokens().muted) > 20);
}

TEST_CASE_METHOD(Fixture, "The keyboard zooms, pans and resets") {
  showRun(noisyLoss(1000), 1000);
  QTest::keyClick(&chart, Qt::Key_Plus);
  REQUIRE(chart.xRange());
  const XRange once = *chart.xRange();
  CHECK(once.to - once.from == Approx(1000 / 1.5));
  QTest::keyClick(&chart, Qt::Key_Right);
  CHECK(chart.xRange()->from > once.from);
  QTest::keyClick(&chart, Qt::Key_Left);
  CHECK(chart.xRange()->from == Approx(once.from));
  QTest::keyClick(&chart, Qt::Key_Minus);
  CHECK_FALSE(chart.xRange());
  for (const Qt::Key reset : {Qt::Key_0, Qt::Key_Home}) {
    QTest::keyClick(&chart, Qt::Key_Plus);
    REQUIRE(chart.xRange());
    QTest::keyClick(&chart, reset);
    CHECK_FALSE(chart.xRange());
  }
}

TEST_CASE_METHOD(Fixture, "The crosshair tells the values at or before the nearest step") {
  show();
  chart.setHistory(jobPoints({seriesOf("train/loss", {0.5, 0.4, 0.3, 0.2, 0.1}),
                              {"val/loss", {{2, runStartMs, 0.45}}}}),
                   runStartMs, 10.0, 10);
  settle(chart);
  moveMouse(plot(), at(0.31));
  REQUIRE(moved.size() == 1);
  CHECK(chart.crosshairTexts() == QStringList{"step 3 · epoch 0.30", "train 0.3000", "val 0.4500"});
  moveMouse(plot(), at(0.1));
  CHECK(chart.crosshairTexts() == QStringList{"step 1 · epoch 0.10", "train 0.5000"});
  QEvent leave(QEvent::Leave);
  QApplication::sendEvent(chart.findChild<PlotView*>(), &leave);
  CHECK(chart.crosshairTexts().isEmpty());
}

TEST_CASE_METHOD(Fixture, "The crosshair says NaN where the value is NaN, and the smoothed value when there is one") {
  show();
  ChartOptions options;
  options.smoothing = 0.5;
  chart.setOptions(options);
  chart.setHistory(jobPoints({seriesOf("train/loss", {1.0, 2.0, NAN})}), runStartMs, 0.0, 0);
  settle(chart);
  chart.setCrosshair(2.0);
  CHECK(chart.crosshairTexts() == QStringList{"step 2", "train 2.000 (smoothed 1.667)"});
  chart.setCrosshair(3.0);
  CHECK(chart.crosshairTexts() == QStringList{"step 3", "train NaN"});
  CHECK(moved.isEmpty());
}

TEST_CASE_METHOD(Fixture, "Time and epochs are x axes too") {
  showRun(noisyLoss(1000));
  ChartOptions options;
  options.x = XAxisKind::Time;
  chart.setOptions(options);
  CHECK(chart.wholeRange() == XRange{0.0, 100.0});
  chart.setCrosshair(95.0);
  CHECK(chart.crosshairTexts().value(0) == "step 950 · 1 min 35 s");
  options.x = XAxisKind::Epoch;
  chart.setOptions(options);
  CHECK(chart.wholeRange() == XRange{0.0, 100.0});
  CHECK(chart.crosshairTexts().isEmpty());
}

TEST_CASE_METHOD(Fixture, "Many points that come at once are one frame") {
  showRun(noisyLoss(10));
  settle(chart);
  painted.clear();
  for (int i = 11; i <= 210; ++i) chart.append(jobPoints({seriesOf("train/loss", {0.5}, i)}));
  REQUIRE(painted.wait());
  settle(chart);
  CHECK(painted.size() == 1);
  CHECK(painted.first().first().toLongLong() == runStartMs + 21'000);
}

TEST_CASE_METHOD(Fixture, "A hidden chart draws nothing and shows the newest points when it is shown") {
  chart.setHistory(jobPoints({seriesOf("train/loss", noisyLoss(10))}), runStartMs, 10.0, 0);
  chart.append(jobPoints({seriesOf("train/loss", {0.5}, 11)}));
  settle(chart);
  CHECK(painted.isEmpty());
  CHECK(chart.hasData());
  show();
  REQUIRE(QTest::qWaitFor([this] { return !painted.isEmpty(); }));
  CHECK(painted.last().first().toLongLong() == runStartMs + 1100);
}

TEST_CASE_METHOD(Fixture, "Points of other series are not taken") {
  showRun(noisyLoss(10));
  settle(chart);
  painted.clear();
  chart.append(jobPoints({seriesOf("lr", {0.5}, 11)}));
  settle(chart);
  CHECK(painted.isEmpty());
  CHECK(chart.lastX() == 11.0);
}

TEST_CASE_METHOD(Fixture, "A single point can be seen") {
  showRun({0.7}, 1000);
  CHECK(pixelsOf(theme.tokens().loss) >= 6);
}

TEST_CASE_METHOD(Fixture, "NaN is marked in red and drawn nowhere else") {
  showRun({NAN, NAN, NAN});
  CHECK(pixelsOf(theme.tokens().red) > 0);
  CHECK(pixelsOf(theme.tokens().loss) == 0);
  chart.setCrosshair(2.0);
  CHECK(chart.crosshairTexts() == QStringList{"step 2 · epoch 0.20", "train NaN"});
}

TEST_CASE_METHOD(Fixture, "A logarithmic axis shows what is positive, and says so when nothing is") {
  showRun({100.0, 0.0, -5.0, 0.1});
  setLog();
  settle(chart);
  QChart* frame = chart.findChild<PlotView*>()->chart();
  const QStringList labels = qobject_cast<QCategoryAxis*>(frame->axes(Qt::Vertical).first())->categoriesLabels();
  CHECK(labels.contains("0.1"));
  CHECK(labels.contains("1"));
  CHECK(labels.contains("100"));
  CHECK_FALSE(hint().contains("linear"));
  chart.setHistory(jobPoints({seriesOf("train/loss", {-1.0, 0.0})}), runStartMs, 0.0, 0);
  settle(chart);
  CHECK(hint().contains("linear"));
}

TEST_CASE_METHOD(Fixture, "An empty chart says what it waits for") {
  show();
  CHECK_FALSE(chart.hasData());
  CHECK(chart.accessibleName() == "Loss chart");
  CHECK(pixelsOf(theme.tokens().muted) > 20);
  moveMouse(plot(), at(0.5));
  CHECK(chart.crosshairTexts().isEmpty());
  turnWheel(plot(), at(0.5), 1);
  dragMouse(plot(), at(0.2), at(0.4));
  chart.clear();
  CHECK_FALSE(chart.xRange());
}

TEST_CASE_METHOD(Fixture, "The latest values are told to assistive programs") {
  showRun({0.7, 0.25});
  CHECK(chart.accessibleDescription() == "Latest values: train 0.2500");
}

TEST_CASE_METHOD(Fixture, "A chip of the legend hides its series and shows it again, by mouse and by key") {
  showRun(noisyLoss(300));
  auto* chip = chart.findChild<LegendChip*>(QStringLiteral("legend_train/loss"));
  REQUIRE(chip);
  CHECK(pixelsOf(theme.tokens().loss) > 50);
  QTest::mouseClick(chip, Qt::LeftButton);
  CHECK(pixelsOf(theme.tokens().loss) == 0);
  QTest::keyClick(chip, Qt::Key_Space);
  CHECK(pixelsOf(theme.tokens().loss) > 50);
}

TEST_CASE_METHOD(Fixture, "A change of the theme is seen at once") {
  showRun(noisyLoss(300));
  theme.setChoice(ThemeChoice::Dark);
  CHECK(pixelsOf(darkTokens().loss) > 50);
  const QImage image = chart.grab().toImage();
  CHECK(image.pixelColor(chart.width() / 2, chart.height() - 4) == darkTokens().surface);
}

TEST_CASE_METHOD(Fixture, "Qt Charts' axes and the curves agree about the plot area") {
  showRun(noisyLoss(300), 3000);
  QChart* frame = chart.findChild<PlotView*>()->chart();
  auto* axis = qobject_cast<QCategoryAxis*>(frame->axes(Qt::Horizontal).first());
  REQUIRE(axis);
  CHECK(axis->min() == 0.0);
  CHECK(axis->max() == 3000.0);
  CHECK(axis->categoriesLabels().contains("3,000"));
  moveMouse(plot(), frame->mapToPosition(QPointF(150, 0), frame->series().first()).toPoint());
  REQUIRE(moved.size() == 1);
  CHECK(moved.first().first().value<std::optional<double>>().value_or(-1) == Approx(150).margin(3));
}

TEST_CASE_METHOD(Fixture, "A million points are drawn, and one more costs a frame of pixels") {
  chart.setOptions({XAxisKind::Step, 0.6, false});
  showRun(noisyLoss(1'000'000));
  constexpr int frames = 20;
  painted.clear();
  const std::clock_t before = std::clock();
  for (int i = 1; i <= frames; ++i) {
    chart.append(jobPoints({seriesOf("train/loss", {0.3}, 1'000'000 + i)}));
    REQUIRE(painted.wait());
  }
  const double ms = 1000.0 * static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC / frames;
  CHECK(painted.size() == frames);
  std::cout << "chart of 1,000,000 points: " << ms << " ms of processor time a frame\n";
}
