// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "core/metrics/chunk_codec.h"
#include "core/metrics/chunk_summary.h"
#include "core/metrics/pixel_columns.h"
#include "core/metrics/smoothing.h"

namespace trainyard {

/// Points in step order in, what a chart needs of them out: for each pixel column the finite minimum and maximum in step
/// order (one point when they are the same), and the first NaN, the first infinity and the first negative infinity of a
/// column that has them; the first and the last point of all. A stretch of points that lies in one column may be given by its
/// summary. With smoothing each point that is kept carries the mean of its column's smoothed values.
///
/// Smoothing is TensorBoard's (core/metrics/smoothing.h) over every point that was added. A stretch given by its summary of n
/// points counts as if it were its mean throughout, so a column's mean is then off by at most
/// w / (1 - w) * (its maximum - its minimum) / n.
class ColumnReducer {
 public:
  /// `smoothing`: 0..0.999; 0 = none.
  ColumnReducer(const PixelColumns& columns, double smoothing);

  /// Values before the range: they only move the average.
  void warmUp(std::span<const Point> points);
  void add(std::span<const Point> points);
  /// Those points of a chunk whose steps, which rise, are in [fromStep, toStep].
  void add(const ChunkArrays& chunk, qint64 fromStep, qint64 toStep);
  /// Whether a stretch may be added by its summary: it lies in one column, and all of it is finite.
  [[nodiscard]] bool fits(const ChunkSummary& stretch) const;
  /// One that fits().
  void add(const ChunkSummary& stretch);

  /// All of it; nothing is added afterwards.
  [[nodiscard]] SeriesPoints finish();

 private:
  enum Pick : size_t { Low, High, Nan, Infinity, NegativeInfinity, First, Last, pickCount };
  void enter(qint64 step);
  void leave();
  void addOne(const Point& point);
  template <typename T>
  void addRun(const ChunkArrays& chunk, const T* values, size_t begin, size_t end);
  void pick(Pick which, const Point& point) { m_picks[which] = point; }

  PixelColumns m_columns;
  bool m_smooth;
  Smoother m_smoother;
  SeriesPoints m_out;
  std::array<std::optional<Point>, pickCount> m_picks;
  bool m_inColumn = false;
  bool m_begun = false;
  qint64 m_columnLast = 0;  ///< the last step of the present column
  double m_smoothedSum = 0.0;
  qint64 m_smoothedCount = 0;
  std::optional<Point> m_last;
};

}  // namespace trainyard
