// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/timeline.h"

#include <algorithm>
#include <cmath>

namespace trainyard {

void Timeline::reset(qint64 startMs, double stepsPerEpoch, qint64 totalSteps) {
  const XAxisKind kind = m_kind;
  *this = Timeline();
  m_kind = kind;
  m_startMs = startMs;
  m_stepsPerEpoch = std::max(0.0, stepsPerEpoch);
  m_totalSteps = std::max<qint64>(0, totalSteps);
}

qint64 Timeline::extend(const JobPoints& points) {
  qint64 firstChanged = -1;
  for (const SeriesPoints& series : points.series) {
    if (series.points.empty()) continue;
    const Point& first = series.points.front();
    const Point& last = series.points.back();
    if (m_firstStep < 0 || first.step < m_firstStep) {
      m_firstStep = first.step;
      m_firstWallMs = first.wallMs;
    }
    m_lastStep = std::max(m_lastStep, last.step);
    m_lastWallMs = std::max(m_lastWallMs, last.wallMs);
    if (series.tag == QLatin1String("epoch") && m_stepsPerEpoch <= 0.0) {
      firstChanged = m_epochs.empty() ? 0 : std::min(m_epochs.back().first, first.step);
      addEpochs(series.points);
    }
  }
  if (points.progress.totalSteps > 0) m_totalSteps = points.progress.totalSteps;
  return firstChanged;
}

void Timeline::addEpochs(std::span<const Point> points) {
  for (const Point& point : points) {
    if (!std::isfinite(point.value)) continue;
    while (!m_epochs.empty() && m_epochs.back().first >= point.step) m_epochs.pop_back();
    m_epochs.emplace_back(point.step, m_epochs.empty() ? point.value : std::max(point.value, m_epochs.back().second));
  }
}

double Timeline::epoch(qint64 step) const {
  if (m_stepsPerEpoch > 0.0) return static_cast<double>(step) / m_stepsPerEpoch;
  if (m_epochs.empty()) return std::nan("");
  const auto after = std::upper_bound(m_epochs.begin(), m_epochs.end(), step,
                                      [](qint64 wanted, const auto& recorded) { return wanted < recorded.first; });
  if (after == m_epochs.begin()) return after->second;
  const auto before = after - 1;
  if (after == m_epochs.end()) return before->second;
  const double share = static_cast<double>(step - before->first) / static_cast<double>(after->first - before->first);
  return before->second + share * (after->second - before->second);
}

double Timeline::x(qint64 step, qint64 wallMs) const {
  switch (m_kind) {
    case XAxisKind::Step: return static_cast<double>(step);
    case XAxisKind::Epoch: {
      const double value = epoch(step);
      return std::isnan(value) ? 0.0 : value;
    }
    case XAxisKind::Time: return static_cast<double>(wallMs - m_startMs) / 1000.0;
  }
  return 0.0;
}

double Timeline::lastX() const { return x(m_lastStep, m_lastWallMs); }

XRange Timeline::whole() const {
  const bool totalKnown = m_totalSteps > 0 && m_kind != XAxisKind::Time
      && (m_kind == XAxisKind::Step || m_stepsPerEpoch > 0.0);
  XRange range{0.0, 0.0};
  if (m_firstStep >= 0) {
    const double first = x(m_firstStep, m_firstWallMs);
    const double last = lastX();
    const bool beganLate = !totalKnown && first > last * 0.25 && last > first;
    range.from = beganLate ? first : std::min(0.0, first);
    range.to = last;
  }
  if (totalKnown) range.to = std::max(range.to, x(m_totalSteps, 0));
  if (!(range.to > range.from)) range.to = range.from + 1.0;
  return range;
}

double Timeline::narrowest() const {
  const XRange all = whole();
  const double ofWhole = (all.to - all.from) * 1e-7;
  switch (m_kind) {
    case XAxisKind::Step: return std::max(ofWhole, 2.0);
    case XAxisKind::Epoch: return std::max(ofWhole, m_stepsPerEpoch > 0.0 ? 2.0 / m_stepsPerEpoch : 1e-3);
    case XAxisKind::Time: return std::max(ofWhole, 0.05);
  }
  return ofWhole;
}

}  // namespace trainyard
