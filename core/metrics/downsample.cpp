// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/downsample.h"

#include <algorithm>
#include <cmath>

namespace trainyard {
namespace {

/// What one pixel column has seen: positions in the input.
struct Column {
  static constexpr size_t none = size_t(-1);
  size_t low = none;
  size_t high = none;
  size_t nan = none;
  size_t infinity = none;
  size_t negativeInfinity = none;

  void add(std::span<const Point> points, size_t i) {
    const double value = points[i].value;
    if (!std::isfinite(value)) {
      size_t& first = std::isnan(value) ? nan : value > 0.0 ? infinity : negativeInfinity;
      if (first == none) first = i;
      return;
    }
    if (low == none || value < points[low].value) low = i;
    if (high == none || value > points[high].value) high = i;
  }

  void emitTo(std::vector<Point>& out, std::span<const Point> points, size_t first, size_t last) const {
    std::vector<size_t> picked;
    for (const size_t i : {low, high, nan, infinity, negativeInfinity, first, last})
      if (i != none) picked.push_back(i);
    std::sort(picked.begin(), picked.end());
    picked.erase(std::unique(picked.begin(), picked.end()), picked.end());
    for (const size_t i : picked) out.push_back(points[i]);
  }
};

}  // namespace

std::vector<Point> minMaxPerColumn(std::span<const Point> points, qint64 fromStep, qint64 toStep, int columns) {
  const auto stepLess = [](const Point& point, qint64 step) { return point.step < step; };
  const auto begin = std::lower_bound(points.begin(), points.end(), fromStep, stepLess);
  const auto end = std::upper_bound(begin, points.end(), toStep,
                                    [](qint64 step, const Point& point) { return step < point.step; });
  const std::span<const Point> range(begin, end);
  std::vector<Point> out;
  if (range.empty() || columns <= 0) return out;
  // The columns divide the part of the asked range that has points.
  const double start = double(range.front().step);
  const double width = std::max(1.0, double(range.back().step) - start + 1.0);
  // Multiplied first: the quotient of whole numbers is rounded to a whole one only where it is one.
  const auto columnOf = [&](size_t i) { return int((double(range[i].step) - start) * columns / width); };
  size_t i = 0;
  while (i < range.size()) {
    const int here = columnOf(i);
    Column column;
    const size_t first = i == 0 ? 0 : Column::none;
    for (; i < range.size() && columnOf(i) == here; ++i) column.add(range, i);
    column.emitTo(out, range, first, i == range.size() ? i - 1 : Column::none);
  }
  return out;
}

}  // namespace trainyard
