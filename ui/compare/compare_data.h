// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>
#include <map>

#include "core/jobs/job_service.h"
#include "core/metrics/metric_reader.h"

namespace trainyard {

struct StepRange {
  qint64 from = 0;
  qint64 to = 0;
  friend bool operator==(const StepRange&, const StepRange&) = default;
};

/// The curves of several jobs, each reduced to about two points a pixel column, and kept current: committed points are appended,
/// and what has grown long by that is read again. Where a part of a job is looked at closely, that part is read as finely. Few
/// requests wait at the reader at a time, so that a page that is opened meanwhile is not behind a hundred.
class CompareData final : public QObject {
  Q_OBJECT
 public:
  CompareData(JobService& jobs, MetricReader& history, QObject* parent = nullptr);
  ~CompareData() override;

  /// What is held of other jobs is forgotten.
  void show(const QList<JobId>& jobs);
  /// Pixel columns for a whole job, and the weight of the smoothing; all is read again when they change.
  void setResolution(int columns, double smoothing);
  /// The parts that are looked at; a job without one is seen as a whole.
  void setWindows(const QHash<JobId, StepRange>& windows);

  /// Null when the job has no points of that name.
  [[nodiscard]] const SeriesPoints* series(JobId job, const QString& tag) const;
  /// The series of the job's training that hold points.
  [[nodiscard]] QStringList tags(JobId job) const;
  /// Whether a first answer is still awaited.
  [[nodiscard]] bool isLoading() const;

 Q_SIGNALS:
  void replaced(trainyard::JobId job);  ///< its points are others now
  void extended(const trainyard::JobPoints& points);
  void failed(const trainyard::Error& error);

 private:
  struct Run;
  void readAgain(JobId id, Run& run);
  void pump();
  [[nodiscard]] SeriesQuery queryFor(JobId id, const Run& run) const;
  void take(quint64 request, const JobPoints& points);
  void takeFailure(quint64 request, const Error& error);
  void takeCommitted(const JobPoints& points);
  void append(Run& run, const JobPoints& points) const;

  JobService& m_jobs;
  MetricReader& m_history;
  std::map<JobId, std::unique_ptr<Run>> m_runs;
  int m_columns = 800;
  double m_smoothing = 0.0;
  int m_waiting = 0;
};

}  // namespace trainyard
