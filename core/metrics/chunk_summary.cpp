// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/chunk_summary.h"

#include <cmath>

namespace trainyard {

ChunkSummary summarize(std::span<const Point> points) {
  ChunkSummary summary;
  summary.firstStep = points.front().step;
  summary.count = qint64(points.size());
  summary.last = points.back();
  const Point* min = nullptr;
  const Point* max = nullptr;
  for (const Point& point : points) {
    if (!std::isfinite(point.value)) {
      if (std::isnan(point.value)) ++summary.nanCount;
      continue;
    }
    ++summary.finiteCount;
    summary.sum += point.value;
    if (min == nullptr || point.value < min->value) min = &point;
    if (max == nullptr || point.value > max->value) max = &point;
  }
  if (min != nullptr) summary.min = *min;
  if (max != nullptr) summary.max = *max;
  return summary;
}

void extend(SeriesSummary& summary, const ChunkSummary& chunk) {
  summary.count += chunk.count;
  summary.nanCount += chunk.nanCount;
  summary.last = chunk.last;
  if (chunk.finiteCount == 0) return;
  if (std::isnan(summary.min.value) || chunk.min.value < summary.min.value) summary.min = chunk.min;
  if (std::isnan(summary.max.value) || chunk.max.value > summary.max.value) summary.max = chunk.max;
}

}  // namespace trainyard
