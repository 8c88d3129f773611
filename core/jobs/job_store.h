// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <vector>

#include "core/base/error.h"
#include "core/jobs/job.h"
#include "core/metrics/point.h"

namespace trainyard {

/// A job as it is at rest.
struct StoredJob {
  Job job;
  std::vector<SeriesSummary> series;
  QByteArray resume = {};  ///< of the last batch of points; only of a job that was running
};

/// One change of a job's row: the row as it shall be, or its removal with all its points.
struct JobChange {
  quint64 ticket = 0;  ///< given by submit()
  Job job;
  bool remove = false;
};

struct JobSummaries {
  JobId job;
  std::vector<SeriesSummary> series;
};

/// What one transaction held. `summaries`: the series that its points touched, as they are at rest after it (a restart
/// that overtakes points is accounted for).
struct CommittedBatch {
  std::vector<JobChange> changes;
  std::vector<JobPoints> points;
  std::vector<JobSummaries> summaries;
};

/// Where JobService puts what it has accepted. Nothing blocks; everything is answered by a signal on the caller's thread.
/// Waiting work goes into one transaction, in the order it was given: changes and points are never reordered for a job.
class JobStore : public QObject {
  Q_OBJECT
 public:
  using QObject::QObject;

  /// A user's action or a job's end. Answered by `committed` holding the ticket, or by `refused`.
  virtual quint64 submit(Job job) = 0;
  virtual quint64 submitRemoval(Job job) = 0;
  /// Points, and the job's progress in its row. Kept and retried until they are written.
  virtual void append(const JobPoints& points) = 0;
  /// What waits goes to the disk as soon as it can: somebody waits for it.
  virtual void hurry() {}
  /// False while the backlog is above its bound or writes fail: runners shall pause.
  [[nodiscard]] virtual bool accepting() const = 0;
  /// Asks where the reader of a job's files goes on: the `resume` of its last batch that is on the disk. Answered by `resumeRead`.
  virtual void requestResume(JobId job) = 0;
  /// Tries again at once after `troubled`.
  virtual void retryNow() = 0;

 Q_SIGNALS:
  void committed(const trainyard::CommittedBatch& batch);
  /// The change could not be written after all retries; nothing of it is on the disk and it will not be tried again.
  void refused(quint64 ticket, const trainyard::Error& error);
  /// Empty where there is none, or it could not be read.
  void resumeRead(trainyard::JobId job, const QByteArray& resume);
  /// Once per episode: writes fail, points are kept and retried.
  void troubled(const trainyard::Error& error);
  void recovered();
};

}  // namespace trainyard

Q_DECLARE_METATYPE(trainyard::CommittedBatch)
