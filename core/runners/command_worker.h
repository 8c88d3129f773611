// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <map>
#include <memory>

#include "core/base/clock.h"
#include "core/runners/runner.h"
#include "core/system/gpu_probe.h"

namespace trainyard {

class CommandRun;

/// The thread side of CommandRunner: follows the supervised programs and reads their files.
class CommandWorker final : public QObject {
  Q_OBJECT
 public:
  CommandWorker(QString dataDir, QString supervisor, const Clock& clock);
  ~CommandWorker() override;

  void start(const Job& job);
  void takeOver(const Job& job, const QByteArray& resume);
  void removeFolder(JobId job) const;
  void stop(JobId job, const Ending& why);
  void setGraceMs(int ms) { m_graceMs = ms; }
  void setMlflowAddress(const QString& uri) { m_mlflowAddress = uri; }
  void setPaused(bool paused);
  /// Looks for NVIDIA GPUs; answered by `gpusFound`.
  void findGpus();
  /// Leaves all runs to their supervisors.
  void leave();

 Q_SIGNALS:
  void gpusFound(int count);
  /// Every half minute while something runs: the disk of the data directory, in bytes.
  void diskMeasured(qint64 freeBytes, qint64 totalBytes);
  void produced(const trainyard::JobPoints& points);
  void ended(trainyard::JobId job, const trainyard::Ending& ending);
  void stopping(trainyard::JobId job, const trainyard::StopStage& stage);
  void noticed(trainyard::JobId job, const QString& sentence);

 private:
  [[nodiscard]] CommandRun* makeRun(const Job& job, const QByteArray& resume);
  void follow(CommandRun& run);
  void measureDisk();
  [[nodiscard]] std::vector<SeriesPoints> measureGpus(const Job& job, qint64 number, qint64 wallMs) const;

  QString m_dataDir;
  QString m_supervisor;
  QString m_mlflowAddress;
  const Clock& m_clock;
  int m_graceMs = 5'000;
  bool m_paused = false;
  QTimer* m_diskTimer;
  std::unique_ptr<GpuProbe> m_gpus;
  std::map<JobId, std::unique_ptr<CommandRun>> m_runs;
};

}  // namespace trainyard
