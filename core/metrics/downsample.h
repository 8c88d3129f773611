// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "core/metrics/pixel_columns.h"
#include "core/metrics/point.h"

namespace trainyard {

/// The steps from `firstStep` to `lastStep`, both included, divided into columns. count > 0.
[[nodiscard]] PixelColumns columnsBetween(qint64 firstStep, qint64 lastStep, int count);

/// The points that a chart `columns` pixels wide needs between `fromStep` and `toStep` (both included): for each column
/// the finite minimum and maximum in step order (one point when they are the same), and the first NaN, the first
/// infinity and the first negative infinity of a column that has them. The first and last point of the range are always
/// kept. `points` are in step order. columns > 0.
[[nodiscard]] std::vector<Point> minMaxPerColumn(std::span<const Point> points, qint64 fromStep, qint64 toStep,
                                                 int columns);

}  // namespace trainyard
