// SPDX-License-Identifier: GPL-3.0-or-later
// The order of what waits. Who starts it is core/runners/dispatcher.
#include "core/jobs/job_service.h"
#include "core/jobs/job_service_entry.h"

namespace trainyard {
namespace {

/// Positions closer than this are spread anew, long before doubles run out.
constexpr double leastGap = 1e-6;

Error onlyQueued(const Job& job) {
  return {ErrorCode::NotAllowed,
          JobService::tr("“%1” is %2; only a queued job has a place in the queue.").arg(job.settings.name, toText(job.status).toLower()), {}};
}

}  // namespace

bool isSooner(const Job& job, const Job& other) {
  if (job.settings.scheduling.priority != other.settings.scheduling.priority)
    return job.settings.scheduling.priority > other.settings.scheduling.priority;
  if (job.queuePosition != other.queuePosition) return job.queuePosition < other.queuePosition;
  return job.id < other.id;
}

void JobService::noteOpen(const Entry& entry) {
  if (isEnded(entry.accepted.status))
    m_open.erase(entry.accepted.id);
  else
    m_open.insert(entry.accepted.id);
}

std::vector<const Job*> JobService::queue() const {
  std::vector<const Job*> waiting;
  for (const JobId id : m_open)
    if (const Entry* entry = find(id); entry->onDisk && entry->accepted.status == JobStatus::Queued && entry->accepted.deletedMs == 0)
      waiting.push_back(&entry->accepted);
  std::sort(waiting.begin(), waiting.end(), [](const Job* job, const Job* other) { return isSooner(*job, *other); });
  return waiting;
}

std::vector<const Job*> JobService::running() const {
  std::vector<const Job*> running;
  for (const JobId id : m_open)
    if (const Entry* entry = find(id); entry->accepted.status == JobStatus::Running) running.push_back(&entry->accepted);
  return running;
}

/// The first of the attempts that a job is one of.
JobId JobService::firstAttempt(JobId id) const {
  const Entry* entry = find(id);
  return entry != nullptr && entry->accepted.retryOf.isValid() ? entry->accepted.retryOf : id;
}

bool JobService::isFulfilled(JobId id) const {
  const JobId first = firstAttempt(id);
  const auto isComplete = [this](JobId one) {
    const Entry* entry = find(one);
    return entry != nullptr && entry->committed.status == JobStatus::Complete;
  };
  const QList<JobId> later = m_attempts.value(first);
  return isComplete(first) || std::any_of(later.begin(), later.end(), isComplete);
}

/// Whether a job that is not over waits for it, or for an attempt of it.
bool JobService::isAwaited(JobId id) const {
  const JobId first = firstAttempt(id);
  return std::any_of(m_open.begin(), m_open.end(), [&](JobId open) {
    const JobId after = find(open)->accepted.settings.scheduling.after;
    return after.isValid() && firstAttempt(after) == first;
  });
}

bool JobService::isOpen(JobId id) const {
  const JobId first = firstAttempt(id);
  if (!m_loaded && slotOf(first) == nullptr) return true;
  return std::any_of(m_open.begin(), m_open.end(), [&](JobId open) {
    const Entry* entry = find(open);
    return (open == first || entry->accepted.retryOf == first) && entry->accepted.deletedMs == 0;
  });
}

Result<void> JobService::setPriority(JobId id, int priority) {
  const auto entry = findFor(id, JobAction::Rename);
  if (!entry) return tl::make_unexpected(entry.error());
  if (priority < -1 || priority > 1) return fail(ErrorCode::InvalidInput, tr("A priority is low, normal or high."));
  Job& job = (*entry)->accepted;
  if (job.status != JobStatus::Queued) return tl::make_unexpected(onlyQueued(job));
  if (job.settings.scheduling.priority == priority) return {};
  job.settings.scheduling.priority = priority;
  submit(**entry, JobChangeKind::Moved);
  return {};
}

Result<void> JobService::moveInQueue(JobId id, JobId before) {
  for (const JobId one : {id, before}) {
    if (one == before && !before.isValid()) continue;
    const auto entry = findFor(one, JobAction::Rename);
    if (!entry) return tl::make_unexpected(entry.error());
    if ((*entry)->accepted.status != JobStatus::Queued) return tl::make_unexpected(onlyQueued((*entry)->accepted));
  }
  if (id == before) return {};
  std::vector<const Job*> order = queue();
  std::erase_if(order, [id](const Job* job) { return job->id == id; });
  Entry& moved = *find(id);
  if (order.empty()) return {};
  const auto place = std::find_if(order.begin(), order.end(), [before](const Job* job) { return job->id == before; });
  const Job& neighbour = place == order.end() ? *order.back() : **place;
  moved.accepted.settings.scheduling.priority = neighbour.settings.scheduling.priority;
  const bool hasUpper = place != order.begin() &&
                        (*(place - 1))->settings.scheduling.priority == neighbour.settings.scheduling.priority;
  if (place == order.end()) {
    moved.accepted.queuePosition = order.back()->queuePosition + 1.0;
  } else if (!hasUpper) {
    moved.accepted.queuePosition = (*place)->queuePosition - 1.0;
  } else {
    const double upper = (*(place - 1))->queuePosition;
    moved.accepted.queuePosition = (upper + (*place)->queuePosition) / 2.0;
    if (moved.accepted.queuePosition - upper < leastGap) {
      order.insert(place, &moved.accepted);
      spreadQueue(order);
      return {};
    }
  }
  submit(moved, JobChangeKind::Moved);
  return {};
}

/// Whole numbers for all, in this order.
void JobService::spreadQueue(const std::vector<const Job*>& order) {
  double position = order.front()->queuePosition;
  for (const Job* job : order) {
    Entry& entry = *find(job->id);
    entry.accepted.queuePosition = position;
    position += 1.0;
    submit(entry, JobChangeKind::Moved);
  }
}

}  // namespace trainyard
