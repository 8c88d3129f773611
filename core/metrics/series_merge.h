// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/metrics/point.h"

namespace trainyard {

/// `base` with `detail` in the place of what it has between `fromStep` and the last step of `detail`. Of the smoothed values those up to
/// the first that is not known.
[[nodiscard]] SeriesPoints withDetail(const SeriesPoints& base, const SeriesPoints& detail, double fromStep);

/// Adds points as the store does: one whose step is not after the last takes the place of those from its step on. With a weight,
/// 0..0.999, the average of a series whose smoothed values are all known goes on, as if it had gone on for long; else smoothed values
/// are kept as far as the points to which they belong.
void addSuperseding(SeriesPoints& base, const std::vector<Point>& points, double smoothing = 0.0);

}  // namespace trainyard
