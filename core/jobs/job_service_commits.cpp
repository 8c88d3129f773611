// SPDX-License-Identifier: GPL-3.0-or-later
// The way back: what runners produced, what the store has committed or refused.
#include <QSet>

#include "core/jobs/job_service.h"
#include "core/jobs/job_service_entry.h"

namespace trainyard {

void JobService::submit(Entry& entry, JobChangeKind kind) {
  ++entry.pending;
  noteOpen(entry);
  m_pending.insert(m_deps.store.submit(entry.accepted), {entry.accepted.id, kind});
  if (entry.isListed()) Q_EMIT jobsChanged({entry.accepted.id});
}

void JobService::takePoints(const JobPoints& told) {
  Entry* entry = find(told.job);
  if (entry == nullptr || entry->accepted.status != JobStatus::Running) return;
  const bool hasTwoTellers = entry->accepted.settings.source == JobSource::Command && !entry->accepted.settings.imported.run.isEmpty();
  const JobPoints points = hasTwoTellers ? beside(*entry, told) : told;
  entry->accepted.progress = points.progress;
  if (entry->startIsGuess) guessStart(*entry, points);
  m_deps.store.append(points);
}

void JobService::takeStopping(JobId id, const StopStage& stage) {
  Entry* entry = find(id);
  if (entry == nullptr || entry->accepted.status != JobStatus::Running) return;
  entry->stopping = true;  // also when another window or the command line has asked for it
  entry->stopStage = stage;
  if (entry->isListed()) Q_EMIT jobsChanged({id});
}

void JobService::takeEnding(JobId id, const Ending& ending) {
  Entry* entry = find(id);
  if (entry == nullptr || entry->accepted.status != JobStatus::Running) return;
  end(*entry, ending);
  if (!isRetried(entry->accepted)) return;
  if (const auto next = add(entry->accepted.settings, &entry->accepted); !next)
    Q_EMIT jobNoticed(id, tr("It could not be queued for another attempt: %1").arg(next.error().message));
}

void JobService::end(Entry& entry, const Ending& ending) {
  const auto ended = transition(entry.accepted.status,
                                isSuccess(ending.kind) ? JobStatus::Complete : JobStatus::Failed);
  Q_ASSERT(ended);
  entry.accepted.status = *ended;
  entry.accepted.ending = ending;
  entry.accepted.endedMs = ending.atMs > 0 ? ending.atMs : m_deps.clock.nowMs();
  entry.runnerStarted = false;
  entry.stopping = false;
  submit(entry, JobChangeKind::Ended);
}

void JobService::runStarted(Entry& entry) {
  if (entry.stopping) {
    end(entry, entry.stopReason);
    return;
  }
  entry.runnerStarted = true;
  runnerOf(entry.accepted).start(entry.accepted);
}

void JobService::takeOver(Entry& entry) {
  entry.runnerStarted = true;
  runnerOf(entry.accepted).takeOver(entry.accepted, entry.resume);
}

void JobService::apply(const CommittedBatch& batch) {
  QList<JobId> changed;
  QSet<JobId> seen;
  const auto note = [&](JobId id) {
    if (seen.contains(id)) return;
    seen.insert(id);
    changed << id;
  };
  // Points first: those of this batch were accepted before the end that may be in it, and an end's row is final.
  for (const JobPoints& points : batch.points) {
    applyPoints(points);
    note(points.job);
  }
  for (const JobSummaries& summaries : batch.summaries) applySummaries(summaries);
  for (const JobPoints& points : batch.points) Q_EMIT pointsCommitted(points);
  for (const JobChange& change : batch.changes) {
    applyChange(change);
    note(change.job.id);
  }
  changed.erase(std::remove_if(changed.begin(), changed.end(), [this](JobId id) { return job(id) == nullptr; }),
                changed.end());
  if (!changed.isEmpty()) Q_EMIT jobsChanged(changed);
}

void JobService::applyPoints(const JobPoints& points) {
  if (Entry* entry = find(points.job)) entry->committed.progress = points.progress;
}

void JobService::applySummaries(const JobSummaries& summaries) {
  Entry* entry = find(summaries.job);
  if (entry == nullptr) return;
  for (const SeriesSummary& summary : summaries.series) {
    const auto known = std::lower_bound(entry->series.begin(), entry->series.end(), summary.tag,
                                        [](const SeriesSummary& one, const QString& tag) { return one.tag < tag; });
    if (known != entry->series.end() && known->tag == summary.tag) {
      m_pointCount += summary.count - known->count;
      *known = summary;
    } else {
      m_pointCount += summary.count;
      entry->series.insert(known, summary);
    }
  }
}

void JobService::applyChange(const JobChange& change) {
  const Pending pending = m_pending.take(change.ticket);
  Entry* entry = find(pending.id);
  if (entry == nullptr) return;
  --entry->pending;
  if (change.remove) {
    for (const SeriesSummary& summary : entry->series) m_pointCount -= summary.count;
    noteListed(*entry, -1);
    const bool listed = entry->isListed();
    erase(pending.id);
    if (listed) Q_EMIT jobRemoved(pending.id);
    Q_EMIT changeCommitted(pending.id, pending.kind);
    return;
  }
  const bool wasListed = entry->isListed();
  const Progress progress = entry->committed.progress;
  const bool first = !entry->onDisk;
  noteListed(*entry, -1);
  entry->committed = change.job;
  entry->onDisk = true;
  noteListed(*entry, 1);
  if (!first && !isEnded(change.job.status)) entry->committed.progress = progress;
  if (pending.kind == JobChangeKind::Started || pending.kind == JobChangeKind::Imported) runStarted(*entry);
  if (pending.kind == JobChangeKind::Reopened) {
    entry->wantsResume = true;
    m_deps.store.requestResume(pending.id);
  }
  if (entry->isAtRest()) packSoon(pending.id);
  if (!wasListed && entry->isListed()) Q_EMIT jobAdded(pending.id);
  if (wasListed && !entry->isListed()) Q_EMIT jobRemoved(pending.id);
  Q_EMIT changeCommitted(pending.id, pending.kind);
}

void JobService::applyRefusal(quint64 ticket, const Error& error) {
  const Pending pending = m_pending.take(ticket);
  Entry* entry = find(pending.id);
  if (entry == nullptr) return;
  --entry->pending;
  // The run is over whatever the disk says, and another attempt was promised: they must be written in the end.
  const bool isPromised = pending.kind == JobChangeKind::Created && entry->accepted.retryOf.isValid();
  if (pending.kind == JobChangeKind::Ended || isPromised) {
    submit(*entry, pending.kind);
    return;
  }
  if (!entry->onDisk) {
    erase(pending.id);
  } else {
    const Progress progress = entry->accepted.progress;
    const bool ended = isEnded(entry->accepted.status) && !isEnded(entry->committed.status);
    if (!ended) entry->accepted = entry->committed;
    noteOpen(*entry);
    entry->accepted.progress = progress;
    entry->stopping = entry->stopping && entry->runnerStarted;
    if (entry->isListed()) Q_EMIT jobsChanged({pending.id});
  }
  Q_EMIT changeRefused(pending.id, pending.kind, error);
}

}  // namespace trainyard
