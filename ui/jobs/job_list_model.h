// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <QTimer>
#include <array>
#include <string>
#include <string_view>
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
  /// Older jobs that were read since the list grew last are listed now, and not in a moment.
  void showComing();
  [[nodiscard]] int count(JobStatus status) const { return m_counts[size_t(status)]; }

  // Of a row, at once, for who goes through all of them.
  [[nodiscard]] JobId idAt(int row) const { return m_rows[size_t(row)].id; }
  [[nodiscard]] JobStatus statusAt(int row) const { return m_rows[size_t(row)].status; }
  /// What the search looks in: lower-case UTF-8. Valid until the next signal.
  [[nodiscard]] std::string_view searchTextAt(int row) const;
  /// The name, in lower case.
  [[nodiscard]] QString sortNameAt(int row) const;
  /// Of two queued jobs: whether the queue starts the first one sooner.
  [[nodiscard]] bool isSooner(int row, int other) const;

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
    quint32 textAt;    ///< in m_texts
    quint32 textSize;
  };
  void addAll(const QList<JobId>& ids);
  void add(JobId id);
  void change(const QList<JobId>& ids);
  void remove(JobId id);
  [[nodiscard]] Row rowFor(const Job& job);
  void dropText(const Row& row);
  [[nodiscard]] std::vector<Row>::const_iterator place(JobId id) const;

  JobService& m_jobs;
  const Dispatcher& m_queue;
  const Clock& m_clock;
  SparklineCache* m_sparklines;
  std::vector<Row> m_rows;
  std::vector<Row> m_coming;  ///< older jobs that are not listed yet
  QTimer m_come;
  std::string m_texts;        ///< side by side, so that a search runs through memory in a line
  size_t m_wastedTexts = 0;   ///< bytes of rows that are gone or changed
  std::array<int, 4> m_counts{};
};

}  // namespace trainyard
