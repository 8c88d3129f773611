// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/series_buffer.h"

#include <algorithm>
#include <cmath>

#include "ui/charts/timeline.h"

namespace trainyard {
namespace {

constexpr std::size_t none = StretchSummary::none;
constexpr qint64 longAgo = 1'000'000;  ///< values

/// The narrower index says `none` by its own greatest value.
std::size_t wide(quint32 index) { return index == std::numeric_limits<quint32>::max() ? none : index; }

quint32 narrow(std::size_t index) { return static_cast<quint32>(std::min<std::size_t>(index, std::numeric_limits<quint32>::max())); }

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
    m_hasOdd = m_hasOdd || !(point.value > 0.0 && std::isfinite(point.value));
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
  ++m_edition;
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

std::size_t SeriesBuffer::firstBehind(const PixelColumns& grid, int column, std::size_t index, std::size_t end,
                                      std::size_t expected) const {
  const auto isBehind = [&](std::size_t i) { return grid.columnOf(m_x[i]) > column; };
  std::size_t inside = index;  // the last that is known not to be behind
  std::size_t behind = end;
  std::size_t probe = std::min(index + std::max<std::size_t>(expected, 1), end - 1);
  for (std::size_t step = 1; probe > inside && probe < behind; step *= 2) {
    if (isBehind(probe)) {
      behind = probe;
      probe = probe > inside + step ? probe - step : inside;
    } else {
      inside = probe;
      probe = std::min(probe + step, behind);
    }
  }
  while (behind - inside > 1) {
    const std::size_t middle = inside + (behind - inside) / 2;
    (isBehind(middle) ? behind : inside) = middle;
  }
  return behind;
}

void SeriesBuffer::foresee(std::size_t index) const {
  if (index >= size()) return;
  __builtin_prefetch(&m_x[index]);
  __builtin_prefetch(&m_values[index]);
  for (std::size_t level = 0; level < 3; ++level)
    if (const std::size_t block = index / blockSize(level); block < m_levels[level].extremes.size()) __builtin_prefetch(&m_levels[level].extremes[block]);
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

/// Divides [from, to) into the largest blocks there are and the points beside them; take(level or -1, index of the block or point).
template <typename Take>
void SeriesBuffer::divide(std::size_t from, std::size_t to, const Take& take) {
  constexpr int top = static_cast<int>(levelCount) - 1;
  const auto sizeOf = [](int level) { return level < 0 ? std::size_t{1} : blockSize(static_cast<std::size_t>(level)); };
  std::size_t i = from;
  int level = -1;
  for (; level < top; ++level) {
    const std::size_t next = sizeOf(level + 1);
    const std::size_t edge = (i + next - 1) / next * next;
    if (edge + next > to) break;
    for (; i < edge; i += sizeOf(level)) take(level, i / sizeOf(level));
  }
  for (; level >= -1; --level)
    for (; i + sizeOf(level) <= to; i += sizeOf(level)) take(level, i / sizeOf(level));
}

StretchSummary SeriesBuffer::summary(std::size_t from, std::size_t to, bool withSmoothed) const {
  StretchSummary result;
  divide(from, to, [&](int level, std::size_t index) {
    if (level < 0) {
      addPoint(result, index);
      if (withSmoothed) addSmoothed(result, index);
      return;
    }
    const Level& blocks = m_levels[static_cast<std::size_t>(level)];
    addBlock(result, blocks, index);
    if (!withSmoothed) return;
    result.smoothedSum += blocks.averages[index].sum;
    result.smoothedCount += blocks.averages[index].count;
  });
  if (!m_hasOdd) result.minPositive = result.min;
  return result;
}

void SeriesBuffer::truncate(std::size_t size) {
  ++m_edition;
  m_steps.resize(size);
  m_wallMs.resize(size);
  m_values.resize(size);
  m_x.resize(size);
  m_smoothed.resize(std::min(m_smoothed.size(), size));
  m_given = std::min(m_given, size);
  for (std::size_t level = 0; level < levelCount; ++level) {
    Level& blocks = m_levels[level];
    const std::size_t whole = std::min(blocks.extremes.size(), size / blockSize(level));
    blocks.extremes.resize(whole);
    blocks.oddities.resize(whole);
    blocks.averages.resize(std::min(blocks.averages.size(), whole));
  }
  if (size == 0) m_hasOdd = false;
}

void SeriesBuffer::extendSmoothed() {
  if (m_smoothing <= 0.0) return;
  for (std::size_t i = m_smoothed.size(); i < size(); ++i) m_smoothed.push_back(m_smoother.next(m_values[i]));
}

void SeriesBuffer::extendBlocks() {
  for (std::size_t level = 0; level < levelCount; ++level) {
    Level& blocks = m_levels[level];
    while ((blocks.extremes.size() + 1) * blockSize(level) <= size()) {
      StretchSummary block;
      if (level == 0) {
        const std::size_t first = blocks.extremes.size() * leastBlock;
        for (std::size_t i = first; i < first + leastBlock; ++i) addPoint(block, i);
      } else {
        const std::size_t first = blocks.extremes.size() * 4;
        for (std::size_t i = first; i < first + 4; ++i) addBlock(block, m_levels[level - 1], i);
      }
      blocks.extremes.push_back({block.least, block.most, narrow(block.min), narrow(block.max)});
      blocks.oddities.push_back({narrow(block.nan), narrow(block.positiveInfinity), narrow(block.negativeInfinity),
                                 narrow(m_hasOdd ? block.minPositive : block.min)});
    }
  }
  extendAverages();
}

void SeriesBuffer::extendAverages() {
  for (std::size_t level = 0; level < levelCount; ++level) {
    std::vector<Average>& averages = m_levels[level].averages;
    while (averages.size() < m_levels[level].extremes.size()) {
      StretchSummary block;
      if (level == 0) {
        const std::size_t first = averages.size() * leastBlock;
        for (std::size_t i = first; i < first + leastBlock; ++i) addSmoothed(block, i);
      } else {
        const std::size_t first = averages.size() * 4;
        for (std::size_t i = first; i < first + 4; ++i) {
          block.smoothedSum += m_levels[level - 1].averages[i].sum;
          block.smoothedCount += m_levels[level - 1].averages[i].count;
        }
      }
      averages.push_back({block.smoothedSum, static_cast<Index>(block.smoothedCount)});
    }
  }
}

void SeriesBuffer::smoothAgain() {
  ++m_edition;
  if (m_smoothing <= 0.0) m_given = 0;
  m_smoothed.resize(std::min(m_smoothed.size(), m_given));
  m_given = m_smoothed.size();
  resumeSmoother();
  for (Level& level : m_levels) level.averages.clear();
  extendSmoothed();
  extendBlocks();
}

void SeriesBuffer::addPoint(StretchSummary& summary, std::size_t index) const {
  const double value = m_values[index];
  if (!std::isfinite(value)) {
    keepFirst(std::isnan(value) ? summary.nan : value > 0 ? summary.positiveInfinity : summary.negativeInfinity, index);
    return;
  }
  if (value < summary.least) summary.least = value, summary.min = index;
  if (value > summary.most) summary.most = value, summary.max = index;
  if (m_hasOdd && value > 0 && (summary.minPositive == none || value < m_values[summary.minPositive])) summary.minPositive = index;
}

void SeriesBuffer::addSmoothed(StretchSummary& summary, std::size_t index) const {
  const double smooth = smoothed(index);
  if (!std::isfinite(smooth) || !std::isfinite(m_values[index])) return;
  summary.smoothedSum += smooth;
  ++summary.smoothedCount;
}

void SeriesBuffer::addBlock(StretchSummary& summary, const Level& level, std::size_t block) const {
  const Extremes& extremes = level.extremes[block];
  if (extremes.least < summary.least) summary.least = extremes.least, summary.min = extremes.min;
  if (extremes.most > summary.most) summary.most = extremes.most, summary.max = extremes.max;
  if (!m_hasOdd) return;
  const Oddities& odd = level.oddities[block];
  keepFirst(summary.nan, wide(odd.nan));
  keepFirst(summary.positiveInfinity, wide(odd.positiveInfinity));
  keepFirst(summary.negativeInfinity, wide(odd.negativeInfinity));
  const std::size_t positive = wide(odd.minPositive);
  if (positive != none && (summary.minPositive == none || m_values[positive] < m_values[summary.minPositive])) summary.minPositive = positive;
}

}  // namespace trainyard
