// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/job_filter_model.h"

#include "ui/jobs/job_list_model.h"

namespace trainyard {
namespace {

constexpr int queuedRank = 1;

bool isSooner(const QModelIndex& left, const QModelIndex& right) {
  const int one = left.data(JobPriorityRole).toInt();
  const int other = right.data(JobPriorityRole).toInt();
  if (one != other) return one > other;
  const double place = left.data(JobPositionRole).toDouble();
  const double otherPlace = right.data(JobPositionRole).toDouble();
  return place != otherPlace ? place < otherPlace : left.data(JobIdRole).toLongLong() < right.data(JobIdRole).toLongLong();
}

/// Running first, then queued, then what ended.
int rank(const QModelIndex& index) {
  switch (static_cast<JobStatus>(index.data(JobStatusRole).toInt())) {
    case JobStatus::Running: return 0;
    case JobStatus::Queued: return queuedRank;
    case JobStatus::Failed: return 2;
    case JobStatus::Complete: return 3;
  }
  return 4;
}

}  // namespace

JobFilterModel::JobFilterModel(QObject* parent) : QSortFilterProxyModel(parent) {
  setDynamicSortFilter(true);
  sort(0);
}

void JobFilterModel::setSearch(const QString& text) {
  m_words = text.toLower().split(u' ', Qt::SkipEmptyParts);
  m_kept.clear();
  invalidateFilter();
}

void JobFilterModel::setStatus(std::optional<JobStatus> status) {
  m_status = status;
  m_kept.clear();
  invalidate();
}

void JobFilterModel::keep(const QSet<qint64>& jobs) {
  if (jobs == m_kept) return;
  m_kept = jobs;
  if (m_status) invalidateFilter();
}

void JobFilterModel::setOrder(JobSort order) {
  m_order = order;
  invalidate();
}

bool JobFilterModel::isQueueOrder() const {
  return m_order == JobSort::Queue || (m_order == JobSort::Newest && m_status == JobStatus::Queued);
}

bool JobFilterModel::filterAcceptsRow(int row, const QModelIndex& parent) const {
  const QModelIndex index = sourceModel()->index(row, 0, parent);
  const bool fits = !m_status || index.data(JobStatusRole).toInt() == static_cast<int>(*m_status);
  if (!fits && !m_kept.contains(index.data(JobIdRole).toLongLong())) return false;
  if (m_words.isEmpty()) return true;
  const QString text = index.data(JobSearchRole).toString();
  return std::all_of(m_words.begin(), m_words.end(), [&text](const QString& word) { return text.contains(word); });
}

bool JobFilterModel::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const auto id = [](const QModelIndex& index) { return index.data(JobIdRole).toLongLong(); };
  switch (isQueueOrder() ? JobSort::Queue : m_order) {
    case JobSort::Queue:
      if (rank(left) != rank(right)) return rank(left) < rank(right);
      return rank(left) == queuedRank ? isSooner(left, right) : id(left) > id(right);
    case JobSort::Newest: return id(left) > id(right);
    case JobSort::Oldest: return id(left) < id(right);
    case JobSort::Name: {
      const int order = QString::localeAwareCompare(left.data().toString(), right.data().toString());
      return order != 0 ? order < 0 : id(left) > id(right);
    }
    case JobSort::Status: return rank(left) != rank(right) ? rank(left) < rank(right) : id(left) > id(right);
  }
  return false;
}

}  // namespace trainyard
