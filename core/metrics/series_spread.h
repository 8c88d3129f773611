// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/metrics/point.h"

namespace trainyard {

/// The range of several runs at a step. NaN where none has a finite value.
struct RangePoint {
  qint64 step = 0;
  qint64 wallMs = 0;
  double low = 0.0;
  double high = 0.0;
};

struct SeriesSpread {
  SeriesPoints mean;
  std::vector<RangePoint> range;  ///< a point beside each of the mean's
};

/// What one series of several runs looks like as one curve and a band.
///
/// There is a point at each step at which at least one of the runs has a point (the union of their steps). At a step each run
/// counts with its newest value at or before it, from its own first step to its own last one: a run that ended sooner, or that
/// began later, says nothing there. The mean, the least and the greatest are over the finite values of those that count; where
/// none is finite, all three are NaN. The wall time is the mean of the wall times of the points that count. `mean.smoothed` is
/// the mean of their smoothed values in the same way, and empty unless each run has them.
///
/// Of runs that are reduced to the minimum and the maximum of each pixel column the band is exact to a pixel column. The order
/// in which the runs are given does not matter.
[[nodiscard]] SeriesSpread spreadOf(const std::vector<const SeriesPoints*>& runs);

}  // namespace trainyard
