// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runners/command_runner.h"

#include "core/jobs/job_draft.h"
#include "core/readers/log_interpreter.h"
#include "core/runners/command_worker.h"

namespace trainyard {

CommandRunner::CommandRunner(const QString& dataDir, const Clock& clock, QObject* parent)
    : Runner(parent), m_worker(new CommandWorker(dataDir, clock)) {
  m_worker->moveToThread(&m_thread);
  connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
  connect(m_worker, &CommandWorker::produced, this, &Runner::produced);
  connect(m_worker, &CommandWorker::ended, this, &Runner::ended);
  m_thread.setObjectName(QStringLiteral("commands"));
  m_thread.start();
}

CommandRunner::~CommandRunner() { shutDown(); }

Result<void> CommandRunner::check(const Job& job) const {
  const auto interpreter = LogInterpreter::make(job.settings.epochs, job.settings.command.pattern);
  if (!interpreter) return tl::make_unexpected(interpreter.error());
  return checkCommand(job.settings.command);
}

void CommandRunner::start(const Job& job) {
  QMetaObject::invokeMethod(m_worker, [worker = m_worker, job] { worker->start(job); }, Qt::QueuedConnection);
}

void CommandRunner::stop(JobId job) {
  QMetaObject::invokeMethod(m_worker, [worker = m_worker, job] { worker->stop(job); }, Qt::QueuedConnection);
}

void CommandRunner::shutDown() {
  if (!m_thread.isRunning()) return;
  QMetaObject::invokeMethod(m_worker, &CommandWorker::shutDown, Qt::BlockingQueuedConnection);
  m_thread.quit();
  m_thread.wait();
}

void CommandRunner::setGraceMs(int ms) {
  QMetaObject::invokeMethod(m_worker, [worker = m_worker, ms] { worker->setGraceMs(ms); }, Qt::QueuedConnection);
}

QString jobDirectory(const QString& dataDir, JobId id) { return QStringLiteral("%1/jobs/%2").arg(dataDir).arg(id.value); }

QString outputLogPath(const QString& dataDir, JobId id) { return jobDirectory(dataDir, id) + QStringLiteral("/output.log"); }

}  // namespace trainyard
