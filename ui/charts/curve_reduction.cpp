// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/curve_reduction.h"

#include <algorithm>
#include <cmath>

#include "core/metrics/pixel_columns.h"

namespace trainyard {
namespace {

constexpr std::size_t none = StretchSummary::none;

/// Puts stretches of points one after the other into a reduction.
class Reducer {
 public:
  Reducer(const SeriesBuffer& series, bool log, Reduction& out) : m_series(series), m_log(log), m_out(out) {}

  void add(std::size_t from, std::size_t to, double middle) {
    const StretchSummary summary = m_series.summary(from, to);
    addOdd(summary);
    addRaw(summary);
    addSmoothed(summary, to - from == 1 ? m_series.x(from) : middle);
  }

 private:
  void addOdd(const StretchSummary& summary) {
    m_breaks.clear();
    keepOdd(summary.nan, Oddity::NaN);
    keepOdd(summary.positiveInfinity, Oddity::PositiveInfinity);
    keepOdd(summary.negativeInfinity, Oddity::NegativeInfinity);
    if (m_log && summary.min != none && m_series.value(summary.min) <= 0.0) keepOdd(summary.min, Oddity::NotPositive);
  }

  void keepOdd(std::size_t index, Oddity oddity) {
    if (index == none) return;
    m_out.odd.push_back({index, oddity});
    m_breaks.push_back(index);
  }

  void addRaw(const StretchSummary& summary) {
    std::size_t low = m_log ? summary.minPositive : summary.min;
    std::size_t high = low == none ? none : summary.max;
    if (low != none && high < low) std::swap(low, high);
    std::sort(m_breaks.begin(), m_breaks.end());
    auto gap = m_breaks.begin();
    for (const std::size_t index : {low, high}) {
      if (index == none) continue;
      for (; gap != m_breaks.end() && *gap < index; ++gap) breakRaw();
      if (m_out.raw.empty() || m_out.raw.back() != index) m_out.raw.push_back(index);
    }
    if (gap != m_breaks.end()) breakRaw();
  }

  void breakRaw() {
    if (!m_out.raw.empty() && m_out.raw.back() != Reduction::lineBreak) m_out.raw.push_back(Reduction::lineBreak);
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
    if (!m_out.smoothed.empty() && !std::isnan(m_out.smoothed.back().y)) m_out.smoothed.push_back({0.0, std::nan("")});
  }

  const SeriesBuffer& m_series;
  bool m_log;
  Reduction& m_out;
  std::vector<std::size_t> m_breaks;  // of the present stretch, where the line is broken
};

}  // namespace

Reduction reduceToColumns(const SeriesBuffer& series, double from, double to, int columns, bool log) {
  Reduction out;
  if (series.isEmpty() || columns <= 0 || !(to > from)) return out;
  const std::size_t first = series.lowerBound(from);
  const std::size_t end = std::max(first, series.upperBound(to));
  out.visible = end - first;
  out.raw.reserve(std::min(out.visible, static_cast<std::size_t>(columns) * 2) + 2);
  Reducer reducer(series, log, out);
  if (first > 0) reducer.add(first - 1, first, series.x(first - 1));
  const PixelColumns grid{from, to, columns};
  const double width = (to - from) / columns;
  for (std::size_t index = first; index < end;) {
    const int column = grid.columnOf(series.x(index));
    const std::size_t next = series.firstBehind(grid, column, index, end);
    reducer.add(index, next, from + (column + 0.5) * width);
    index = next;
  }
  if (end < series.size()) reducer.add(end, end + 1, series.x(end));
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
