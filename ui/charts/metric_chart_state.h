// SPDX-License-Identifier: GPL-3.0-or-later
// Private to metric_chart*.cpp.
#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <memory>
#include <vector>

#include "ui/charts/axis_scale.h"
#include "ui/charts/crosshair_item.h"
#include "ui/charts/curve_layer.h"
#include "ui/charts/legend_chip.h"
#include "ui/charts/metric_chart.h"
#include "ui/charts/plot_view.h"
#include "ui/charts/series_buffer.h"
#include "ui/charts/timeline.h"

class QCategoryAxis;
class QHBoxLayout;
class QLabel;

namespace trainyard {

struct MetricChart::State {
  struct Line {
    ChartSeriesStyle style;
    SeriesBuffer buffer;
    LegendChip* chip = nullptr;  ///< none where the chart has no legend
    bool shown = true;           ///< then
    SeriesBuffer low = {};       ///< of its band
    SeriesBuffer high = {};
    [[nodiscard]] bool isShown() const { return chip == nullptr ? shown : chip->isChecked(); }
  };

  State(MetricChart& chart, Theme& appTheme, const ChartDescription& chartDescription);

  // metric_chart.cpp: what it is made of, and what comes in
  void buildHeader();
  void buildPlot();
  void connectPlot();
  void addLine(const ChartSeriesStyle& style);
  void addChip(Line& line);
  void applyTheme();
  void setSmoothing();
  void choose(std::optional<XRange> wanted);
  void zoomAround(double share, double factor);
  void panBy(double share);
  void hover(double share);
  void chooseTime();
  void placePlot();

  // metric_chart_frame.cpp: what a frame shows
  void schedule();
  void refresh();
  void frameDrawn();
  [[nodiscard]] XRange visibleRange() const;
  void take(const JobPoints& points);
  void leaveRoom(const XRange& before);
  [[nodiscard]] XRange visibleSteps() const;
  [[nodiscard]] bool isSmoothed(const Line& line) const;
  [[nodiscard]] bool hasPoints() const;
  [[nodiscard]] bool isAtOnePlace() const;
  [[nodiscard]] AxisScale fittedY(const XRange& range);
  void updateAxes(const AxisScale& x, const AxisScale& y);
  void updateReadout();

  // metric_chart_picture.cpp: the chart on paper
  void drawTitle(QPainter& painter, const QRectF& area) const;

  // metric_chart_runs.cpp: what a chart of many runs has more
  void thin(CurveScene& scene) const;
  void rank(Readout& readout, std::vector<double> values) const;
  [[nodiscard]] bool isPast(const Line& line, double x) const;

  // metric_chart_frame.cpp again
  void updateHint();
  void updateAccessibility();
  [[nodiscard]] QString heading(const Line& line, std::size_t index) const;
  [[nodiscard]] QString valueText(double value) const;
  [[nodiscard]] QColor colorOf(std::size_t line) const;

  MetricChart& q;
  Theme& theme;
  ChartDescription description;
  ChartOptions options;
  Timeline timeline;
  std::vector<std::unique_ptr<Line>> lines;
  bool awaited = true;         ///< points may still come
  std::optional<XRange> range;
  double axisEnd = 0.0;       ///< of the whole run's axis, where it is beyond the newest point
  std::optional<double> crosshair;
  bool sharesOfOne = false;   ///< the values are shares, shown as per cent
  bool nothingPositive = false;

  QHBoxLayout* header = nullptr;
  QLabel* title = nullptr;
  QLabel* hint = nullptr;
  QChart* chart = nullptr;
  PlotView* view = nullptr;
  QCategoryAxis* xAxis = nullptr;
  QCategoryAxis* yAxis = nullptr;
  QList<Tick> xTicks;
  QList<Tick> yTicks;
  CurveLayer* curves = nullptr;
  CrosshairItem* cross = nullptr;

  QTimer frameTimer;
  QElapsedTimer sinceFrame;
  bool dirty = true;
  bool focusRing = false;
  qint64 newestWallMs = 0;    ///< of the points taken so far
  qint64 frameWallMs = 0;     ///< of the points in the frame being drawn
  qint64 paintedWallMs = 0;   ///< of the points on the screen
  quint64 drawingsBefore = 0;
};

}  // namespace trainyard
