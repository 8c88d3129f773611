// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/downsample.h"

#include <algorithm>

#include "core/metrics/column_reducer.h"

namespace trainyard {

PixelColumns columnsBetween(qint64 firstStep, qint64 lastStep, int count) {
  return {double(firstStep), std::max(double(lastStep) + 1.0, double(firstStep) + 1.0), count};
}

std::vector<Point> minMaxPerColumn(std::span<const Point> points, qint64 fromStep, qint64 toStep, int columns) {
  const auto stepLess = [](const Point& point, qint64 step) { return point.step < step; };
  const auto begin = std::lower_bound(points.begin(), points.end(), fromStep, stepLess);
  const auto end = std::upper_bound(begin, points.end(), toStep, [](qint64 step, const Point& point) { return step < point.step; });
  const std::span<const Point> range(begin, end);
  if (range.empty() || columns <= 0) return {};
  ColumnReducer reducer(columnsBetween(range.front().step, range.back().step, columns), 0.0);
  reducer.add(range);
  return reducer.finish().points;
}

}  // namespace trainyard
