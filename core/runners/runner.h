// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include "core/jobs/job.h"
#include "core/metrics/point.h"

namespace trainyard {

/// Carries out the jobs of one source. JobService calls it; it answers by signals on the caller's thread, never from
/// inside start() or stop().
class Runner : public QObject {
  Q_OBJECT
 public:
  using QObject::QObject;

  /// Ok when the job could be started now; WorkdirMissing, CommandMissing, InvalidPattern, ... otherwise. No side effect.
  [[nodiscard]] virtual Result<void> check(const Job& job) const = 0;
  /// Begins the run, or continues it after job.progress.step.
  virtual void start(const Job& job) = 0;
  /// Asks the run to end; `ended` follows. Calling it again escalates.
  virtual void stop(JobId job) = 0;
  /// Ends everything at once without `ended`: the program is closing.
  virtual void shutDown() = 0;
  /// True when a job found running at start-up is continued by start(); false when it is lost with the program.
  [[nodiscard]] virtual bool survivesRestart() const = 0;

 Q_SIGNALS:
  void produced(const trainyard::JobPoints& points);
  void ended(trainyard::JobId job, const trainyard::Ending& ending);
};

}  // namespace trainyard
