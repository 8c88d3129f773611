// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/series_spread.h"

#include <algorithm>
#include <cmath>

namespace trainyard {
namespace {

struct Run {
  const SeriesPoints* series = nullptr;
  std::size_t next = 0;  ///< the first of its points that is after the present step

  [[nodiscard]] bool hasSmoothed() const { return series->smoothed.size() == series->points.size(); }
  [[nodiscard]] bool counts(qint64 step) const { return next > 0 && series->points.back().step >= step; }
  void advanceTo(qint64 step) {
    while (next < series->points.size() && series->points[next].step <= step) ++next;
  }
};

/// The mean of what is finite.
class Mean {
 public:
  void add(double value) {
    if (!std::isfinite(value)) return;
    m_sum += value;
    ++m_count;
  }
  [[nodiscard]] double value() const { return m_count == 0 ? std::nan("") : m_sum / m_count; }

 private:
  double m_sum = 0.0;
  int m_count = 0;
};

std::vector<qint64> stepsOf(const std::vector<Run>& runs) {
  std::vector<qint64> steps;
  for (const Run& run : runs)
    for (const Point& point : run.series->points) steps.push_back(point.step);
  std::sort(steps.begin(), steps.end());
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  return steps;
}

}  // namespace

SeriesSpread spreadOf(const std::vector<const SeriesPoints*>& given) {
  std::vector<Run> runs;
  for (const SeriesPoints* series : given)
    if (!series->points.empty()) runs.push_back({series, 0});
  SeriesSpread spread;
  if (runs.empty()) return spread;
  spread.mean.tag = runs.front().series->tag;
  const bool smoothed = std::all_of(runs.begin(), runs.end(), [](const Run& run) { return run.hasSmoothed(); });
  for (const qint64 step : stepsOf(runs)) {
    Mean mean;
    Mean smooth;
    Mean wall;
    RangePoint range{step, 0, std::nan(""), std::nan("")};
    for (Run& run : runs) {
      run.advanceTo(step);
      if (!run.counts(step)) continue;
      const Point& point = run.series->points[run.next - 1];
      wall.add(static_cast<double>(point.wallMs));
      mean.add(point.value);
      if (smoothed) smooth.add(run.series->smoothed[run.next - 1]);
      if (!std::isfinite(point.value)) continue;
      range.low = std::isnan(range.low) ? point.value : std::min(range.low, point.value);
      range.high = std::isnan(range.high) ? point.value : std::max(range.high, point.value);
    }
    range.wallMs = std::llround(wall.value());
    spread.mean.points.push_back({step, range.wallMs, mean.value()});
    if (smoothed) spread.mean.smoothed.push_back(smooth.value());
    spread.range.push_back(range);
  }
  return spread;
}

}  // namespace trainyard
