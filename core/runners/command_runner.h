// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QThread>
#include <functional>

#include "core/base/clock.h"
#include "core/runners/run_records.h"
#include "core/runners/runner.h"
#include "core/runners/store_pause.h"

namespace trainyard {

class CommandWorker;

/// Runs command jobs: each has a supervisor, a small process that outlives this one, and is found again by its records in
/// `dataDir`/jobs/<id>/, beside output.log (stdout and stderr as they came) and metrics.jsonl (TRAINYARD_METRICS). The facade
/// lives in the caller's thread; all files and processes belong to the worker's thread. While the store does not accept,
/// nothing is read: what programs write waits in their files.
class CommandRunner final : public Runner {
  Q_OBJECT
 public:
  /// `supervisor`: the program trainyard-supervise, absolute.
  CommandRunner(const QString& dataDir, const QString& supervisor, const JobStore& store, const Clock& clock, QObject* parent = nullptr);
  ~CommandRunner() override;

  [[nodiscard]] Result<void> check(const Job& job) const override;
  void start(const Job& job) override;
  void takeOver(const Job& job, const QByteArray& resume) override;
  /// First call: SIGINT to all processes of the job, after the grace time SIGTERM, after another SIGKILL. Each further call
  /// goes one signal on at once.
  void stop(JobId job, const Ending& why) override;
  void shutDown() override;

  /// Looks for NVIDIA GPUs in the worker's thread; answered by `gpusFound`.
  void findGpus();
  /// Removes the folder of a job that is gone for good, in the worker's thread.
  void removeFolder(JobId job);
  /// Programs that start find MLflow's server there, unless they are told of another; empty = nowhere.
  void setMlflowAddress(const QString& uri);
  void setGraceMs(int ms);  ///< 0..600,000; 5,000 unless set

 Q_SIGNALS:
  void gpusFound(int count);
  void diskMeasured(qint64 freeBytes, qint64 totalBytes);

 private:
  /// In the worker's thread; nothing after shutDown().
  void tell(std::function<void(CommandWorker&)> what);
  QThread m_thread;
  StorePause m_pause;
  CommandWorker* m_worker = nullptr;  // lives in m_thread, deleted when it finishes; null after shutDown()
};

/// The supervisor's program beside this one, or where it is installed; empty when there is none.
[[nodiscard]] QString findSupervisor();

}  // namespace trainyard
