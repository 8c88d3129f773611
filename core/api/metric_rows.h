// SPDX-License-Identifier: GPL-3.0-or-later
// What is polled: the loss and the accuracy of a job side by side.
#pragma once

#include <QByteArray>
#include <optional>
#include <vector>

#include "core/metrics/point.h"

namespace trainyard {

struct MetricRow {
  qint64 step = 0;
  std::optional<double> epoch;
  std::optional<double> loss;      ///< nothing where the series has no point at this step
  std::optional<double> accuracy;
};

/// A row at each step at which one of them has a point. Null: the job has no such series.
[[nodiscard]] std::vector<MetricRow> joinedRows(const SeriesPoints* loss, const SeriesPoints* accuracy);
/// The epochs done at the rows' steps: of a simulated job `step / stepsPerEpoch`; else what the series `epochs` told last, where there
/// is one. stepsPerEpoch 0 = not fixed.
void addEpochs(std::vector<MetricRow>& rows, qint64 stepsPerEpoch, const SeriesPoints* epochs);
/// At most `limit` (> 0) of them, spread over all: of each of equally many rows those with the least and the greatest loss and accuracy, and
/// always the newest. All, when they are no more.
[[nodiscard]] std::vector<MetricRow> spreadRows(const std::vector<MetricRow>& rows, qsizetype limit);

/// A number of JSON that reads back as the same double; "NaN", "Infinity" and "-Infinity" as texts.
[[nodiscard]] QByteArray jsonNumber(double value);
/// [{"step","epoch","loss","accuracy"}, ...]
[[nodiscard]] QByteArray jsonRows(const std::vector<MetricRow>& rows);
/// [{"step","wall_ms","value"}, ...]
[[nodiscard]] QByteArray jsonPoints(const std::vector<Point>& points);

}  // namespace trainyard
