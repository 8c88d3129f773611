// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>

#include "ui/charts/metric_chart.h"

namespace trainyard {

/// The Charts tab: a scrolling column of charts that share one x range and one crosshair. Loss and accuracy first,
/// then one chart for each other group of series that the job has (core/metrics/chart_groups.h); new series make new
/// charts.
class ChartPanel final : public QWidget {
  Q_OBJECT
 public:
  /// Which of a job's series it shows: those of its training, or those that the system tells ("system/...").
  enum class Scope { Training, System };

  explicit ChartPanel(Theme& theme, QWidget* parent = nullptr, Scope scope = Scope::Training);
  ~ChartPanel() override;

  void setHistory(const JobPoints& points, qint64 startMs, double stepsPerEpoch, qint64 totalSteps);
  void append(const JobPoints& points);
  /// Replaces the points of the series that are in `points`; what is seen stays.
  void replace(const JobPoints& points);
  void clear();
  /// Whether points may still come.
  void setAwaited(bool awaited);
  void setOptions(const ChartOptions& options);
  [[nodiscard]] ChartOptions options() const;
  void resetZoom();
  /// Keeps the newest part of the run in view: when zoomed, the range moves along with the last point.
  void setFollowLive(bool follow);
  [[nodiscard]] bool followsLive() const;
  [[nodiscard]] bool isZoomed() const;
  /// The chart that has the keyboard, else the first one.
  [[nodiscard]] MetricChart* currentChart() const;
  /// What is seen, in steps, at the charts' width.
  [[nodiscard]] PixelColumns visibleSteps() const;

 Q_SIGNALS:
  void zoomChanged(bool zoomed);
  void followLiveChanged(bool follow);
  /// Another part is seen, at another width, or averaged otherwise.
  void viewChanged();
  void painted(qint64 wallMs);
  void timeChosen(qint64 wallMs);

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

}  // namespace trainyard
