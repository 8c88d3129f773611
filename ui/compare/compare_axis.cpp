// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_axis.h"

#include <algorithm>
#include <cmath>

namespace trainyard {

CompareAxis::CompareAxis(const Job& job, XAxisKind kind, const SeriesPoints* epochs)
    : m_kind(kind), m_startedMs(job.startedMs), m_fixedEpochs(job.settings.source == JobSource::Simulated) {
  m_timeline.reset(job.startedMs, m_fixedEpochs ? double(job.settings.stepsPerEpoch) : 0.0, 0);
  m_timeline.setKind(kind);
  if (epochs != nullptr) static_cast<void>(m_timeline.extend(JobPoints{job.id, {*epochs}, {}}));
  if (job.status == JobStatus::Running) m_planned = job.progress.totalSteps;
}

SeriesPoints CompareAxis::mapped(const SeriesPoints& series) const {
  SeriesPoints result{series.tag, {}};
  result.points.reserve(series.points.size());
  const bool smoothed = series.smoothed.size() == series.points.size();
  for (std::size_t i = 0; i < series.points.size(); ++i) {
    Point point = series.points[i];
    if (m_kind == XAxisKind::Epoch) {
      const double epoch = m_timeline.epoch(point.step);
      if (std::isnan(epoch)) continue;
      point.step = std::llround(epoch * stepsPerEpoch);
      // Steps before the first recorded epoch share it, and the chart takes rising ones only.
      if (!result.points.empty() && point.step <= result.points.back().step) point.step = result.points.back().step + 1;
    }
    point.wallMs = std::max<qint64>(0, point.wallMs - m_startedMs);
    result.points.push_back(point);
    if (smoothed) result.smoothed.push_back(series.smoothed[i]);
  }
  return result;
}

qint64 CompareAxis::stepAt(double x, const SeriesPoints& series) const {
  if (m_kind == XAxisKind::Step) return std::llround(x);
  const auto after = std::lower_bound(series.points.begin(), series.points.end(), x, [this](const Point& point, double wanted) {
    return m_timeline.x(point.step, point.wallMs) < wanted;
  });
  return after == series.points.end() ? series.points.back().step : after->step;
}

qint64 CompareAxis::plannedEnd() const {
  if (m_planned == 0 || m_kind == XAxisKind::Time) return 0;
  if (m_kind == XAxisKind::Step) return m_planned;
  return m_fixedEpochs ? std::llround(m_timeline.epoch(m_planned) * stepsPerEpoch) : 0;
}

}  // namespace trainyard
