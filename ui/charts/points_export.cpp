// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/points_export.h"

#include <QPromise>
#include <QSaveFile>
#include <QThreadPool>

#include "core/base/csv.h"
#include "core/metrics/points_csv.h"

namespace trainyard {

PointsExport::PointsExport(MetricReader& reader, QList<ExportedSeries> series, bool withJobs, const QString& path, QObject* parent)
    : QObject(parent), m_reader(reader), m_series(std::move(series)), m_withJobs(withJobs), m_path(path), m_file(std::make_shared<QSaveFile>(path)) {
  connect(&m_reader, &MetricReader::loaded, this, [this](quint64 request, const JobPoints& points) {
    if (request == m_request) write(points);
  });
  connect(&m_reader, &MetricReader::loadFailed, this, [this](quint64 request, const Error& error) {
    if (request == m_request) giveUp(error);
  });
}

PointsExport::~PointsExport() = default;

void PointsExport::start() {
  const QByteArray header = (m_withJobs ? QByteArray("job,name,") : QByteArray()) + pointsCsvHeader();
  if (!m_file->open(QIODevice::WriteOnly) || m_file->write(header) != header.size())
    return giveUp(cannotWrite());
  readNext();
}

void PointsExport::readNext() {
  while (m_at < m_series.size() && m_fromStep > m_series[m_at].lastStep) {
    ++m_at;
    m_fromStep = 0;
  }
  if (m_at == m_series.size()) return finish();
  const ExportedSeries& series = m_series[m_at];
  // A step has at most one point. The last part has no end, for a running job goes on.
  const bool last = series.lastStep - m_fromStep < stepsAtOnce;
  const qint64 to = last ? std::numeric_limits<qint64>::max() : m_fromStep + stepsAtOnce - 1;
  m_request = m_reader.request({.job = series.job, .tags = {series.tag}, .fromStep = m_fromStep, .toStep = to});
  m_fromStep = to;
  if (!last) ++m_fromStep;
}

/// In a thread of the pool: numbers become text there, and the disk may be slow.
void PointsExport::write(const JobPoints& points) {
  m_request = 0;
  for (const SeriesPoints& series : points.series) m_points += qint64(series.points.size());
  QByteArray before;
  if (m_withJobs) before = QByteArray::number(m_series[m_at].job.value) + ',' + csvField(m_series[m_at].jobName).toUtf8() + ',';
  const auto promise = std::make_shared<QPromise<bool>>();
  promise->future().then(this, [this](bool written) {
    if (written) return readNext();
    giveUp(cannotWrite());
  });
  promise->start();
  QThreadPool::globalInstance()->start([points, before, promise, file = m_file] {
    bool written = true;
    for (const SeriesPoints& series : points.series) {
      const QByteArray rows = pointsCsv(series, before);
      written = written && file->write(rows) == rows.size();
    }
    promise->addResult(written);
    promise->finish();
  });
}

Error PointsExport::cannotWrite() const {
  return {ErrorCode::StorageWrite, tr("%1 cannot be written: %2.").arg(m_path, m_file->errorString()), {}};
}

void PointsExport::finish() {
  if (!m_file->commit()) return giveUp(cannotWrite());
  Q_EMIT saved(m_path, m_points);
  deleteLater();
}

void PointsExport::giveUp(const Error& error) {
  m_file->cancelWriting();
  Q_EMIT failed(error);
  deleteLater();
}

}  // namespace trainyard
