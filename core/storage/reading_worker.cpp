// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/reading_worker.h"

#include <QFile>
#include <QUuid>

namespace trainyard {

ReadingWorker::ReadingWorker(QString path)
    : m_path(std::move(path)), m_database(QStringLiteral("read-") + QUuid::createUuid().toString(QUuid::WithoutBraces)) {}

ReadingWorker::~ReadingWorker() = default;

Result<void> ReadingWorker::ensureOpen() {
  if (m_database.isOpen()) return {};
  const auto opened = m_database.open(m_path, OpenMode::ReadOnly);
  if (opened) m_metrics = std::make_unique<MetricTable>(m_database);
  return opened;
}

void ReadingWorker::read(quint64 request, const SeriesQuery& query) {
  if (!QFile::exists(m_path)) {
    Q_EMIT loaded(request, {query.job, {}, {}});
    return;
  }
  const auto points = ensureOpen().and_then([&] { return m_metrics->read(query); });
  if (points)
    Q_EMIT loaded(request, *points);
  else
    Q_EMIT loadFailed(request, points.error());
}

void ReadingWorker::close() {
  m_metrics.reset();
  m_database.close();
}

StorageReader::StorageReader(ReadingWorker& worker) : m_worker(worker) {
  connect(&worker, &ReadingWorker::loaded, this, &MetricReader::loaded);
  connect(&worker, &ReadingWorker::loadFailed, this, &MetricReader::loadFailed);
}

quint64 StorageReader::request(const SeriesQuery& query) {
  const quint64 number = ++m_last;
  QMetaObject::invokeMethod(&m_worker, [worker = &m_worker, number, query] { worker->read(number, query); },
                            Qt::QueuedConnection);
  return number;
}

}  // namespace trainyard
