// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/job.h"
#include "core/metrics/point.h"
#include "ui/charts/timeline.h"

namespace trainyard {

/// Where the points of several jobs lie on one axis. A chart has one timeline, so the points are brought to it: wall times
/// count from each job's own start, and on an epoch axis a "step" is a millionth of an epoch, for jobs have epochs of
/// different lengths.
class CompareAxis {
 public:
  static constexpr double stepsPerEpoch = 1e6;  ///< of the chart, on an epoch axis

  /// `epochs`: the job's recorded "epoch" series, or null.
  CompareAxis(const Job& job, XAxisKind kind, const SeriesPoints* epochs);

  /// On an epoch axis points without a known epoch are left out.
  [[nodiscard]] SeriesPoints mapped(const SeriesPoints& series) const;
  /// The job's step at an x of the chart's axis, going by the points of one of its series; they must not be empty.
  [[nodiscard]] qint64 stepAt(double x, const SeriesPoints& series) const;
  /// Where a running job will end, in the chart's steps; 0 = not known.
  [[nodiscard]] qint64 plannedEnd() const;
  /// Whether the epochs of points may still change when more is known.
  [[nodiscard]] bool mayShift() const { return m_kind == XAxisKind::Epoch && !m_fixedEpochs; }

 private:
  XAxisKind m_kind;
  Timeline m_timeline;
  qint64 m_startedMs;
  qint64 m_planned = 0;
  bool m_fixedEpochs;
};

}  // namespace trainyard
