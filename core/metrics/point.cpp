// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/point.h"

#include <cmath>

namespace trainyard {

void extend(SeriesSummary& summary, const std::vector<Point>& points) {
  for (const Point& point : points) {
    ++summary.count;
    summary.last = point;
    if (std::isnan(point.value)) ++summary.nanCount;
    if (!std::isfinite(point.value)) continue;
    if (std::isnan(summary.min.value) || point.value < summary.min.value) summary.min = point;
    if (std::isnan(summary.max.value) || point.value > summary.max.value) summary.max = point;
  }
}

}  // namespace trainyard
