// SPDX-License-Identifier: GPL-3.0-or-later
// Which jobs there are: what was at rest at the start, and how those are kept that nobody looks at.
#include <algorithm>

#include "core/jobs/job_service.h"
#include "core/jobs/job_service_entry.h"
#include "core/jobs/packed_job.h"

namespace trainyard {
namespace {

constexpr size_t mostUnpacked = 2'048;  ///< jobs that have ended
constexpr size_t keptUnpacked = 512;    ///< those that were asked for last

}  // namespace

void JobService::load(std::vector<StoredJob> jobs, JobId nextId, bool whole) {
  Q_ASSERT(!m_opened);
  m_nextId = nextId;
  m_opened = true;
  m_loaded = whole;
  addStored(jobs);
  Q_EMIT opened();
  if (whole) Q_EMIT loaded();
}

void JobService::loadMore(std::vector<StoredJob> jobs, bool last) {
  Q_ASSERT(m_opened && !m_loaded);
  m_loaded = last;
  addStored(jobs);
  if (last) Q_EMIT loaded();
}

void JobService::addStored(std::vector<StoredJob>& jobs) {
  std::vector<Slot> fresh;
  QList<JobId> listed;
  for (StoredJob& stored : jobs) {
    auto entry = std::make_unique<Entry>();
    entry->committed = entry->accepted = std::move(stored.job);
    entry->series = std::move(stored.series);
    entry->onDisk = true;
    entry->resume = std::move(stored.resume);
    const Job& job = entry->committed;
    noteOpen(*entry);
    noteListed(*entry, 1);
    for (const SeriesSummary& summary : entry->series) m_pointCount += summary.count;
    if (job.retryOf.isValid()) m_attempts[job.retryOf] << job.id;
    if (entry->isListed()) listed << job.id;
    fresh.push_back({job.id, false, std::move(entry), {}});
  }
  const auto byId = [](const Slot& slot, const Slot& other) { return slot.id < other.id; };
  std::sort(fresh.begin(), fresh.end(), byId);
  const auto middle = qsizetype(m_slots.size());
  m_slots.insert(m_slots.end(), std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()));
  std::inplace_merge(m_slots.begin(), m_slots.begin() + middle, m_slots.end(), byId);
  Q_EMIT jobsLoaded(listed);
  for (const JobId id : listed) pack(*slotOf(id));
}

void JobService::resumeInterrupted() {
  const std::set<JobId> open = m_open;
  for (const JobId id : open)
    if (Entry* entry = find(id); entry != nullptr && entry->accepted.status == JobStatus::Running && !entry->runnerStarted) takeOver(*entry);
}

void JobService::purgeDeleted() {
  std::vector<JobId> deleted;
  for (const Slot& slot : m_slots)
    if (slot.entry != nullptr ? slot.entry->committed.deletedMs != 0 : !slot.listed) deleted.push_back(slot.id);
  for (const JobId id : deleted) {
    Entry& entry = *find(id);
    if (entry.pending > 0 || isAwaited(id)) continue;
    ++entry.pending;
    m_pending.insert(m_deps.store.submitRemoval(entry.committed), {id, JobChangeKind::Purged});
  }
}

std::vector<JobId> JobService::jobs() const {
  std::vector<JobId> ids;
  ids.reserve(m_slots.size());
  for (auto slot = m_slots.rbegin(); slot != m_slots.rend(); ++slot)
    if (slot->entry != nullptr ? slot->entry->isListed() : slot->listed) ids.push_back(slot->id);
  return ids;
}

int JobService::count() const { return m_counts[0] + m_counts[1] + m_counts[2] + m_counts[3]; }

/// Before (-1) and after (+1) what is on the disk of it changes.
void JobService::noteListed(const Entry& entry, int by) {
  if (entry.isListed()) m_counts[size_t(entry.committed.status)] += by;
}

Error JobService::unknown(JobId id) const {
  if (m_loaded) return {ErrorCode::NotFound, tr("There is no job %1.").arg(id.value), {}};
  return {ErrorCode::InUse, tr("Trainyard is still reading older jobs, and job %1 may be one of them; try again in a moment.").arg(id.value), {}};
}

JobService::Slot* JobService::slotOf(JobId id) const {
  const auto at = std::lower_bound(m_slots.begin(), m_slots.end(), id, [](const Slot& slot, JobId wanted) { return slot.id < wanted; });
  return at != m_slots.end() && at->id == id ? &*at : nullptr;
}

JobService::Entry* JobService::find(JobId id) const {
  Slot* slot = slotOf(id);
  if (slot == nullptr) return nullptr;
  if (slot->entry == nullptr) {
    StoredJob stored = unpacked(slot->packed);
    slot->packed = {};
    slot->entry = std::make_unique<Entry>();
    slot->entry->committed = slot->entry->accepted = std::move(stored.job);
    slot->entry->series = std::move(stored.series);
    slot->entry->onDisk = true;
    packSoon(id);
  }
  return slot->entry.get();
}

JobService::Entry& JobService::insert(std::unique_ptr<Entry> entry) {
  const Job& job = entry->accepted;
  if (job.retryOf.isValid()) m_attempts[job.retryOf] << job.id;
  const auto at = std::lower_bound(m_slots.begin(), m_slots.end(), job.id, [](const Slot& slot, JobId id) { return slot.id < id; });
  const JobId id = job.id;
  return *m_slots.insert(at, {id, false, std::move(entry), {}})->entry;
}

void JobService::erase(JobId id) {
  m_open.erase(id);
  if (const Slot* slot = slotOf(id)) m_slots.erase(m_slots.begin() + (slot - m_slots.data()));
}

void JobService::pack(Slot& slot) const {
  if (slot.entry == nullptr || !slot.entry->isAtRest()) return;
  slot.packed = packed(slot.entry->committed, slot.entry->series);
  slot.listed = slot.entry->isListed();
  slot.entry.reset();
}

/// When it was not among the last ones that were asked for; not in this turn, for who asked may hold it until its end.
void JobService::packSoon(JobId id) const {
  m_unpacked.push_back(id);
  if (m_unpacked.size() <= mostUnpacked || std::exchange(m_packing, true)) return;
  QMetaObject::invokeMethod(&m_laterTurn, [this] { packForgotten(); }, Qt::QueuedConnection);
}

void JobService::packForgotten() const {
  m_packing = false;
  const auto kept = m_unpacked.end() - qsizetype(std::min(m_unpacked.size(), keptUnpacked));
  for (auto id = m_unpacked.begin(); id != kept; ++id)
    if (Slot* slot = slotOf(*id)) pack(*slot);
  m_unpacked.erase(m_unpacked.begin(), kept);
}

}  // namespace trainyard
