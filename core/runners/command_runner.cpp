// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runners/command_runner.h"

#include <QCoreApplication>
#include <QFileInfo>

#include "core/jobs/job_draft.h"
#include "core/readers/log_interpreter.h"
#include "core/runners/command_worker.h"

namespace trainyard {

CommandRunner::CommandRunner(const QString& dataDir, const QString& supervisor, const JobStore& store, const Clock& clock,
                             QObject* parent)
    : Runner(parent),
      m_pause(store, [this](bool pause) { tell([pause](CommandWorker& worker) { worker.setPaused(pause); }); }),
      m_worker(new CommandWorker(dataDir, supervisor, clock)) {
  m_worker->moveToThread(&m_thread);
  connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
  connect(m_worker, &CommandWorker::produced, this, [this](const JobPoints& points) {
    Q_EMIT produced(points);
    m_pause.heed();
  });
  connect(m_worker, &CommandWorker::ended, this, &Runner::ended);
  connect(m_worker, &CommandWorker::stopping, this, &Runner::stopping);
  connect(m_worker, &CommandWorker::noticed, this, &Runner::noticed);
  connect(m_worker, &CommandWorker::gpusFound, this, &CommandRunner::gpusFound);
  connect(m_worker, &CommandWorker::diskMeasured, this, &CommandRunner::diskMeasured);
  m_thread.setObjectName(QStringLiteral("commands"));
  m_thread.start();
}

CommandRunner::~CommandRunner() { shutDown(); }

void CommandRunner::tell(std::function<void(CommandWorker&)> what) {
  if (m_worker != nullptr) QMetaObject::invokeMethod(m_worker, [worker = m_worker, what = std::move(what)] { what(*worker); }, Qt::QueuedConnection);
}

Result<void> CommandRunner::check(const Job& job) const {
  const auto interpreter = LogInterpreter::make(job.settings.epochs, job.settings.command.pattern);
  if (!interpreter) return tl::make_unexpected(interpreter.error());
  return checkCommand(job.settings.command);
}

void CommandRunner::start(const Job& job) {
  m_pause.heed();
  tell([job](CommandWorker& worker) { worker.start(job); });
}

void CommandRunner::takeOver(const Job& job, const QByteArray& resume) {
  m_pause.heed();
  tell([job, resume](CommandWorker& worker) { worker.takeOver(job, resume); });
}

void CommandRunner::stop(JobId job, const Ending& why) {
  tell([job, why](CommandWorker& worker) { worker.stop(job, why); });
}

void CommandRunner::shutDown() {
  if (m_worker == nullptr) return;
  m_pause.leave();
  m_worker->disconnect(this);
  QMetaObject::invokeMethod(m_worker, &CommandWorker::leave, Qt::BlockingQueuedConnection);
  m_worker = nullptr;
  m_thread.quit();
  m_thread.wait();
}

void CommandRunner::findGpus() { tell(&CommandWorker::findGpus); }

void CommandRunner::setMlflowAddress(const QString& uri) {
  tell([uri](CommandWorker& worker) { worker.setMlflowAddress(uri); });
}

void CommandRunner::setGraceMs(int ms) {
  tell([ms](CommandWorker& worker) { worker.setGraceMs(ms); });
}

void CommandRunner::removeFolder(JobId job) {
  tell([job](CommandWorker& worker) { worker.removeFolder(job); });
}

QString findSupervisor() {
  const QString here = QCoreApplication::applicationDirPath();
  for (const char* place : {"/trainyard-supervise", "/../libexec/trainyard/trainyard-supervise"})
    if (const QFileInfo file(here + QLatin1String(place)); file.isExecutable()) return file.absoluteFilePath();
  return {};
}

}  // namespace trainyard
