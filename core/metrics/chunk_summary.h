// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "core/metrics/point.h"

namespace trainyard {

/// What is known of a stretch of a series without its points, which are in step order. Extremes are over finite values, at their
/// first occurrences; their value is NaN where there is none.
struct ChunkSummary {
  qint64 firstStep = 0;
  qint64 count = 0;
  qint64 nanCount = 0;
  qint64 finiteCount = 0;
  double sum = 0.0;  ///< of the finite values
  Point last;
  Point min{0, 0, std::numeric_limits<double>::quiet_NaN()};
  Point max{0, 0, std::numeric_limits<double>::quiet_NaN()};

  [[nodiscard]] qint64 lastStep() const { return last.step; }
  [[nodiscard]] bool isFinite() const { return finiteCount == count; }
};

/// `points` is not empty.
[[nodiscard]] ChunkSummary summarize(std::span<const Point> points);

/// Adds a stretch that comes after all that the summary has seen.
void extend(SeriesSummary& summary, const ChunkSummary& chunk);

}  // namespace trainyard
