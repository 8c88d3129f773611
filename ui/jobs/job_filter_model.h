// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSet>
#include <QSortFilterProxyModel>
#include <optional>

#include "core/jobs/job_status.h"

namespace trainyard {

enum class JobSort { Newest, Oldest, Name, Status, Queue };

/// The part of the list that search and status filter leave, in the chosen order.
class JobFilterModel final : public QSortFilterProxyModel {
  Q_OBJECT
 public:
  explicit JobFilterModel(QObject* parent = nullptr);

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

 protected:
  [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
  [[nodiscard]] bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

 private:
  QStringList m_words;
  std::optional<JobStatus> m_status;
  QSet<qint64> m_kept;
  JobSort m_order = JobSort::Newest;
};

}  // namespace trainyard
