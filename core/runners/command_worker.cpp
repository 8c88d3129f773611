// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runners/command_worker.h"

#include <signal.h>

#include "core/runners/command_run.h"
#include "core/runners/command_runner.h"

namespace trainyard {
namespace {

constexpr int closingGraceMs = 2'000;

}  // namespace

CommandWorker::CommandWorker(QString dataDir, const Clock& clock) : m_dataDir(std::move(dataDir)), m_clock(clock) {}

CommandWorker::~CommandWorker() = default;

void CommandWorker::start(const Job& job) {
  auto interpreter = LogInterpreter::make(job.settings.epochs, job.settings.command.pattern);
  if (!interpreter) {
    Q_EMIT ended(job.id, {EndKind::CouldNotStart, 0, interpreter.error().message});
    return;
  }
  auto run = std::make_unique<CommandRun>(job, jobDirectory(m_dataDir, job.id), std::move(*interpreter), m_clock);
  connect(run.get(), &CommandRun::produced, this, &CommandWorker::produced);
  // Later: the run is still at work when it tells its end.
  connect(run.get(), &CommandRun::ended, this, [this, id = job.id](const Ending& ending) {
    QMetaObject::invokeMethod(this, [this, id] { m_runs.erase(id); }, Qt::QueuedConnection);
    Q_EMIT ended(id, ending);
  });
  m_runs.insert_or_assign(job.id, std::move(run)).first->second->start();
}

void CommandWorker::stop(JobId job) {
  if (const auto run = m_runs.find(job); run != m_runs.end()) run->second->stop(m_graceMs);
}

void CommandWorker::shutDown() {
  for (auto& [id, run] : m_runs) {
    run->disconnect(this);
    run->signalGroup(SIGTERM);
  }
  for (auto& [id, run] : m_runs)
    if (!run->waitForEnd(closingGraceMs)) run->signalGroup(SIGKILL);
  m_runs.clear();
}

}  // namespace trainyard
