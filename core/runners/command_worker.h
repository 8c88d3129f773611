// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <map>
#include <memory>

#include "core/base/clock.h"
#include "core/jobs/job.h"
#include "core/metrics/point.h"

namespace trainyard {

class CommandRun;

/// The thread side of CommandRunner: owns the processes and reads their files.
class CommandWorker final : public QObject {
  Q_OBJECT
 public:
  CommandWorker(QString dataDir, const Clock& clock);
  ~CommandWorker() override;

  void start(const Job& job);
  void stop(JobId job);
  void setGraceMs(int ms) { m_graceMs = ms; }
  /// Ends all processes: SIGTERM, and after two seconds SIGKILL. Waits for them.
  void shutDown();

 Q_SIGNALS:
  void produced(const trainyard::JobPoints& points);
  void ended(trainyard::JobId job, const trainyard::Ending& ending);

 private:
  QString m_dataDir;
  const Clock& m_clock;
  int m_graceMs = 5'000;
  std::map<JobId, std::unique_ptr<CommandRun>> m_runs;
};

}  // namespace trainyard
