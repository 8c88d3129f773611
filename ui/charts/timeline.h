// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "core/metrics/point.h"
#include "ui/charts/metric_chart.h"

namespace trainyard {

/// Where a point of a run lies on the x axis, and how far the run reaches. All charts of a job that were told the same
/// points have the same timeline, whichever series they show.
class Timeline {
 public:
  /// `stepsPerEpoch` 0 = epochs are taken from the recorded "epoch" series.
  void reset(qint64 startMs, double stepsPerEpoch, qint64 totalSteps);
  void setKind(XAxisKind kind) { m_kind = kind; }
  [[nodiscard]] XAxisKind kind() const { return m_kind; }

  /// Takes note of how far the points reach, and of the recorded epochs. Returns the first step whose x changed by
  /// that on an epoch axis, or -1.
  qint64 extend(const JobPoints& points);

  /// In the present axis' unit: steps, epochs, or seconds since the start.
  [[nodiscard]] double x(qint64 step, qint64 wallMs) const;
  /// Epochs at the step; NaN when they are not known.
  [[nodiscard]] double epoch(qint64 step) const;
  /// 0 = epochs are those that were recorded.
  [[nodiscard]] double stepsPerEpoch() const { return m_stepsPerEpoch; }
  [[nodiscard]] qint64 startMs() const { return m_startMs; }
  [[nodiscard]] qint64 newestWallMs() const { return m_lastWallMs; }
  /// x of the newest point.
  [[nodiscard]] double lastX() const;
  /// The whole run: from 0 (or the first point of a run whose total is not known and that began late) to the known
  /// total, else to the newest point. Never empty.
  [[nodiscard]] XRange whole() const;
  /// The narrowest range that zooming may reach.
  [[nodiscard]] double narrowest() const;

 private:
  void addEpochs(std::span<const Point> points);

  XAxisKind m_kind = XAxisKind::Step;
  qint64 m_startMs = 0;
  double m_stepsPerEpoch = 0.0;
  qint64 m_totalSteps = 0;
  qint64 m_firstStep = -1;
  qint64 m_firstWallMs = 0;
  qint64 m_lastStep = 0;
  qint64 m_lastWallMs = 0;
  std::vector<std::pair<qint64, double>> m_epochs;  // recorded: step, epoch; both rising
};

}  // namespace trainyard
