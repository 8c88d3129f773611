// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/trouble_watch.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

#include "core/base/format.h"
#include "core/metrics/chart_groups.h"

namespace trainyard {
namespace {

constexpr double spreads = 6.0;         ///< as far as this noise goes, in median deviations
constexpr size_t leastIntervals = 3;
constexpr size_t mostIntervals = 30;
constexpr qint64 gibibyte = qint64(1) << 30;

QString text(const char* source) { return QCoreApplication::translate("Trouble", source); }

template <typename Numbers>
double medianOf(const Numbers& sorted) {
  const size_t half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? double(sorted[half]) : (double(sorted[half - 1]) + double(sorted[half])) / 2.0;
}

}  // namespace

void RunningMedian::add(double value) {
  m_inOrder.push_back(value);
  m_sorted.insert(std::upper_bound(m_sorted.begin(), m_sorted.end(), value), value);
  if (m_inOrder.size() <= m_window) return;
  m_sorted.erase(std::lower_bound(m_sorted.begin(), m_sorted.end(), m_inOrder.front()));
  m_inOrder.pop_front();
}

double RunningMedian::median() const { return medianOf(m_sorted); }

double RunningMedian::spread() const {
  const double middle = median();
  std::vector<double> distances;
  distances.reserve(m_sorted.size());
  for (const double value : m_sorted) distances.push_back(std::abs(value - middle));
  std::sort(distances.begin(), distances.end());
  return medianOf(distances);
}

QList<Trouble> TroubleWatch::take(const JobPoints& points) {
  QList<Trouble> troubles;
  qint64 newest = 0;
  for (const SeriesPoints& series : points.series) {
    if (isSystemTag(series.tag) || series.points.empty()) continue;
    newest = std::max(newest, series.points.back().wallMs);
    if (metricKind(series.tag) != MetricKind::Loss) continue;
    for (const Point& point : series.points) judge(series.tag, point, troubles);
  }
  if (newest == 0) return troubles;
  if (m_lastMs > 0 && newest > m_lastMs) m_intervals.push_back(newest - m_lastMs);
  if (m_intervals.size() > mostIntervals) m_intervals.pop_front();
  m_lastMs = newest;
  m_stallTold = false;
  return troubles;
}

void TroubleWatch::judge(const QString& tag, const Point& point, QList<Trouble>& troubles) {
  if (!m_series.contains(tag)) m_series.insert(tag, Series(m_limits.medianWindow));
  Series& series = *m_series.find(tag);
  const QString step = countText(point.step);
  if (!std::isfinite(point.value)) {
    series.calm = 0;
    if (std::exchange(series.told, true)) return;
    if (std::isnan(point.value))
      troubles << Trouble{TroubleKind::LossNan, text("%1 became NaN at step %2").arg(tag, step)};
    else
      troubles << Trouble{TroubleKind::LossInfinite, text("%1 became infinite at step %2").arg(tag, step)};
    return;
  }
  if (isAbove(series, point.value)) {
    series.calm = 0;
    if (!series.told && ++series.above >= m_limits.divergingPoints) {
      series.told = true;
      troubles << Trouble{TroubleKind::Diverging, text("%1 is diverging: %2 at step %3, where %4 was usual")
                                                      .arg(tag, metricText(point.value), step, metricText(series.usual.median()))};
    }
    if (!series.told) return;  // what may be a spike is not taken for usual
  } else {
    series.above = 0;
    if (++series.calm >= m_limits.calmPoints) series.told = false;
  }
  series.usual.add(point.value);
}

/// Far above what was usual: by the factor of the median, and beyond what the noise explains, so that a loss near zero, or below
/// it, gives no alarm for its noise.
bool TroubleWatch::isAbove(const Series& series, double value) const {
  if (series.usual.count() < static_cast<size_t>(m_limits.leastPoints)) return false;
  const double median = series.usual.median();
  if (value <= median + (m_limits.divergingFactor - 1.0) * std::abs(median)) return false;  // the cheap test first
  return value > median + m_limits.divergingFactor * spreads * series.usual.spread();
}

std::optional<Trouble> TroubleWatch::checkStalled(qint64 nowMs) {
  if (m_stallTold || m_intervals.size() < leastIntervals) return std::nullopt;
  std::vector<qint64> sorted(m_intervals.begin(), m_intervals.end());
  std::sort(sorted.begin(), sorted.end());
  const double usual = medianOf(sorted);
  const qint64 silent = nowMs - m_lastMs;
  if (silent < m_limits.stalledLeastMs || double(silent) < m_limits.stalledIntervals * usual) return std::nullopt;
  m_stallTold = true;
  return Trouble{TroubleKind::Stalled, text("No new value for %1; they came every %2 before")
                                           .arg(durationText(silent), durationText(std::max<qint64>(1000, qint64(usual))))};
}

std::optional<Trouble> diskTrouble(qint64 freeBytes, qint64 totalBytes) {
  const qint64 least = std::min(gibibyte, totalBytes / 20);
  if (totalBytes <= 0 || freeBytes >= least) return std::nullopt;
  return Trouble{TroubleKind::DiskLow, text("The disk is nearly full: %1 left").arg(sizeText(freeBytes))};
}

}  // namespace trainyard
