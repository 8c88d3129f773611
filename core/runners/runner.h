// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include "core/jobs/job.h"
#include "core/jobs/run_facts.h"
#include "core/metrics/point.h"

namespace trainyard {

/// Where the stopping of a run is: the signal sent last and when the next follows.
struct StopStage {
  int signals = 0;    ///< how many of SIGINT, SIGTERM, SIGKILL were sent
  qint64 nextMs = 0;  ///< ms since 1970 UTC; 0 = none follows
};

/// Carries out the jobs of one source. JobService calls it; it answers by signals on the caller's thread, never from
/// inside start() or stop().
class Runner : public QObject {
  Q_OBJECT
 public:
  using QObject::QObject;

  /// Ok when the job could be started now; WorkdirMissing, CommandMissing, InvalidPattern, ... otherwise. No side effect.
  [[nodiscard]] virtual Result<void> check(const Job& job) const = 0;
  /// Begins the run, which nobody has begun before.
  virtual void start(const Job& job) = 0;
  /// Continues after job.progress.step a run that an earlier session has begun: it is found again, and never begun a second time.
  /// `resume`: of the last of its batches that was kept, or empty.
  virtual void takeOver(const Job& job, const QByteArray& resume) = 0;
  /// Asks the run to end; `ended` follows with that kind and reason. Calling it again escalates.
  virtual void stop(JobId job, const Ending& why) = 0;
  /// No signal follows: the program is closing. What can go on without it does.
  virtual void shutDown() = 0;

 Q_SIGNALS:
  void produced(const trainyard::JobPoints& points);
  void ended(trainyard::JobId job, const trainyard::Ending& ending);
  void stopping(trainyard::JobId job, const trainyard::StopStage& stage);
  /// What the files of an imported run tell of it, whenever that is more or other than before. `filesMs`: when they changed last.
  void described(trainyard::JobId job, const trainyard::RunFacts& facts, qint64 filesMs);
  /// One sentence that whoever watches the job should read: its log was truncated, ...
  void noticed(trainyard::JobId job, const QString& sentence);
};

}  // namespace trainyard

Q_DECLARE_METATYPE(trainyard::StopStage)
