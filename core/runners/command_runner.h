// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QThread>

#include "core/base/clock.h"
#include "core/runners/runner.h"

namespace trainyard {

class CommandWorker;

/// Runs command jobs as child processes on a thread of its own and reads their logs and metrics files for points.
/// `dataDir`/jobs/<id>/ holds output.log (stdout and stderr as they came) and metrics.jsonl (TRAINYARD_METRICS).
/// The facade lives in the caller's thread; all work, files and processes belong to the worker's thread, so that the
/// worker can be moved into a supervisor process later.
class CommandRunner final : public Runner {
  Q_OBJECT
 public:
  CommandRunner(const QString& dataDir, const Clock& clock, QObject* parent = nullptr);
  ~CommandRunner() override;

  [[nodiscard]] Result<void> check(const Job& job) const override;
  void start(const Job& job) override;
  /// First call: SIGINT to the process group, after the grace time SIGTERM, after another SIGKILL. Each further call
  /// goes one signal on at once.
  void stop(JobId job) override;
  void shutDown() override;
  [[nodiscard]] bool survivesRestart() const override { return false; }

  void setGraceMs(int ms);  ///< 0..600,000; 5,000 unless set

 private:
  QThread m_thread;
  CommandWorker* m_worker = nullptr;  // lives in m_thread, deleted when it finishes
};

/// `dataDir`/jobs/<id>
[[nodiscard]] QString jobDirectory(const QString& dataDir, JobId id);
[[nodiscard]] QString outputLogPath(const QString& dataDir, JobId id);

}  // namespace trainyard
