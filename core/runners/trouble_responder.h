// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <map>

#include "core/base/clock.h"
#include "core/jobs/job_service.h"
#include "core/jobs/trouble_watch.h"

namespace trainyard {

/// Watches the running command jobs by their committed points, tells of trouble, and does what each job's settings say.
/// Lives in the UI thread beside JobService.
class TroubleResponder final : public QObject {
  Q_OBJECT
 public:
  TroubleResponder(JobService& jobs, const Clock& clock, const TroubleLimits& limits = {}, QObject* parent = nullptr);

  /// How much room the disk of the data directory has, in bytes; to be told now and then.
  void noteDisk(qint64 freeBytes, qint64 totalBytes);
  /// Looks for jobs that have gone quiet; done every few seconds by itself.
  void lookForStalled();

 Q_SIGNALS:
  /// `stopped`: what was done about it. For a full disk that no job is to be stopped for: no job.
  void troubled(trainyard::JobId id, const trainyard::Trouble& trouble, bool stopped);

 private:
  void takePoints(const JobPoints& points);
  void respond(JobId id, const Trouble& trouble);
  [[nodiscard]] bool isWatched(JobId id) const;

  JobService& m_jobs;
  const Clock& m_clock;
  TroubleLimits m_limits;
  std::map<JobId, TroubleWatch> m_watches;
  QTimer m_tick;
  bool m_diskTold = false;
};

}  // namespace trainyard
