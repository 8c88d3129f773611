// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/series_buffer.h"

#include <algorithm>
#include <cmath>

#include "ui/charts/timeline.h"

namespace trainyard {
namespace {

constexpr std::size_t none = StretchSummary::none;
constexpr qint64 longAgo = 1'000'000;  ///< values

void keepFirst(std::size_t& kept, std::size_t candidate) { kept = std::min(kept, candidate); }

}  // namespace

void SeriesBuffer::clear() {
  truncate(0);
  m_smoother = Smoother(m_smoothing);
}

void SeriesBuffer::append(std::span<const Point> points, const Timeline& timeline, std::span<const double> smoothed) {
  const bool takesGiven = isEmpty() && m_smoothing > 0.0 && !smoothed.empty();
  for (const Point& point : points) {
    if (!m_steps.empty() && point.step <= m_steps.back()) {
      const auto overtaken = std::lower_bound(m_steps.begin(), m_steps.end(), point.step);
      truncate(static_cast<std::size_t>(overtaken - m_steps.begin()));
      smoothAgain();
    }
    const double x = timeline.x(point.step, point.wallMs);
    m_steps.push_back(point.step);
    m_wallMs.push_back(point.wallMs);
    m_values.push_back(point.value);
    m_x.push_back(m_x.empty() ? x : std::max(m_x.back(), x));  // a clock that was set back must not fold the curve
  }
  if (takesGiven) {
    m_given = std::min(smoothed.size(), size());
    m_smoothed.assign(smoothed.begin(), smoothed.begin() + static_cast<std::ptrdiff_t>(m_given));
    resumeSmoother();
  }
  extendSmoothed();
  extendBlocks();
}

/// Goes on behind the values that were given as if the last of them had been there for long.
void SeriesBuffer::resumeSmoother() {
  m_smoother = Smoother(m_smoothing);
  for (std::size_t i = m_given; i-- > 0;) {
    if (!std::isfinite(m_smoothed[i])) continue;
    m_smoother.settle(m_smoothed[i], longAgo);
    return;
  }
}

void SeriesBuffer::remap(const Timeline& timeline, qint64 fromStep) {
  const auto first = std::lower_bound(m_steps.begin(), m_steps.end(), fromStep) - m_steps.begin();
  for (auto i = static_cast<std::size_t>(first); i < size(); ++i) {
    const double x = timeline.x(m_steps[i], m_wallMs[i]);
    m_x[i] = i == 0 ? x : std::max(m_x[i - 1], x);
  }
}

void SeriesBuffer::setSmoothing(double weight) {
  if (weight == m_smoothing) return;
  m_smoothing = weight;
  smoothAgain();
}

std::size_t SeriesBuffer::lowerBound(double x) const {
  return static_cast<std::size_t>(std::lower_bound(m_x.begin(), m_x.end(), x) - m_x.begin());
}

std::size_t SeriesBuffer::upperBound(double x) const {
  return static_cast<std::size_t>(std::upper_bound(m_x.begin(), m_x.end(), x) - m_x.begin());
}

std::size_t SeriesBuffer::firstBehind(const PixelColumns& grid, int column, std::size_t index, std::size_t end) const {
  const auto at = [this](std::size_t i) { return m_x.begin() + static_cast<std::ptrdiff_t>(i); };
  // The edge is near where a division puts it; the columns themselves decide.
  const double edge = grid.from + (column + 1.0) * (grid.to - grid.from) / grid.count;
  auto behind = std::lower_bound(at(index + 1), at(end), edge);
  while (behind != at(end) && grid.columnOf(*behind) <= column) ++behind;
  while (behind - at(index) > 1 && grid.columnOf(*(behind - 1)) > column) --behind;
  return static_cast<std::size_t>(behind - m_x.begin());
}

std::optional<std::size_t> SeriesBuffer::atOrBefore(double x) const {
  const double hair = std::abs(x) * 1e-12;  // x came through a division and back
  const std::size_t after = upperBound(x + hair);
  if (after == 0) return std::nullopt;
  return after - 1;
}

std::optional<std::size_t> SeriesBuffer::nearest(double x) const {
  if (isEmpty()) return std::nullopt;
  const std::size_t after = lowerBound(x);
  if (after == 0) return 0;
  if (after == size()) return size() - 1;
  return x - m_x[after - 1] <= m_x[after] - x ? after - 1 : after;
}

StretchSummary SeriesBuffer::summary(std::size_t from, std::size_t to) const {
  StretchSummary result;
  std::size_t i = from;
  while (i < to) {
    std::size_t level = levelCount;
    while (level > 0 && (i % blockSizes[level - 1] != 0 || i + blockSizes[level - 1] > to)) --level;
    if (level == 0) {
      addPoint(result, i++);
    } else {
      merge(result, m_blocks[level - 1][i / blockSizes[level - 1]]);
      i += blockSizes[level - 1];
    }
  }
  return result;
}

void SeriesBuffer::truncate(std::size_t size) {
  m_steps.resize(size);
  m_wallMs.resize(size);
  m_values.resize(size);
  m_x.resize(size);
  m_smoothed.resize(std::min(m_smoothed.size(), size));
  m_given = std::min(m_given, size);
  for (std::size_t level = 0; level < levelCount; ++level)
    m_blocks[level].resize(std::min(m_blocks[level].size(), size / blockSizes[level]));
}

void SeriesBuffer::extendSmoothed() {
  if (m_smoothing <= 0.0) return;
  for (std::size_t i = m_smoothed.size(); i < size(); ++i) m_smoothed.push_back(m_smoother.next(m_values[i]));
}

void SeriesBuffer::extendBlocks() {
  for (std::size_t level = 0; level < levelCount; ++level) {
    const std::size_t blockSize = blockSizes[level];
    while ((m_blocks[level].size() + 1) * blockSize <= size()) {
      const std::size_t first = m_blocks[level].size() * blockSize;
      StretchSummary block;
      if (level == 0) {
        for (std::size_t i = first; i < first + blockSize; ++i) addPoint(block, i);
      } else {
        const std::size_t below = blockSizes[level - 1];
        for (std::size_t i = first / below; i < (first + blockSize) / below; ++i) merge(block, m_blocks[level - 1][i]);
      }
      m_blocks[level].push_back(block);
    }
  }
}

void SeriesBuffer::smoothAgain() {
  if (m_smoothing <= 0.0) m_given = 0;
  m_smoothed.resize(std::min(m_smoothed.size(), m_given));
  m_given = m_smoothed.size();
  resumeSmoother();
  for (auto& level : m_blocks) level.clear();
  extendSmoothed();
  extendBlocks();
}

void SeriesBuffer::addPoint(StretchSummary& summary, std::size_t index) const {
  const double value = m_values[index];
  if (std::isnan(value)) {
    keepFirst(summary.nan, index);
  } else if (std::isinf(value)) {
    keepFirst(value > 0 ? summary.positiveInfinity : summary.negativeInfinity, index);
  } else {
    if (summary.min == none || value < m_values[summary.min]) summary.min = index;
    if (summary.max == none || value > m_values[summary.max]) summary.max = index;
    if (value > 0 && (summary.minPositive == none || value < m_values[summary.minPositive]))
      summary.minPositive = index;
    const double smooth = smoothed(index);
    if (std::isfinite(smooth)) {
      summary.smoothedSum += smooth;
      ++summary.smoothedCount;
    }
  }
}

void SeriesBuffer::merge(StretchSummary& summary, const StretchSummary& block) const {
  const auto isLess = [this](std::size_t a, std::size_t b) {
    return b == none || (a != none && m_values[a] < m_values[b]);
  };
  if (isLess(block.min, summary.min)) summary.min = block.min;
  if (block.max != none && (summary.max == none || m_values[block.max] > m_values[summary.max]))
    summary.max = block.max;
  if (isLess(block.minPositive, summary.minPositive)) summary.minPositive = block.minPositive;
  keepFirst(summary.nan, block.nan);
  keepFirst(summary.positiveInfinity, block.positiveInfinity);
  keepFirst(summary.negativeInfinity, block.negativeInfinity);
  summary.smoothedCount += block.smoothedCount;
  summary.smoothedSum += block.smoothedSum;
}

}  // namespace trainyard
