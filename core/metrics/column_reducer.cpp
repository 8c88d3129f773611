// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/column_reducer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace trainyard {
namespace {

constexpr qint64 lastOfAll = std::numeric_limits<qint64>::max();

/// The last step that lies in the same column as `step`.
qint64 lastStepOf(const PixelColumns& columns, qint64 step) {
  const int here = columns.columnOf(double(step));
  if (here == columns.count - 1) return lastOfAll;
  qint64 in = step;
  qint64 out = lastOfAll;
  const double edge = columns.from + (here + 1.0) * (columns.to - columns.from) / columns.count;
  if (edge < 9e18) {  // close to it in most cases; then a few steps of halving are left
    const qint64 guess = std::clamp(qint64(edge), step, lastOfAll - 2);
    if (columns.columnOf(double(guess + 2)) > here) out = guess + 2;
    if (guess - 2 > in && columns.columnOf(double(guess - 2)) == here) in = guess - 2;
  }
  if (columns.columnOf(double(out)) == here) return lastOfAll;
  while (out - in > 1) {
    const qint64 middle = in + (out - in) / 2;
    (columns.columnOf(double(middle)) == here ? in : out) = middle;
  }
  return in;
}

template <typename T>
struct Extent {
  T low;
  T high;
  double sum;  ///< not finite where a value is not; it may also have overflown
};

/// In lanes that do not wait for each other. Where a value is NaN, only the sum tells so.
template <typename T>
Extent<T> extentOf(std::span<const T> values) {
  constexpr size_t lanes = 8;
  std::array<T, lanes> low;
  std::array<T, lanes> high;
  std::array<double, lanes> sum{};
  low.fill(values.front());
  high.fill(values.front());
  const T* value = values.data();
  const T* const end = value + values.size();
  for (; end - value >= qsizetype(lanes); value += lanes) {
    for (size_t k = 0; k < lanes; ++k) {
      low[k] = value[k] < low[k] ? value[k] : low[k];
      high[k] = value[k] > high[k] ? value[k] : high[k];
      sum[k] += double(value[k]);
    }
  }
  for (size_t k = 0; value + k < end; ++k) {
    low[k] = std::min(low[k], value[k]);
    high[k] = std::max(high[k], value[k]);
    sum[k] += double(value[k]);
  }
  return {*std::min_element(low.begin(), low.end()), *std::max_element(high.begin(), high.end()), std::accumulate(sum.begin(), sum.end(), 0.0)};
}

}  // namespace

ColumnReducer::ColumnReducer(const PixelColumns& columns, double smoothing)
    : m_columns(columns), m_smooth(smoothing > 0.0), m_smoother(smoothing) {}

void ColumnReducer::warmUp(std::span<const Point> points) {
  if (!m_smooth) return;
  for (const Point& point : points) static_cast<void>(m_smoother.next(point.value));
}

void ColumnReducer::enter(qint64 step) {
  if (m_inColumn && step <= m_columnLast) return;
  if (m_inColumn) leave();
  m_inColumn = true;
  m_columnLast = lastStepOf(m_columns, step);
}

void ColumnReducer::add(std::span<const Point> points) {
  for (const Point& point : points) {
    if (!m_inColumn || point.step > m_columnLast) enter(point.step);
    addOne(point);
  }
  if (!points.empty()) m_last = points.back();
}

void ColumnReducer::addOne(const Point& point) {
  if (!std::exchange(m_begun, true)) pick(First, point);
  const double value = point.value;
  if (!std::isfinite(value)) {
    const Pick odd = std::isnan(value) ? Nan : value > 0.0 ? Infinity : NegativeInfinity;
    if (!m_picks[odd]) pick(odd, point);
    return;
  }
  if (!m_picks[Low] || value < m_picks[Low]->value) pick(Low, point);
  if (!m_picks[High] || value > m_picks[High]->value) pick(High, point);
  if (!m_smooth) return;
  m_smoothedSum += m_smoother.next(value);
  ++m_smoothedCount;
}

void ColumnReducer::add(const ChunkArrays& chunk, qint64 fromStep, qint64 toStep) {
  // The first place of [from, to) with a step after `step`.
  const auto after = [&chunk](qint64 step, size_t from, size_t to) {
    while (from < to) {
      const size_t middle = from + (to - from) / 2;
      (chunk.steps[middle] > step ? to : from) = chunk.steps[middle] > step ? middle : middle + 1;
    }
    return from;
  };
  const size_t begin = fromStep == std::numeric_limits<qint64>::min() ? 0 : after(fromStep - 1, 0, chunk.count);
  const size_t end = after(toStep, begin, chunk.count);
  for (size_t i = begin; i < end;) {
    enter(chunk.steps[i]);
    const size_t run = std::max(i + 1, after(m_columnLast, i, end));
    if (chunk.floats)
      addRun(chunk, chunk.floats.get(), i, run);
    else
      addRun(chunk, chunk.doubles.get(), i, run);
    i = run;
  }
  if (begin < end) m_last = chunk.point(end - 1);
}

/// Points of the present column.
template <typename T>
void ColumnReducer::addRun(const ChunkArrays& chunk, const T* values, size_t begin, size_t end) {
  const std::span<const T> run(values + begin, end - begin);
  const Extent<T> extent = extentOf(run);
  if (run.size() < 4 || !std::isfinite(extent.sum)) {
    for (size_t i = begin; i < end; ++i) addOne(chunk.point(i));
    return;
  }
  if (!std::exchange(m_begun, true)) pick(First, chunk.point(begin));
  const auto pickFirst = [&](Pick which, T value) { pick(which, chunk.point(begin + size_t(std::find(run.begin(), run.end(), value) - run.begin()))); };
  if (!m_picks[Low] || double(extent.low) < m_picks[Low]->value) pickFirst(Low, extent.low);
  if (!m_picks[High] || double(extent.high) > m_picks[High]->value) pickFirst(High, extent.high);
  if (!m_smooth) return;
  m_smoothedSum += m_smoother.sumOfNext(run, extent.sum, double(std::max(std::abs(extent.low), std::abs(extent.high))));
  m_smoothedCount += qint64(run.size());
}

bool ColumnReducer::fits(const ChunkSummary& stretch) const {
  return stretch.isFinite() && m_columns.columnOf(double(stretch.firstStep)) == m_columns.columnOf(double(stretch.lastStep()));
}

void ColumnReducer::add(const ChunkSummary& stretch) {
  enter(stretch.firstStep);
  m_begun = true;
  if (!m_picks[Low] || stretch.min.value < m_picks[Low]->value) pick(Low, stretch.min);
  if (!m_picks[High] || stretch.max.value > m_picks[High]->value) pick(High, stretch.max);
  m_last = stretch.last;
  if (!m_smooth) return;
  m_smoothedSum += stretch.sum;
  m_smoothedCount += stretch.count;
  m_smoother.settle(stretch.sum / double(stretch.count), stretch.count);
}

void ColumnReducer::leave() {
  std::sort(m_picks.begin(), m_picks.end(), [](const auto& a, const auto& b) { return a && (!b || a->step < b->step); });
  const double mean = m_smoothedCount > 0 ? m_smoothedSum / double(m_smoothedCount) : std::numeric_limits<double>::quiet_NaN();
  for (size_t i = 0; i < pickCount && m_picks[i]; ++i) {
    if (i > 0 && m_picks[i - 1]->step == m_picks[i]->step) continue;
    m_out.points.push_back(*m_picks[i]);
    if (m_smooth) m_out.smoothed.push_back(mean);
  }
  m_picks.fill(std::nullopt);
  m_smoothedSum = 0.0;
  m_smoothedCount = 0;
}

SeriesPoints ColumnReducer::finish() {
  if (m_last) pick(Last, *m_last);
  if (m_inColumn) leave();
  return std::move(m_out);
}

}  // namespace trainyard
