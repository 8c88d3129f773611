// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/reading_worker.h"

#include <QFile>
#include <QThread>
#include <QUuid>

#include "core/storage/storage.h"

namespace trainyard {
namespace {

Error closingError() {
  return {ErrorCode::StorageRead, Storage::tr("The history was not read, for the database is closed."), {}};
}

}  // namespace

ReadingWorker::ReadingWorker(QString path)
    : m_path(std::move(path)), m_database(QStringLiteral("read-") + QUuid::createUuid().toString(QUuid::WithoutBraces)) {}

ReadingWorker::~ReadingWorker() = default;

Result<void> ReadingWorker::ensureOpen() {
  if (m_database.isOpen() && m_database.format() == 0) close();  // it was empty then
  if (m_database.isOpen()) return {};
  const auto opened = m_database.openBeside(m_path);
  if (opened) m_metrics = std::make_unique<MetricTable>(m_database);
  return opened;
}

Result<JobPoints> ReadingWorker::answer(const SeriesQuery& query) {
  const JobPoints nothing{query.job, {}, {}};
  if (!QFile::exists(m_path)) return nothing;
  if (const auto open = ensureOpen(); !open) return tl::make_unexpected(open.error());
  if (m_database.format() == 0) return nothing;
  // One transaction, so that no commit of the writer falls between the series.
  if (const auto begun = m_database.run(QStringLiteral("BEGIN"), ErrorCode::StorageRead); !begun)
    return tl::make_unexpected(begun.error());
  auto points = m_metrics->read(query);
  m_database.rollBack();
  return points;
}

void ReadingWorker::read(quint64 request, const SeriesQuery& query) {
  const auto points =
      thread()->isInterruptionRequested() ? Result<JobPoints>(tl::make_unexpected(closingError())) : answer(query);
  if (points)
    Q_EMIT loaded(request, *points);
  else
    Q_EMIT loadFailed(request, points.error());
}

void ReadingWorker::close() {
  m_metrics.reset();
  m_database.close();
}

StorageReader::StorageReader(ReadingWorker& worker) : m_worker(&worker) {
  connect(&worker, &ReadingWorker::loaded, this, &MetricReader::loaded);
  connect(&worker, &ReadingWorker::loadFailed, this, &MetricReader::loadFailed);
}

quint64 StorageReader::request(const SeriesQuery& query) {
  const quint64 number = ++m_last;
  if (m_worker != nullptr)
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, number, query] { worker->read(number, query); },
                              Qt::QueuedConnection);
  else
    QMetaObject::invokeMethod(this, [this, number] { Q_EMIT loadFailed(number, closingError()); },
                              Qt::QueuedConnection);
  return number;
}

}  // namespace trainyard
