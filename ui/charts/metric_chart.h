// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <functional>
#include <memory>
#include <optional>

#include "core/metrics/pixel_columns.h"
#include "core/metrics/point.h"
#include "core/metrics/series_spread.h"
#include "ui/theme/theme.h"

namespace trainyard {

enum class XAxisKind { Step, Epoch, Time };

struct ChartSeriesStyle {
  QString tag;
  QString label;          ///< in the legend: "train", "val"
  bool dashed = false;    ///< validation series
  bool faint = false;     ///< the lighter variant of the chart's colour
  std::function<QColor(const Tokens&)> color = {};  ///< its own in the present theme, where given
  QList<qreal> pattern = {};  ///< of dashes, where given; says nothing about validation
};

struct ChartDescription {
  QString title;               ///< "Loss"
  QColor (*color)(const Tokens&);  ///< the chart's own colour in the present theme
  bool percent = false;        ///< the y axis is 0..100 %
  QList<ChartSeriesStyle> series;
  /// Of many runs: no legend, no faint raw curves where there are more than a few, and the crosshair tells the best
  /// values first, at most 12 and how many more there are.
  bool ofManyRuns = false;
  bool lowestIsBest = false;
  bool ofMeans = false;  ///< every series is one of validation, whose few points are not smoothed
};

/// What all charts of a page share.
struct ChartOptions {
  XAxisKind x = XAxisKind::Step;
  double smoothing = 0.6;  ///< 0..0.999, weight of the debiased exponential average
  bool logY = false;
  friend bool operator==(const ChartOptions&, const ChartOptions&) = default;
};

/// The visible x range in the present x axis' unit (steps, epochs, or seconds since the start).
struct XRange {
  double from = 0.0;
  double to = 1.0;
  friend bool operator==(const XRange&, const XRange&) = default;
};

/// One chart of a job: Qt Charts' axes and frame, curves drawn by CurveLayer at most two points per pixel column and
/// series. Raw values faint and thin, smoothed ones over them; NaN marked at the bottom, never drawn as zero. A
/// validation series of fewer than 200 points is not smoothed: its points are means already, and too few to be delayed
/// by an average.
/// Drag zooms, the wheel zooms around the pointer, Shift+drag or the middle button pans, double-click resets.
/// Keyboard when focused: + and - zoom, Left and Right pan, 0 or Home resets, Enter chooses the time of the crosshair.
class MetricChart final : public QFrame {
  Q_OBJECT
 public:
  MetricChart(Theme& theme, const ChartDescription& description, QWidget* parent = nullptr);
  ~MetricChart() override;

  /// Replaces everything: `points` holds the full history (only this chart's tags are taken). `startMs` is the zero of
  /// the time axis, `stepsPerEpoch` maps steps to epochs, `totalSteps` is the end of the x axis (0 = last point).
  void setHistory(const JobPoints& points, qint64 startMs, double stepsPerEpoch, qint64 totalSteps);
  /// Adds committed points (others' tags ignored). Redraws are coalesced to one per frame; hidden charts do not draw.
  void append(const JobPoints& points);
  /// Replaces the points of the series that are in `points`, and nothing else.
  void replace(const JobPoints& points);
  void clear();
  /// Whether points may still come: what is said where there are none.
  void setAwaited(bool awaited);
  void setOptions(const ChartOptions& options);
  /// Nothing = the whole run (follows growth). Does not emit.
  void setXRange(std::optional<XRange> range);
  /// The crosshair at an x value in axis units, or none. Does not emit.
  void setCrosshair(std::optional<double> x);

  /// A series that the job began to tell after the chart was made; its points come by `append`.
  void addSeries(const ChartSeriesStyle& series);
  [[nodiscard]] QStringList tags() const;
  /// In place of the legend, where there is none.
  void setSeriesShown(const QString& tag, bool shown);
  /// A translucent band behind a series' curve, replacing the one before; in step order. Nothing = none.
  void setBand(const QString& tag, const std::vector<RangePoint>& points);

  [[nodiscard]] std::optional<XRange> xRange() const;
  /// The whole run on the present axis; what is seen while `xRange` is nothing.
  [[nodiscard]] XRange wholeRange() const;
  /// x of the job's newest point.
  [[nodiscard]] double lastX() const;
  [[nodiscard]] bool hasData() const;
  /// What is seen, in steps, and in how many pixel columns.
  [[nodiscard]] PixelColumns visibleSteps() const;
  /// Draws what is seen, with title and legend, as a picture of its own: at the present size, and as shapes (no pixels) on a device
  /// that takes them. The crosshair is not in it.
  void drawPicture(QPainter& painter);
  /// The tags of the series that are shown, not hidden in the legend.
  [[nodiscard]] QStringList shownTags() const;
  [[nodiscard]] QString title() const;
  /// The text of the crosshair's box, a line each; empty without a crosshair. For tests and accessibility.
  [[nodiscard]] QStringList crosshairTexts() const;

 Q_SIGNALS:
  void xRangeChosen(std::optional<trainyard::XRange> range);  ///< the user zoomed, panned or reset
  void crosshairMoved(std::optional<double> x);
  void plotResized();
  /// A point was clicked, or Enter pressed with a crosshair: its time, ms since 1970 UTC.
  void timeChosen(qint64 wallMs);
  /// A frame with the newest points was painted; `wallMs` is the newest point's time. For the step-to-pixel measure.
  void painted(qint64 wallMs);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void changeEvent(QEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

}  // namespace trainyard
