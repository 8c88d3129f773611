// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/curve_reduction.h"

#include <algorithm>
#include <cmath>

#include "core/metrics/pixel_columns.h"

namespace trainyard {
namespace {

constexpr std::size_t none = StretchSummary::none;
constexpr std::size_t crowd = 4;  ///< points of a column beyond which the place in it is not looked up: that is a wait for memory

/// Puts stretches of points one after the other into a reduction.
class Reducer {
 public:
  Reducer(const SeriesBuffer& series, bool log, CurveParts parts, double width, Reduction& out)
      : m_series(series), m_log(log), m_parts(parts), m_width(width), m_out(out) {}

  /// The points [from, to) of a column with this middle.
  void add(std::size_t from, std::size_t to, double middle) {
    const StretchSummary summary = m_series.summary(from, to, m_parts != CurveParts::Raw);
    addOdd(summary);
    if (m_parts != CurveParts::Smoothed) addRaw(summary, to - from, middle);
    if (m_parts != CurveParts::Raw) addSmoothed(summary, to - from == 1 ? m_series.x(from) : middle);
  }

 private:
  void addOdd(const StretchSummary& summary) {
    m_breaks.clear();
    keepOdd(summary.nan, Oddity::NaN);
    keepOdd(summary.positiveInfinity, Oddity::PositiveInfinity);
    keepOdd(summary.negativeInfinity, Oddity::NegativeInfinity);
    if (m_log && summary.least <= 0.0) keepOdd(summary.min, Oddity::NotPositive);
  }

  void keepOdd(std::size_t index, Oddity oddity) {
    if (index == none) return;
    m_out.odd.push_back({index, oddity});
    m_breaks.push_back(index);
  }

  void addRaw(const StretchSummary& summary, std::size_t count, double middle) {
    std::size_t low = m_log ? summary.minPositive : summary.min;
    std::size_t high = low == none ? none : summary.max;
    if (low != none && high < low) std::swap(low, high);
    std::sort(m_breaks.begin(), m_breaks.end());
    auto gap = m_breaks.begin();
    double aside = -m_width / 4;
    for (const std::size_t index : {low, high}) {
      if (index == none) continue;
      for (; gap != m_breaks.end() && *gap < index; ++gap) breakRaw();
      if (!m_out.raw.empty() && m_out.raw.back() == index) continue;
      m_out.raw.push_back(index);
      const double y = index == summary.max ? summary.most : index == summary.min ? summary.least : m_series.value(index);
      m_out.line.push_back({count > crowd ? middle + aside : m_series.x(index), y});
      aside = m_width / 4;
    }
    if (gap != m_breaks.end()) breakRaw();
  }

  void breakRaw() {
    if (m_out.raw.empty() || m_out.raw.back() == Reduction::lineBreak) return;
    m_out.raw.push_back(Reduction::lineBreak);
    m_out.line.push_back({m_out.line.back().x, std::nan("")});
  }

  void addSmoothed(const StretchSummary& summary, double x) {
    const double mean = summary.smoothedSum / static_cast<double>(summary.smoothedCount);
    const bool shown = summary.smoothedCount > 0 && std::isfinite(mean) && !(m_log && mean <= 0.0);
    const bool startsBroken = !m_breaks.empty() && m_breaks.front() < std::min(summary.min, summary.max);
    if (startsBroken) breakSmoothed();
    if (shown) m_out.smoothed.push_back({x, mean});
    if (!m_breaks.empty() && !startsBroken) breakSmoothed();
  }

  void breakSmoothed() {
    if (!m_out.smoothed.empty() && !std::isnan(m_out.smoothed.back().y)) m_out.smoothed.push_back({m_out.smoothed.back().x, std::nan("")});
  }

  const SeriesBuffer& m_series;
  bool m_log;
  CurveParts m_parts;
  double m_width;  // of a column
  Reduction& m_out;
  std::vector<std::size_t> m_breaks;  // of the present stretch, where the line is broken
};

}  // namespace

void extendReduction(Reduction& reduction, const SeriesBuffer& series, const PixelColumns& grid, bool log, CurveParts parts) {
  if (reduction.isComplete) return;
  reduction.raw.resize(reduction.last.raw);
  reduction.line.resize(reduction.last.raw);
  reduction.smoothed.resize(reduction.last.smoothed);
  reduction.odd.resize(reduction.last.odd);
  const std::size_t end = std::max(reduction.last.index, series.upperBound(grid.to));
  reduction.visible = end - reduction.first;
  const double width = (grid.to - grid.from) / grid.count;
  Reducer reducer(series, log, parts, width, reduction);
  std::size_t expected = 1;
  for (std::size_t index = reduction.last.index; index < end;) {
    reduction.last = {index, reduction.raw.size(), reduction.smoothed.size(), reduction.odd.size()};
    const int column = grid.columnOf(series.x(index));
    const std::size_t next = series.firstBehind(grid, column, index, end, expected);
    expected = next - index;
    for (const std::size_t ahead : {2, 3}) series.foresee(index + ahead * expected);
    reducer.add(index, next, grid.from + (column + 0.5) * width);
    index = next;
  }
  reduction.isComplete = end < series.size();
  if (reduction.isComplete) reducer.add(end, end + 1, series.x(end));
}

Reduction reduceToColumns(const SeriesBuffer& series, double from, double to, int columns, bool log, CurveParts parts) {
  Reduction out;
  if (series.isEmpty() || columns <= 0 || !(to > from)) return out;
  out.first = series.lowerBound(from);
  Reducer reducer(series, log, parts, (to - from) / columns, out);
  if (out.first > 0) reducer.add(out.first - 1, out.first, series.x(out.first - 1));
  out.last = {out.first, out.raw.size(), out.smoothed.size(), out.odd.size()};
  extendReduction(out, series, {from, to, columns}, log, parts);
  return out;
}

std::vector<BandColumn> reduceBand(const SeriesBuffer& low, const SeriesBuffer& high, double from, double to, int columns) {
  std::vector<BandColumn> band;
  const std::size_t size = std::min(low.size(), high.size());
  if (size == 0 || columns <= 0 || !(to > from)) return band;
  const auto add = [&](std::size_t begin, std::size_t end, double x) {
    const StretchSummary least = low.summary(begin, end);
    const StretchSummary most = high.summary(begin, end);
    const bool shown = least.min != none && most.max != none;
    if (shown)
      band.push_back({x, low.value(least.min), high.value(most.max)});
    else if (!band.empty() && !std::isnan(band.back().low))
      band.push_back({x, std::nan(""), std::nan("")});
  };
  const std::size_t first = low.lowerBound(from);
  const std::size_t end = std::clamp(low.upperBound(to), first, size);
  if (first > 0) add(first - 1, first, low.x(first - 1));
  const double width = (to - from) / columns;
  for (std::size_t index = first; index < end;) {
    const double column = std::clamp(std::floor((low.x(index) - from) / width), 0.0, columns - 1.0);
    const std::size_t next = std::clamp(low.lowerBound(from + (column + 1.0) * width), index + 1, end);
    add(index, next, next - index == 1 ? low.x(index) : from + (column + 0.5) * width);
    index = next;
  }
  if (end < size) add(end, end + 1, low.x(end));
  return band;
}

}  // namespace trainyard
