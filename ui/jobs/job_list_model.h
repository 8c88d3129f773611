// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <array>
#include <vector>

#include "core/base/clock.h"
#include "core/jobs/job_service.h"
#include "core/runners/dispatcher.h"
#include "ui/jobs/sparkline_cache.h"

namespace trainyard {

enum JobRole : int {
  JobCardRole = Qt::UserRole + 1,  ///< JobCard
  JobIdRole,                       ///< qint64
  JobStatusRole,                   ///< int of JobStatus
  JobSearchRole,                   ///< lower-case text that the search looks in
  JobPriorityRole,                 ///< int, of a queued job
  JobPositionRole,                 ///< double: its place in the queue, the lower the sooner
};

/// All listed jobs, newest first, as JobService knows them.
class JobListModel final : public QAbstractListModel {
  Q_OBJECT
 public:
  JobListModel(JobService& jobs, const Dispatcher& queue, MetricReader& history, const Clock& clock, QObject* parent = nullptr);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  /// -1 when it is not listed.
  [[nodiscard]] int rowOf(JobId id) const;
  [[nodiscard]] int count(JobStatus status) const { return m_counts[size_t(status)]; }

  // A queued job can be dragged to another place in the queue.
  [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
  [[nodiscard]] Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
  [[nodiscard]] QStringList mimeTypes() const override;
  [[nodiscard]] QMimeData* mimeData(const QModelIndexList& indexes) const override;
  bool dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column, const QModelIndex& parent) override;

 Q_SIGNALS:
  void countsChanged();
  /// Dropped before another queued job, or behind the last one (no job).
  void moveRequested(trainyard::JobId id, trainyard::JobId before);

 private:
  struct Row {
    JobId id;
    JobStatus status;
    QString search;
  };
  void reload();
  void add(JobId id);
  void change(const QList<JobId>& ids);
  void remove(JobId id);
  [[nodiscard]] Row rowFor(const Job& job) const;
  [[nodiscard]] std::vector<Row>::const_iterator place(JobId id) const;

  JobService& m_jobs;
  const Dispatcher& m_queue;
  const Clock& m_clock;
  SparklineCache* m_sparklines;
  std::vector<Row> m_rows;
  std::array<int, 4> m_counts{};
};

}  // namespace trainyard
