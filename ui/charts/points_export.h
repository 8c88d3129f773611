// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <memory>

#include "core/base/error.h"
#include "core/metrics/metric_reader.h"

class QSaveFile;

namespace trainyard {

/// A series whose points are wanted, and how its rows begin in a file of several jobs.
struct ExportedSeries {
  JobId job;
  QString jobName;
  QString tag;
  qint64 lastStep = 0;
};

/// Writes all points of series into a CSV file at full resolution, a part after the other, so that it takes neither the time of the
/// UI thread nor memory for all of them. The file appears when it is whole. Deletes itself after one of its signals.
class PointsExport final : public QObject {
  Q_OBJECT
 public:
  static constexpr qint64 stepsAtOnce = 250'000;

  /// With `withJobs` each row begins with the job's number and name.
  PointsExport(MetricReader& reader, QList<ExportedSeries> series, bool withJobs, const QString& path, QObject* parent);
  ~PointsExport() override;
  void start();

 Q_SIGNALS:
  void saved(const QString& path, qint64 points);
  /// StorageRead, or StorageWrite with what the disk said; there is no file then.
  void failed(const trainyard::Error& error);

 private:
  void readNext();
  void write(const JobPoints& points);
  void finish();
  void giveUp(const Error& error);
  [[nodiscard]] Error cannotWrite() const;

  MetricReader& m_reader;
  QList<ExportedSeries> m_series;
  bool m_withJobs;
  QString m_path;
  std::shared_ptr<QSaveFile> m_file;  ///< used by one task at a time
  qsizetype m_at = 0;
  qint64 m_fromStep = 0;
  quint64 m_request = 0;
  qint64 m_points = 0;
};

}  // namespace trainyard
