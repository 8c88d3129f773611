// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <memory>

#include "core/metrics/metric_reader.h"
#include "core/storage/database.h"
#include "core/storage/metric_table.h"

namespace trainyard {

/// Lives in the reading thread with a connection of its own, opened at the first request. Each answer is of one moment.
class ReadingWorker final : public QObject {
  Q_OBJECT
 public:
  explicit ReadingWorker(QString path);
  ~ReadingWorker() override;
  void read(quint64 request, const SeriesQuery& query);
  void close();

 Q_SIGNALS:
  void loaded(quint64 request, const trainyard::JobPoints& points);
  void loadFailed(quint64 request, const trainyard::Error& error);

 private:
  [[nodiscard]] Result<JobPoints> answer(const SeriesQuery& query);
  [[nodiscard]] Result<void> ensureOpen();
  QString m_path;
  Database m_database;
  std::unique_ptr<MetricTable> m_metrics;
};

/// The facade of the reading thread, in the caller's thread.
class StorageReader final : public MetricReader {
  Q_OBJECT
 public:
  explicit StorageReader(ReadingWorker& worker);
  quint64 request(const SeriesQuery& query) override;
  /// The worker goes; what is asked from now on fails.
  void close() { m_worker = nullptr; }

 private:
  ReadingWorker* m_worker;
  quint64 m_last = 0;
};

}  // namespace trainyard
