// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runners/command_worker.h"

#include <QDir>
#include <QStorageInfo>
#include <cmath>

#include "core/jobs/devices.h"
#include "core/runners/command_run.h"

namespace trainyard {
namespace {

constexpr int diskEveryMs = 30'000;

}  // namespace

CommandWorker::CommandWorker(QString dataDir, QString supervisor, const Clock& clock)
    : m_dataDir(std::move(dataDir)), m_supervisor(std::move(supervisor)), m_clock(clock), m_diskTimer(new QTimer(this)) {
  m_diskTimer->setInterval(diskEveryMs);
  connect(m_diskTimer, &QTimer::timeout, this, &CommandWorker::measureDisk);
}

CommandWorker::~CommandWorker() = default;

void CommandWorker::start(const Job& job) {
  if (CommandRun* run = makeRun(job, {})) run->start();
}

void CommandWorker::takeOver(const Job& job, const QByteArray& resume) {
  if (CommandRun* run = makeRun(job, resume)) run->takeOver();
}

/// Null when its pattern does not compile, which is told.
CommandRun* CommandWorker::makeRun(const Job& job, const QByteArray& resume) {
  auto interpreter = LogInterpreter::make(job.settings.epochs, job.settings.command.pattern);
  if (!interpreter) {
    Q_EMIT ended(job.id, {EndKind::CouldNotStart, 0, interpreter.error().message});
    return nullptr;
  }
  const auto measure = [this](const Job& measured, qint64 number, qint64 wallMs) { return measureGpus(measured, number, wallMs); };
  auto run = std::make_unique<CommandRun>(CommandRunSetup{job, jobDirectory(m_dataDir, job.id), m_supervisor, resume, measure, m_mlflowAddress},
                                          std::move(*interpreter), m_clock);
  run->setPaused(m_paused);
  follow(*run);
  if (!m_diskTimer->isActive()) {
    m_diskTimer->start();
    measureDisk();
  }
  return m_runs.insert_or_assign(job.id, std::move(run)).first->second.get();
}

void CommandWorker::removeFolder(JobId job) const {
  QDir folder(jobDirectory(m_dataDir, job));
  if (folder.exists() && !folder.removeRecursively()) qWarning("%s could not be removed", qUtf8Printable(folder.path()));
}

void CommandWorker::follow(CommandRun& run) {
  const JobId id = run.job().id;
  connect(&run, &CommandRun::produced, this, &CommandWorker::produced);
  connect(&run, &CommandRun::stopping, this, [this, id](const StopStage& stage) { Q_EMIT stopping(id, stage); });
  connect(&run, &CommandRun::noticed, this, [this, id](const QString& sentence) { Q_EMIT noticed(id, sentence); });
  // Later: the run is still at work when it tells its end.
  connect(&run, &CommandRun::ended, this, [this, id](const Ending& ending) {
    QMetaObject::invokeMethod(this, [this, id] { m_runs.erase(id); }, Qt::QueuedConnection);
    Q_EMIT ended(id, ending);
  });
}

void CommandWorker::stop(JobId job, const Ending& why) {
  if (const auto run = m_runs.find(job); run != m_runs.end()) run->second->stop(m_graceMs, why);
}

void CommandWorker::findGpus() {
  m_gpus = std::make_unique<GpuProbe>();
  Q_EMIT gpusFound(m_gpus->count());
}

std::vector<SeriesPoints> CommandWorker::measureGpus(const Job& job, qint64 number, qint64 wallMs) const {
  std::vector<SeriesPoints> measured;
  if (m_gpus == nullptr || m_gpus->count() == 0) return measured;
  const std::set<int> devices = heldDevices({&job}, m_gpus->count());
  for (const GpuSample& sample : m_gpus->sample({devices.begin(), devices.end()})) {
    const auto add = [&](const char* measure, double value) {
      if (std::isnan(value)) return;
      measured.push_back({QStringLiteral("system/%1/%2").arg(QLatin1String(measure)).arg(sample.index), {{number, wallMs, value}}});
    };
    add("gpu_utilization", sample.utilization);
    add("gpu_memory_megabytes", sample.memoryBytes / 1e6);
    add("gpu_power_watts", sample.powerWatts);
  }
  return measured;
}

void CommandWorker::measureDisk() {
  if (m_runs.empty()) m_diskTimer->stop();
  if (const QStorageInfo disk(m_dataDir); disk.isValid()) Q_EMIT diskMeasured(disk.bytesAvailable(), disk.bytesTotal());
}

void CommandWorker::leave() { m_runs.clear(); }

void CommandWorker::setPaused(bool paused) {
  m_paused = paused;
  for (auto& [id, run] : m_runs) run->setPaused(paused);
}

}  // namespace trainyard
