// SPDX-License-Identifier: GPL-3.0-or-later
// What a chart of many runs has more than that of one.
#include <algorithm>
#include <cmath>

#include "ui/charts/metric_chart_state.h"

namespace trainyard {
namespace {

constexpr std::size_t mostRows = 12;  // of the crosshair's box, and no more than fit into it
constexpr std::size_t fewRuns = 6;    // whose raw values can still be told apart
constexpr std::size_t manyRuns = 16;  // from which on their curves are thin

}  // namespace

/// So that many runs are no tangle.
void MetricChart::State::thin(CurveScene& scene) const {
  const std::size_t runs = scene.series.size();
  for (DrawnSeries& series : scene.series) {
    series.withRaw = runs <= fewRuns && series.band.first == nullptr;
    if (runs >= manyRuns) series.width = 1.0;
  }
}

/// A run that ended well before x has no value there.
bool MetricChart::State::isPast(const Line& line, double x) const {
  const SeriesBuffer& buffer = line.buffer;
  const double last = buffer.x(buffer.size() - 1);
  const double apart = (last - buffer.x(0)) / static_cast<double>(std::max<std::size_t>(buffer.size(), 2) - 1);
  const XRange seen = visibleRange();
  return x > last + std::max(apart, (seen.to - seen.from) * 0.01);
}

/// The best values first, those that are no number last; the rest is told by its count.
void MetricChart::State::rank(Readout& readout, std::vector<double> values) const {
  std::vector<std::size_t> order(values.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t one, std::size_t other) {
    if (std::isnan(values[one]) || std::isnan(values[other])) return !std::isnan(values[one]) && std::isnan(values[other]);
    return description.lowestIsBest ? values[one] < values[other] : values[one] > values[other];
  });
  const auto fitting = static_cast<std::size_t>(std::max(1, CrosshairItem::rowsFitting(curves->plotArea().height()) - 1));
  const std::size_t shown = order.size() <= std::min(mostRows, fitting + 1) ? order.size() : std::min(mostRows, fitting);
  std::vector<ReadoutRow> rows;
  for (std::size_t i = 0; i < shown; ++i) rows.push_back(readout.rows[order[i]]);
  if (order.size() > shown) {
    const auto more = static_cast<int>(order.size() - shown);
    rows.push_back({Qt::transparent, MetricChart::tr("and %1 more").arg(more), {}, {}, {}});
  }
  readout.rows = std::move(rows);
}

void MetricChart::setSeriesShown(const QString& tag, bool shown) {
  for (const auto& line : m_state->lines)
    if (line->style.tag == tag) line->shown = shown;
  m_state->schedule();
  m_state->updateReadout();
}

void MetricChart::setBand(const QString& tag, const std::vector<RangePoint>& points) {
  std::vector<Point> low;
  std::vector<Point> high;
  for (const RangePoint& point : points) {
    low.push_back({point.step, point.wallMs, point.low});
    high.push_back({point.step, point.wallMs, point.high});
  }
  for (const auto& line : m_state->lines) {
    if (line->style.tag != tag) continue;
    line->low.clear();
    line->high.clear();
    line->low.append(low, m_state->timeline);
    line->high.append(high, m_state->timeline);
  }
  m_state->schedule();
}

}  // namespace trainyard
