// SPDX-License-Identifier: GPL-3.0-or-later
// What a client of MLflow logs at once, read and checked. Limits are those of MLflow's own server. Pure functions, for the thread of the API.
#pragma once

#include <QJsonObject>

#include "core/base/error.h"
#include "core/jobs/job.h"
#include "core/metrics/point.h"

namespace trainyard {

struct MlflowEntries {
  static constexpr qint64 now = -1;  ///< the time of a point that came without one

  std::vector<SeriesPoints> metrics;  ///< each name once; points as they came, at the steps at which they were logged
  QList<KeyValue> params;
  QList<KeyValue> tags;
};

/// {metrics, params, tags}; InvalidInput for the first that is wrong.
[[nodiscard]] Result<MlflowEntries> mlflowEntries(const QJsonObject& message);

}  // namespace trainyard
