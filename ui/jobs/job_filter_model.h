// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractProxyModel>
#include <QSet>
#include <optional>
#include <vector>

#include "ui/jobs/job_list_model.h"

namespace trainyard {

enum class JobSort { Newest, Oldest, Name, Status, Queue };

/// The part of the list that search and status filter leave, in the chosen order. A search keeps the order and looks only through
/// what is left where it grows, so that a key costs little among a hundred thousand jobs.
class JobFilterModel final : public QAbstractProxyModel {
  Q_OBJECT
 public:
  explicit JobFilterModel(JobListModel& jobs, QObject* parent = nullptr);

  /// All words must occur, in any order and case.
  void setSearch(const QString& text);
  void setStatus(std::optional<JobStatus> status);
  /// Jobs that stay in the list although their status leaves the filter: what somebody is looking at does not slip away. A new
  /// filter or search lets them go.
  void keep(const QSet<qint64>& jobs);
  void setOrder(JobSort order);
  [[nodiscard]] JobSort order() const { return m_order; }
  /// Whether queued jobs stand in the order in which the queue starts them: when that was chosen, or only queued ones are shown.
  [[nodiscard]] bool isQueueOrder() const;
  [[nodiscard]] bool isFiltering() const { return !m_words.isEmpty() || m_status.has_value(); }

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : 1; }
  [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  [[nodiscard]] QModelIndex parent(const QModelIndex&) const override { return {}; }
  [[nodiscard]] QModelIndex mapToSource(const QModelIndex& index) const override;
  [[nodiscard]] QModelIndex mapFromSource(const QModelIndex& index) const override;

 private:
  using Rows = std::vector<int>;  ///< of the list of all jobs
  /// Of what is shown, [from, to) gives way to [newFrom, newTo) of what shall be.
  struct Change {
    size_t from, to, newFrom, newTo;
  };

  void followJobs();
  [[nodiscard]] bool accepts(int row) const;
  [[nodiscard]] bool isBefore(int row, int other) const;
  [[nodiscard]] bool isNameBefore(int row, int other) const;
  [[nodiscard]] int shownAt(int row) const;
  void sortAll();
  void rank();
  template <typename Sort>
  void reorder(Sort sort);
  void filterAgain(const Rows& among);
  void show(const Rows& next);
  [[nodiscard]] std::vector<Change> changesTo(const Rows& next) const;
  [[nodiscard]] std::vector<int> heldPlaces(const Rows& next) const;
  void takeInserted(int first, int last);
  void dropRows(int first, int last);
  void takeRemoved(int first, int last);
  void takeChanged(int first, int last);
  void tellChanged(const Rows& rows);

  JobListModel& m_jobs;
  QList<QByteArray> m_words;
  std::optional<JobStatus> m_status;
  QSet<qint64> m_chosen;
  QSet<qint64> m_kept;
  JobSort m_order = JobSort::Newest;
  Rows m_sorted;  ///< all
  Rows m_rank;    ///< the place of each of them in m_sorted
  Rows m_shown;   ///< in the same order
};

}  // namespace trainyard
