// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/series_merge.h"

#include <algorithm>
#include <cmath>

namespace trainyard {
namespace {

/// The newest finite one; NaN where there is none.
double lastFinite(const std::vector<double>& values) {
  const auto found = std::find_if(values.rbegin(), values.rend(), [](double value) { return std::isfinite(value); });
  return found == values.rend() ? std::numeric_limits<double>::quiet_NaN() : *found;
}

}  // namespace

void addSuperseding(SeriesPoints& base, const std::vector<Point>& points, double smoothing) {
  const bool goesOn = smoothing > 0.0 && !base.points.empty() && base.smoothed.size() == base.points.size();
  double average = goesOn ? lastFinite(base.smoothed) : 0.0;
  for (const Point& point : points) {
    const bool overtakes = !base.points.empty() && base.points.back().step >= point.step;
    while (!base.points.empty() && base.points.back().step >= point.step) base.points.pop_back();
    base.smoothed.resize(std::min(base.smoothed.size(), base.points.size()));
    if (goesOn) {
      if (overtakes) average = lastFinite(base.smoothed);
      const bool isFinite = std::isfinite(point.value);
      if (isFinite) average = std::isfinite(average) ? average * smoothing + point.value * (1.0 - smoothing) : point.value;
      base.smoothed.push_back(isFinite ? average : point.value);
    }
    base.points.push_back(point);
  }
}

SeriesPoints withDetail(const SeriesPoints& base, const SeriesPoints& detail, double fromStep) {
  if (detail.points.empty()) return base;
  SeriesPoints merged{base.tag, {}, {}};
  const auto add = [&merged](const SeriesPoints& from, size_t first, size_t end) {
    const size_t known = std::min(end, from.smoothed.size());
    if (known > first && merged.smoothed.size() == merged.points.size())
      merged.smoothed.insert(merged.smoothed.end(), from.smoothed.begin() + qsizetype(first), from.smoothed.begin() + qsizetype(known));
    merged.points.insert(merged.points.end(), from.points.begin() + qsizetype(first), from.points.begin() + qsizetype(end));
  };
  const auto firstNotBefore = [&base](double step) {
    return size_t(std::partition_point(base.points.begin(), base.points.end(), [step](const Point& point) { return double(point.step) < step; }) - base.points.begin());
  };
  add(base, 0, firstNotBefore(fromStep));
  add(detail, 0, detail.points.size());
  const qint64 last = detail.points.back().step;
  const auto behind = std::partition_point(base.points.begin(), base.points.end(), [last](const Point& point) { return point.step <= last; });
  add(base, size_t(behind - base.points.begin()), base.points.size());
  return merged;
}

}  // namespace trainyard
