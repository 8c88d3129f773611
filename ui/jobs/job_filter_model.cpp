// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/job_filter_model.h"

#include <QCollator>
#include <algorithm>
#include <numeric>

namespace trainyard {
namespace {

constexpr size_t mostChanges = 32;  ///< ranges that are told one by one

/// Running first, then queued, then what ended.
int rankOf(JobStatus status) {
  switch (status) {
    case JobStatus::Running: return 0;
    case JobStatus::Queued: return 1;
    case JobStatus::Failed: return 2;
    case JobStatus::Complete: return 3;
  }
  return 4;
}

/// Puts `fresh`, which are in order, among `rows`, which are too.
template <typename IsBefore>
std::vector<int> merged(const std::vector<int>& rows, const std::vector<int>& fresh, IsBefore isBefore) {
  std::vector<int> all;
  all.reserve(rows.size() + fresh.size());
  auto from = rows.begin();
  for (const int row : fresh) {
    const auto to = std::upper_bound(from, rows.end(), row, isBefore);
    all.insert(all.end(), from, to);
    all.push_back(row);
    from = to;
  }
  all.insert(all.end(), from, rows.end());
  return all;
}

void shift(std::vector<int>& rows, int from, int by) {
  for (int& row : rows)
    if (row >= from) row += by;
}

}  // namespace

JobFilterModel::JobFilterModel(JobListModel& jobs, QObject* parent) : QAbstractProxyModel(parent), m_jobs(jobs) {
  setSourceModel(&jobs);
  followJobs();
  sortAll();
  m_shown = m_sorted;
}

void JobFilterModel::followJobs() {
  connect(&m_jobs, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex&, int first, int last) { takeInserted(first, last); });
  connect(&m_jobs, &QAbstractItemModel::rowsAboutToBeRemoved, this, [this](const QModelIndex&, int first, int last) { dropRows(first, last); });
  connect(&m_jobs, &QAbstractItemModel::rowsRemoved, this, [this](const QModelIndex&, int first, int last) { takeRemoved(first, last); });
  connect(&m_jobs, &QAbstractItemModel::dataChanged, this,
          [this](const QModelIndex& first, const QModelIndex& last) { takeChanged(first.row(), last.row()); });
}

// ---- what is asked ----------------------------------------------------------------------------------------------------

void JobFilterModel::setSearch(const QString& text) {
  const QList<QByteArray> before = m_words;
  m_words.clear();
  for (const QString& word : text.toLower().split(u' ', Qt::SkipEmptyParts)) m_words << word.toUtf8();
  const bool keptSome = !m_kept.isEmpty();
  m_kept.clear();
  // Who types on only narrows: each word that was there is in one that is there now.
  const bool narrows = !keptSome && std::all_of(before.begin(), before.end(), [this](const QByteArray& old) {
    return std::any_of(m_words.begin(), m_words.end(), [&old](const QByteArray& word) { return word.contains(old); });
  });
  filterAgain(narrows ? m_shown : m_sorted);
}

void JobFilterModel::setStatus(std::optional<JobStatus> status) {
  const bool wasQueueOrder = isQueueOrder();
  m_status = status;
  m_kept.clear();
  if (isQueueOrder() != wasQueueOrder) reorder([this] { sortAll(); });
  filterAgain(m_sorted);
}

void JobFilterModel::keep(const QSet<qint64>& jobs) {
  m_chosen = jobs;
  if (jobs == m_kept) return;
  m_kept = jobs;
  if (m_status) filterAgain(m_sorted);
}

void JobFilterModel::setOrder(JobSort order) {
  m_order = order;
  reorder([this] { sortAll(); });
}

bool JobFilterModel::isQueueOrder() const {
  return m_order == JobSort::Queue || (m_order == JobSort::Newest && m_status == JobStatus::Queued);
}

bool JobFilterModel::accepts(int row) const {
  if (m_status && m_jobs.statusAt(row) != *m_status && !m_kept.contains(m_jobs.idAt(row).value)) return false;
  const std::string_view text = m_jobs.searchTextAt(row);
  return std::all_of(m_words.begin(), m_words.end(), [text](const QByteArray& word) {
    return text.find(std::string_view(word.constData(), size_t(word.size()))) != std::string_view::npos;
  });
}

// ---- the order --------------------------------------------------------------------------------------------------------

bool JobFilterModel::isNameBefore(int row, int other) const {
  const int order = QString::localeAwareCompare(m_jobs.sortNameAt(row), m_jobs.sortNameAt(other));
  return order != 0 ? order < 0 : row < other;
}

/// Rows are newest first already.
bool JobFilterModel::isBefore(int row, int other) const {
  const JobSort order = isQueueOrder() ? JobSort::Queue : m_order;
  if (order == JobSort::Newest) return row < other;
  if (order == JobSort::Oldest) return row > other;
  if (order == JobSort::Name) return isNameBefore(row, other);
  const int rank = rankOf(m_jobs.statusAt(row));
  const int otherRank = rankOf(m_jobs.statusAt(other));
  if (rank != otherRank) return rank < otherRank;
  return order == JobSort::Queue && m_jobs.statusAt(row) == JobStatus::Queued ? m_jobs.isSooner(row, other) : row < other;
}

void JobFilterModel::sortAll() {
  m_sorted.resize(size_t(m_jobs.rowCount()));
  std::iota(m_sorted.begin(), m_sorted.end(), 0);
  if (m_order == JobSort::Name) {
    const QCollator collator;
    std::vector<QCollatorSortKey> keys;  // a name is taken apart once, not in each comparison
    keys.reserve(m_sorted.size());
    for (const int row : m_sorted) keys.push_back(collator.sortKey(m_jobs.sortNameAt(row)));
    std::stable_sort(m_sorted.begin(), m_sorted.end(), [&keys](int row, int other) { return keys[size_t(row)] < keys[size_t(other)]; });
  } else {
    std::sort(m_sorted.begin(), m_sorted.end(), [this](int row, int other) { return isBefore(row, other); });
  }
  rank();
}

void JobFilterModel::rank() {
  m_rank.resize(m_sorted.size());
  for (size_t i = 0; i < m_sorted.size(); ++i) m_rank[size_t(m_sorted[i])] = int(i);
}

/// `sort` brings m_sorted and its ranks into the order that is wanted now.
template <typename Sort>
void JobFilterModel::reorder(Sort sort) {
  Q_EMIT layoutAboutToBeChanged();
  const QModelIndexList before = persistentIndexList();
  Rows held;
  for (const QModelIndex& index : before) held.push_back(m_shown[size_t(index.row())]);
  sort();
  std::sort(m_shown.begin(), m_shown.end(), [this](int row, int other) { return m_rank[size_t(row)] < m_rank[size_t(other)]; });
  QModelIndexList after;
  for (const int row : held) after << createIndex(shownAt(row), 0);
  changePersistentIndexList(before, after);
  Q_EMIT layoutChanged();
}

// ---- what is shown ----------------------------------------------------------------------------------------------------

/// -1 when it is not.
int JobFilterModel::shownAt(int row) const {
  const auto at = std::lower_bound(m_shown.begin(), m_shown.end(), m_rank[size_t(row)], [this](int one, int place) { return m_rank[size_t(one)] < place; });
  return at != m_shown.end() && *at == row ? int(at - m_shown.begin()) : -1;
}

void JobFilterModel::filterAgain(const Rows& among) {
  Rows next;
  next.reserve(among.size());
  std::copy_if(among.begin(), among.end(), std::back_inserter(next), [this](int row) { return accepts(row); });
  show(next);
}

/// The ranges in which what is shown differs from `next`; both are in the same order.
std::vector<JobFilterModel::Change> JobFilterModel::changesTo(const Rows& next) const {
  std::vector<Change> changes;
  size_t old = 0;
  size_t now = 0;
  while (old < m_shown.size() || now < next.size()) {
    if (old < m_shown.size() && now < next.size() && m_shown[old] == next[now]) {
      ++old;
      ++now;
      continue;
    }
    if (changes.empty() || changes.back().to != old || changes.back().newTo != now) changes.push_back({old, old, now, now});
    const bool goes = now == next.size() || (old < m_shown.size() && m_rank[size_t(m_shown[old])] < m_rank[size_t(next[now])]);
    goes ? ++old : ++now;
    changes.back().to = old;
    changes.back().newTo = now;
  }
  return changes;
}

/// The places of rows that stay and that somebody holds on to: the current one, those that are chosen; of one that goes, the
/// neighbours that stay, for a view moves on to one of them. In order.
std::vector<int> JobFilterModel::heldPlaces(const Rows& next) const {
  const auto isRanked = [this](int row, int other) { return m_rank[size_t(row)] < m_rank[size_t(other)]; };
  std::vector<int> held;
  const auto hold = [&](int row) {
    if (const int place = shownAt(row); place >= 0) held.push_back(place);
  };
  for (const QModelIndex& index : persistentIndexList()) {
    const auto from = std::lower_bound(next.begin(), next.end(), m_shown[size_t(index.row())], isRanked);
    if (from != next.end()) hold(*from);
    if (from != next.begin()) hold(*(from - 1));
  }
  for (const qint64 id : m_chosen) {
    const int row = m_jobs.rowOf(JobId{id});
    if (row >= 0 && std::binary_search(next.begin(), next.end(), row, isRanked)) hold(row);
  }
  std::sort(held.begin(), held.end());
  return held;
}

/// Many changes are told as few: between two rows that somebody holds on to, all rows go and those that shall be there come.
void JobFilterModel::show(const Rows& next) {
  std::vector<Change> changes = changesTo(next);
  if (changes.size() > mostChanges) {
    const std::vector<int> held = heldPlaces(next);
    std::vector<Change> joined{changes.front()};
    for (const Change& change : changes) {
      Change& last = joined.back();
      const auto between = std::lower_bound(held.begin(), held.end(), int(last.to));
      if (between != held.end() && size_t(*between) < change.from)
        joined.push_back(change);
      else
        last = {last.from, change.to, last.newFrom, change.newTo};
    }
    changes = std::move(joined);
  }
  for (auto change = changes.rbegin(); change != changes.rend(); ++change) {  // the places of those before stay right
    const auto at = m_shown.begin() + qsizetype(change->from);
    if (change->to > change->from) {
      beginRemoveRows({}, int(change->from), int(change->to) - 1);
      m_shown.erase(at, at + qsizetype(change->to - change->from));
      endRemoveRows();
    }
    if (change->newTo > change->newFrom) {
      beginInsertRows({}, int(change->from), int(change->from + change->newTo - change->newFrom) - 1);
      m_shown.insert(m_shown.begin() + qsizetype(change->from), next.begin() + qsizetype(change->newFrom), next.begin() + qsizetype(change->newTo));
      endInsertRows();
    }
  }
}

// ---- what becomes of the jobs -----------------------------------------------------------------------------------------

void JobFilterModel::takeInserted(int first, int last) {
  const int count = last - first + 1;
  shift(m_sorted, first, count);
  shift(m_shown, first, count);
  Rows fresh(static_cast<size_t>(count));
  std::iota(fresh.begin(), fresh.end(), first);
  const auto isBefore = [this](int row, int other) { return this->isBefore(row, other); };
  std::sort(fresh.begin(), fresh.end(), isBefore);
  m_sorted = merged(m_sorted, fresh, isBefore);
  rank();
  std::erase_if(fresh, [this](int row) { return !accepts(row); });
  show(merged(m_shown, fresh, [this](int row, int other) { return m_rank[size_t(row)] < m_rank[size_t(other)]; }));
}

void JobFilterModel::dropRows(int first, int last) {
  Rows next = m_shown;
  std::erase_if(next, [&](int row) { return row >= first && row <= last; });
  show(next);
}

void JobFilterModel::takeRemoved(int first, int last) {
  std::erase_if(m_sorted, [&](int row) { return row >= first && row <= last; });
  shift(m_sorted, last + 1, first - last - 1);
  shift(m_shown, last + 1, first - last - 1);
  rank();
}

void JobFilterModel::takeChanged(int first, int last) {
  Rows changed(size_t(last - first) + 1);
  std::iota(changed.begin(), changed.end(), first);
  const auto isBefore = [this](int row, int other) { return this->isBefore(row, other); };
  const bool isPlaced = std::all_of(changed.begin(), changed.end(), [&](int row) {
    const auto place = size_t(m_rank[size_t(row)]);
    return (place == 0 || isBefore(m_sorted[place - 1], row)) && (place + 1 == m_sorted.size() || isBefore(row, m_sorted[place + 1]));
  });
  if (!isPlaced) {
    reorder([&] {
      std::erase_if(m_sorted, [&](int row) { return row >= first && row <= last; });
      std::sort(changed.begin(), changed.end(), isBefore);
      m_sorted = merged(m_sorted, changed, isBefore);
      rank();
    });
  }
  const auto isRanked = [this](int row, int other) { return m_rank[size_t(row)] < m_rank[size_t(other)]; };
  std::sort(changed.begin(), changed.end(), isRanked);
  const bool fits = std::all_of(changed.begin(), changed.end(), [this](int row) { return accepts(row) == (shownAt(row) >= 0); });
  if (!fits) {
    Rows next = m_shown;
    std::erase_if(next, [&](int row) { return row >= first && row <= last; });
    Rows accepted;
    std::copy_if(changed.begin(), changed.end(), std::back_inserter(accepted), [this](int row) { return accepts(row); });
    show(merged(next, accepted, isRanked));
  }
  tellChanged(changed);
}

/// One signal for each run of neighbours; `rows` are in order.
void JobFilterModel::tellChanged(const Rows& rows) {
  Rows places;
  for (const int row : rows)
    if (const int place = shownAt(row); place >= 0) places.push_back(place);
  for (size_t from = 0; from < places.size();) {
    size_t to = from;
    while (to + 1 < places.size() && places[to + 1] == places[to] + 1) ++to;
    Q_EMIT dataChanged(createIndex(places[from], 0), createIndex(places[to], 0));
    from = to + 1;
  }
}

// ---- as a model -------------------------------------------------------------------------------------------------------

int JobFilterModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_shown.size()); }

QModelIndex JobFilterModel::index(int row, int column, const QModelIndex& parent) const {
  return hasIndex(row, column, parent) ? createIndex(row, column) : QModelIndex();
}

QModelIndex JobFilterModel::mapToSource(const QModelIndex& index) const {
  return index.isValid() && size_t(index.row()) < m_shown.size() ? m_jobs.index(m_shown[size_t(index.row())]) : QModelIndex();
}

QModelIndex JobFilterModel::mapFromSource(const QModelIndex& index) const {
  const int place = index.isValid() ? shownAt(index.row()) : -1;
  return place >= 0 ? createIndex(place, 0) : QModelIndex();
}

}  // namespace trainyard
