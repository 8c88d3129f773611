// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

#include "ui/charts/series_buffer.h"

namespace trainyard {

/// A value that a curve cannot show.
enum class Oddity { NaN, PositiveInfinity, NegativeInfinity, NotPositive /* on a logarithmic axis */ };

struct OddPoint {
  std::size_t index = 0;
  Oddity oddity = Oddity::NaN;
  friend bool operator==(const OddPoint&, const OddPoint&) = default;
};

struct CurvePoint {
  double x = 0.0;  ///< never falls along a curve
  double y = 0.0;  ///< NaN = the line breaks here
};

enum class CurveParts { Raw, Smoothed, Both };

/// What a frame needs of a series.
struct Reduction {
  std::vector<std::size_t> raw;      ///< indices of minimum and maximum per column in step order; `lineBreak` = a gap
  std::vector<CurvePoint> line;      ///< where they are drawn, one for one: the exact value; of a crowded column not the exact x
  std::vector<CurvePoint> smoothed;  ///< one a column: the mean of the smoothed values in it (itself when it is one)
  std::vector<OddPoint> odd;         ///< the first of each kind per column
  std::size_t visible = 0;           ///< points inside the range

  /// Where the last column begins, in the series and in what is made of it.
  struct Mark {
    std::size_t index = 0;
    std::size_t raw = 0;
    std::size_t smoothed = 0;
    std::size_t odd = 0;
  };
  Mark last;
  std::size_t first = 0;    ///< the first point inside the range
  bool isComplete = false;  ///< there are points behind the range; what is added changes nothing
  static constexpr std::size_t lineBreak = StretchSummary::none;
};

/// Reduces the points between `from` and `to` to `columns` pixel columns: at most two points each, so that no spike is
/// lost and a frame costs pixels, not points. The neighbours just outside are kept, so that the line goes on to the
/// edge.
[[nodiscard]] Reduction reduceToColumns(const SeriesBuffer& series, double from, double to, int columns, bool log,
                                        CurveParts parts = CurveParts::Both);

/// What reduceToColumns(...) would give, from what it gave for the series when it had fewer points and only had points added
/// since: costs what was added, and the last column. Only where `reduction.visible` > 0.
void extendReduction(Reduction& reduction, const SeriesBuffer& series, const PixelColumns& grid, bool log, CurveParts parts);

struct BandColumn {
  double x = 0.0;
  double low = 0.0;   ///< NaN = the band breaks here
  double high = 0.0;
};

/// A band between two edges that have the same steps: for each pixel column that has points the least of the lower edge
/// and the greatest of the upper one; the neighbours just outside of the range too.
[[nodiscard]] std::vector<BandColumn> reduceBand(const SeriesBuffer& low, const SeriesBuffer& high, double from, double to,
                                                 int columns);

}  // namespace trainyard
