// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runners/import_runner.h"

#include <QDateTime>
#include <QDirIterator>
#include <QFileInfo>

#include "core/runners/import_worker.h"

namespace trainyard {
namespace {

constexpr int mostLookedAt = 10'000;  ///< files below a run's folder

/// When a run's files changed last, ms since 1970 UTC.
qint64 newestChange(const QString& path) {
  const QFileInfo top(path);
  qint64 newest = top.lastModified().toMSecsSinceEpoch();
  if (!top.isDir()) return newest;
  QDirIterator files(path, QDir::Files, QDirIterator::Subdirectories);
  for (int i = 0; i < mostLookedAt && files.hasNext(); ++i) {
    files.next();
    newest = std::max(newest, files.fileInfo().lastModified().toMSecsSinceEpoch());
  }
  return newest;
}

}  // namespace

ImportRunner::ImportRunner(const JobStore& store, const Clock& clock, QObject* parent)
    : Runner(parent),
      m_pause(store, [this](bool pause) { tell([pause](ImportWorker& worker) { worker.setPaused(pause); }); }),
      m_worker(new ImportWorker(clock)) {
  m_worker->moveToThread(&m_thread);
  connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
  connect(m_worker, &ImportWorker::produced, this, [this](const std::shared_ptr<const JobPoints>& points) {
    Q_EMIT produced(*points);
    m_pause.heed();
  });
  connect(m_worker, &ImportWorker::ended, this, &Runner::ended);
  connect(m_worker, &ImportWorker::described, this, &Runner::described);
  connect(m_worker, &ImportWorker::noticed, this, &Runner::noticed);
  connect(m_worker, &ImportWorker::advanced, this, &ImportRunner::advanced);
  connect(m_worker, &ImportWorker::caughtUp, this, &ImportRunner::caughtUp);
  connect(m_worker, &ImportWorker::problemsFound, this, &ImportRunner::problemsFound);
  connect(m_worker, &ImportWorker::passedOver, this, &ImportRunner::passedOver);
  m_thread.setObjectName(QStringLiteral("imports"));
  m_thread.start();
}

ImportRunner::~ImportRunner() { shutDown(); }

void ImportRunner::tell(std::function<void(ImportWorker&)> what) {
  if (m_worker != nullptr) QMetaObject::invokeMethod(m_worker, [worker = m_worker, what = std::move(what)] { what(*worker); }, Qt::QueuedConnection);
}

Result<void> ImportRunner::check(const Job& job) const {
  const QString& path = job.settings.imported.path;
  if (!QFileInfo::exists(path)) return fail(ErrorCode::NotFound, tr("%1 is no longer there.").arg(path));
  return runFormatFromKey(job.settings.imported.format).map([](RunFormat) {});
}

void ImportRunner::start(const Job& job) { takeOver(job, {}); }

void ImportRunner::takeOver(const Job& job, const QByteArray& resume) {
  m_pause.heed();
  tell([job, resume](ImportWorker& worker) { worker.begin(job, resume); });
}

void ImportRunner::stop(JobId job, const Ending&) {
  tell([job](ImportWorker& worker) { worker.stop(job); });
}

void ImportRunner::setFollowing(bool following) {
  tell([following](ImportWorker& worker) { worker.setFollowing(following); });
}

void ImportRunner::shutDown() {
  if (m_worker == nullptr) return;
  m_pause.leave();
  m_worker->disconnect(this);
  QMetaObject::invokeMethod(m_worker, &ImportWorker::leave, Qt::BlockingQueuedConnection);
  m_worker = nullptr;
  m_thread.quit();
  m_thread.wait();
}

Ending endedUnknownHow(qint64 atMs) { return {EndKind::Unknown, 0, ImportRunner::tr("ended, unknown how: its files do not tell"), atMs}; }

std::optional<Ending> endingByFiles(const Job& job, qint64 nowMs) {
  const QString& path = job.settings.imported.path;
  if (!QFileInfo::exists(path)) return Ending{EndKind::Unknown, 0, ImportRunner::tr("ended, unknown how: its files are gone"), job.filesMs};
  const qint64 changedMs = newestChange(path);
  return nowMs - changedMs > ImportRunner::quietMs ? std::optional(endedUnknownHow(changedMs)) : std::nullopt;
}

}  // namespace trainyard
