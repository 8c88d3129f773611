// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>
#include <QVector>

#include "core/jobs/job_service.h"
#include "core/metrics/metric_reader.h"

namespace trainyard {

/// Small pictures of the loss of jobs that are looked at: read once from history, then kept up with committed points. At
/// most `capacity` values a job, whatever its length.
class SparklineCache final : public QObject {
  Q_OBJECT
 public:
  static constexpr int capacity = 96;

  SparklineCache(JobService& jobs, MetricReader& history, QObject* parent = nullptr);
  /// What is known; asks for the history at the first call for a job.
  [[nodiscard]] QVector<float> values(JobId id);

 Q_SIGNALS:
  void changed(trainyard::JobId id);

 private:
  struct Line {
    QVector<float> values;
    QString tag;
    qint64 lastStep = 0;
    int stride = 1;   ///< points a value stands for
    int skipped = 0;  ///< of them seen since the last value
    quint64 awaited = 0;
  };
  void takeHistory(quint64 request, const JobPoints& points);
  void takeCommitted(const JobPoints& points);
  static void add(Line& line, const Point& point);

  JobService& m_jobs;
  MetricReader& m_history;
  QHash<JobId, Line> m_lines;
};

}  // namespace trainyard
