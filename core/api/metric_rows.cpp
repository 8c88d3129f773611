// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/metric_rows.h"

#include <QLocale>
#include <algorithm>
#include <cmath>
#include <set>

namespace trainyard {
namespace {

using Value = std::optional<double> MetricRow::*;

/// The rows of one part in which a value is least and greatest; none where it has no finite one.
void addExtremes(const std::vector<MetricRow>& rows, size_t from, size_t to, Value value, std::set<size_t>& kept) {
  std::optional<size_t> least, greatest;
  for (size_t i = from; i < to; ++i) {
    const auto& v = rows[i].*value;
    if (!v || !std::isfinite(*v)) continue;
    if (!least || *v < *(rows[*least].*value)) least = i;
    if (!greatest || *v > *(rows[*greatest].*value)) greatest = i;
  }
  if (least) kept.insert({*least, *greatest});
}

QByteArray jsonOrNull(const std::optional<double>& value) { return value ? jsonNumber(*value) : QByteArray("null"); }

}  // namespace

std::vector<MetricRow> joinedRows(const SeriesPoints* loss, const SeriesPoints* accuracy) {
  static const std::vector<Point> none;
  const auto& one = loss != nullptr ? loss->points : none;
  const auto& two = accuracy != nullptr ? accuracy->points : none;
  std::vector<MetricRow> rows;
  rows.reserve(std::max(one.size(), two.size()));
  for (size_t i = 0, k = 0; i < one.size() || k < two.size();) {
    const qint64 step = std::min(i < one.size() ? one[i].step : two[k].step, k < two.size() ? two[k].step : one[i].step);
    MetricRow row{step, {}, {}, {}};
    if (i < one.size() && one[i].step == step) row.loss = one[i++].value;
    if (k < two.size() && two[k].step == step) row.accuracy = two[k++].value;
    rows.push_back(row);
  }
  return rows;
}

void addEpochs(std::vector<MetricRow>& rows, qint64 stepsPerEpoch, const SeriesPoints* epochs) {
  size_t next = 0;
  for (MetricRow& row : rows) {
    if (stepsPerEpoch > 0) row.epoch = double(row.step) / double(stepsPerEpoch);
    if (stepsPerEpoch > 0 || epochs == nullptr) continue;
    while (next < epochs->points.size() && epochs->points[next].step <= row.step) ++next;
    if (next > 0) row.epoch = epochs->points[next - 1].value;
  }
}

std::vector<MetricRow> spreadRows(const std::vector<MetricRow>& rows, qsizetype limit) {
  const size_t most = size_t(limit);
  if (rows.size() <= most) return rows;
  const auto has = [&rows](Value value) { return std::any_of(rows.begin(), rows.end(), [value](const MetricRow& row) { return (row.*value).has_value(); }); };
  const size_t perPart = has(&MetricRow::loss) && has(&MetricRow::accuracy) ? 4 : 2;
  const size_t parts = (most - 1) / perPart;
  std::set<size_t> kept{rows.size() - 1};
  for (size_t part = 0; part < parts; ++part) {
    const size_t from = rows.size() * part / parts, to = rows.size() * (part + 1) / parts;
    addExtremes(rows, from, to, &MetricRow::loss, kept);
    addExtremes(rows, from, to, &MetricRow::accuracy, kept);
  }
  std::vector<MetricRow> spread;
  spread.reserve(kept.size());
  for (const size_t i : kept) spread.push_back(rows[i]);
  return spread;
}

QByteArray jsonNumber(double value) {
  if (std::isfinite(value)) return QByteArray::number(value, 'g', QLocale::FloatingPointShortest);
  return std::isnan(value) ? "\"NaN\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
}

QByteArray jsonRows(const std::vector<MetricRow>& rows) {
  QByteArray text = "[";
  for (const MetricRow& row : rows) {
    if (text.size() > 1) text += ',';
    text += "{\"step\":" + QByteArray::number(row.step) + ",\"epoch\":" + jsonOrNull(row.epoch) + ",\"loss\":" + jsonOrNull(row.loss) +
            ",\"accuracy\":" + jsonOrNull(row.accuracy) + '}';
  }
  return text + ']';
}

QByteArray jsonPoints(const std::vector<Point>& points) {
  QByteArray text = "[";
  for (const Point& point : points) {
    if (text.size() > 1) text += ',';
    text += "{\"step\":" + QByteArray::number(point.step) + ",\"wall_ms\":" + QByteArray::number(point.wallMs) + ",\"value\":" + jsonNumber(point.value) + '}';
  }
  return text + ']';
}

}  // namespace trainyard
