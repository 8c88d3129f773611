// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/column_reducer.h"

#include <algorithm>
#include <cmath>

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
    if (!std::exchange(m_begun, true)) pick(First, point);
    const double value = point.value;
    if (!std::isfinite(value)) {
      const Pick odd = std::isnan(value) ? Nan : value > 0.0 ? Infinity : NegativeInfinity;
      if (!m_picks[odd]) pick(odd, point);
      continue;
    }
    if (!m_picks[Low] || value < m_picks[Low]->value) pick(Low, point);
    if (!m_picks[High] || value > m_picks[High]->value) pick(High, point);
    if (!m_smooth) continue;
    m_smoothedSum += m_smoother.next(value);
    ++m_smoothedCount;
  }
  if (!points.empty()) m_last = points.back();
}

bool ColumnReducer::add(const ChunkSummary& stretch) {
  if (!stretch.isFinite() || m_columns.columnOf(double(stretch.firstStep)) != m_columns.columnOf(double(stretch.lastStep()))) return false;
  enter(stretch.firstStep);
  m_begun = true;
  if (!m_picks[Low] || stretch.min.value < m_picks[Low]->value) pick(Low, stretch.min);
  if (!m_picks[High] || stretch.max.value > m_picks[High]->value) pick(High, stretch.max);
  m_last = stretch.last;
  if (!m_smooth) return true;
  m_smoothedSum += stretch.sum;
  m_smoothedCount += stretch.count;
  m_smoother.settle(stretch.sum / double(stretch.count), stretch.count);
  return true;
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
