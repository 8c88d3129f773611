// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/base/error.h"
#include "core/jobs/job_store.h"
#include "core/metrics/metric_reader.h"
#include "core/metrics/point.h"

namespace trainyard {

/// Points at rest. Everything that knows how they are kept is behind this. All calls on the connection's thread.
class MetricStore {
 public:
  virtual ~MetricStore() = default;

  /// Appends a batch of a job that is at rest inside a transaction of the caller; the summaries of the series that it
  /// touched, as they are then. A point whose step is not after the series' last is a restart: the points that it
  /// overtakes (its own step and all after it) are superseded, those of the same batch as well, so of equal steps the
  /// last wins.
  [[nodiscard]] virtual Result<std::vector<SeriesSummary>> append(const JobPoints& batch) = 0;
  /// The caller's transaction was rolled back: what is remembered of series is forgotten.
  virtual void forget() = 0;
  /// A range of steps, at full resolution or at a pixel width. Inside a read transaction of the caller all series are
  /// of the same moment.
  [[nodiscard]] virtual Result<JobPoints> read(const SeriesQuery& query) = 0;
  /// Of the jobs with `from` <= id < `before`, newest first.
  [[nodiscard]] virtual Result<std::vector<JobSummaries>> summaries(JobId from, JobId before) = 0;
};

}  // namespace trainyard
