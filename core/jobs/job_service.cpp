// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job_service.h"

#include "core/jobs/devices.h"
#include "core/jobs/job_draft.h"
#include "core/jobs/job_service_entry.h"

namespace trainyard {
namespace {

/// Before anything is known.
Error stillOpening() {
  return {ErrorCode::InUse, JobService::tr("Trainyard is still opening its database; try again in a moment."), {}};
}

/// Why `action` is not for a job of this status, and what would be.
Error notAllowed(const Job& job, JobAction action) {
  const QString name = job.settings.name;
  const QString status = toText(job.status).toLower();
  QString message;
  switch (action) {
    case JobAction::Start:
      message = isEnded(job.status)
                    ? JobService::tr("“%1” is %2 and never runs twice; use Run again to queue a new job like it.")
                    : JobService::tr("“%1” is %2; only a queued job can be started.");
      break;
    case JobAction::Stop:
      message = JobService::tr("“%1” is %2; only a running or queued job can be stopped.");
      break;
    case JobAction::Delete:
      message = JobService::tr("“%1” is %2; stop it before you delete it.");
      break;
    default:
      message = JobService::tr("“%1” is %2; that is not possible now.");
  }
  return {ErrorCode::NotAllowed, message.arg(name, status), {}};
}

Error notRunHere(const Job& job) {
  return {ErrorCode::NotAllowed, JobService::tr("“%1” was imported; Trainyard knows its curves, not how it is run.").arg(job.settings.name), {}};
}

}  // namespace

JobService::JobService(const JobServiceDependencies& dependencies, QObject* parent)
    : QObject(parent), m_deps(dependencies) {
  connect(&m_deps.store, &JobStore::committed, this, &JobService::apply);
  connect(&m_deps.store, &JobStore::refused, this, &JobService::applyRefusal);
  connectRunner(m_deps.simulatedRunner);
  connectRunner(m_deps.commandRunner);
  connectRunner(m_deps.importRunner);
  if (m_deps.mlflowRunner != nullptr) connectRunner(*m_deps.mlflowRunner);
  connect(&m_deps.store, &JobStore::resumeRead, this, &JobService::takeResume);
}

JobService::~JobService() = default;

void JobService::connectRunner(Runner& runner) {
  connect(&runner, &Runner::produced, this, &JobService::takePoints);
  connect(&runner, &Runner::ended, this, &JobService::takeEnding);
  connect(&runner, &Runner::stopping, this, &JobService::takeStopping);
  connect(&runner, &Runner::noticed, this, &JobService::jobNoticed);
  connect(&runner, &Runner::described, this, &JobService::takeFacts);
}

Result<void> JobService::resume(JobId id) {
  Entry* entry = find(id);
  if (entry == nullptr) return tl::make_unexpected(unknown(id));
  const bool interrupted = entry->accepted.status == JobStatus::Running && !entry->runnerStarted;
  if (!interrupted) return tl::make_unexpected(notAllowed(entry->accepted, JobAction::Start));
  takeOver(*entry);
  return {};
}

Result<JobId> JobService::create(const JobSettings& settings) { return add(settings, nullptr); }

/// `earlier`: the attempt that this one follows, or null.
Result<JobId> JobService::add(const JobSettings& settings, const Job* earlier) {
  if (!m_opened) return tl::make_unexpected(stillOpening());
  const auto valid = settingsFrom(draftFrom(settings), false);
  if (!valid) return tl::make_unexpected(valid.error());
  const JobId after = valid->scheduling.after;
  if (after.isValid() && earlier == nullptr && (find(after) == nullptr || find(after)->accepted.deletedMs != 0)) {
    if (!m_loaded && find(after) == nullptr) return tl::make_unexpected(unknown(after));
    return fail(ErrorCode::NotFound, tr("There is no job %1 to wait for.").arg(after.value));
  }
  const JobId id = m_nextId;
  m_nextId = JobId{id.value + 1};
  auto entry = std::make_unique<Entry>();
  entry->accepted.id = id;
  entry->accepted.settings = *valid;
  entry->accepted.createdMs = m_deps.clock.nowMs();
  entry->accepted.progress.totalSteps = plannedSteps(*valid);
  entry->accepted.queuePosition = double(id.value);
  if (earlier != nullptr) {
    entry->accepted.retryOf = earlier->retryOf.isValid() ? earlier->retryOf : earlier->id;
    entry->accepted.attempt = earlier->attempt + 1;
    entry->accepted.queuePosition = earlier->queuePosition;
    entry->accepted.notBeforeMs = m_deps.clock.nowMs() + qint64(valid->scheduling.retryDelayS) * 1000;
  }
  submit(insert(std::move(entry)), JobChangeKind::Created);
  return id;
}

Result<void> JobService::start(JobId id) {
  const auto entry = findFor(id, JobAction::Start);
  if (!entry) return tl::make_unexpected(entry.error());
  Job& job = (*entry)->accepted;
  if (const auto ready = runnerOf(job).check(job); !ready) return ready;
  const auto running = transition(job.status, JobStatus::Running);
  if (!running) return tl::make_unexpected(running.error());
  job.devices = chooseDevices(job, this->running(), m_gpuCount);
  job.status = *running;
  job.startedMs = m_deps.clock.nowMs();
  submit(**entry, JobChangeKind::Started);
  return {};
}

Ending JobService::stoppedByUser() { return {EndKind::StoppedByUser, 0, tr("stopped by you")}; }

Result<void> JobService::stop(JobId id, const Ending& why) {
  const auto found = findFor(id, JobAction::Stop);
  if (!found) return tl::make_unexpected(found.error());
  Entry& entry = **found;
  if (entry.accepted.status == JobStatus::Queued) {
    end(entry, why);
    return {};
  }
  const bool leftOver = entry.committed.status == JobStatus::Running && !entry.runnerStarted;  // by another session
  if (leftOver && entry.accepted.settings.source == JobSource::Simulated) {
    end(entry, why);
    return {};
  }
  if (leftOver) takeOver(entry);
  if (!entry.stopping) entry.stopReason = why;
  entry.stopping = true;
  if (entry.runnerStarted) runnerOf(entry.accepted).stop(id, entry.stopReason);
  Q_EMIT jobsChanged({id});
  return {};
}

Result<JobId> JobService::runAgain(JobId id) {
  const auto entry = findFor(id, JobAction::RunAgain);
  if (!entry) return tl::make_unexpected(entry.error());
  if (isRunElsewhere((*entry)->accepted)) return tl::make_unexpected(notRunHere((*entry)->accepted));
  return create((*entry)->accepted.settings);
}

Result<void> JobService::rename(JobId id, const QString& name) {
  const auto entry = findFor(id, JobAction::Rename);
  if (!entry) return tl::make_unexpected(entry.error());
  const auto checked = checkName(name);
  if (!checked) return tl::make_unexpected(checked.error());
  (*entry)->accepted.settings.name = *checked;
  (*entry)->nameIsGuess = false;
  submit(**entry, JobChangeKind::Renamed);
  return {};
}

Result<void> JobService::remove(JobId id) {
  const auto entry = findFor(id, JobAction::Delete);
  if (!entry) return tl::make_unexpected(entry.error());
  (*entry)->accepted.deletedMs = m_deps.clock.nowMs();
  submit(**entry, JobChangeKind::Deleted);
  return {};
}

Result<void> JobService::restore(JobId id) {
  Entry* entry = find(id);
  if (entry == nullptr || entry->accepted.deletedMs == 0) return tl::make_unexpected(unknown(id));
  entry->accepted.deletedMs = 0;
  submit(*entry, JobChangeKind::Restored);
  return {};
}

Result<void> JobService::purge(JobId id) {
  const auto entry = findFor(id, JobAction::Delete);
  if (!entry) return tl::make_unexpected(entry.error());
  ++(*entry)->pending;
  m_pending.insert(m_deps.store.submitRemoval((*entry)->accepted), {id, JobChangeKind::Purged});
  return {};
}

const Job* JobService::job(JobId id) const {
  const Entry* entry = find(id);
  return entry != nullptr && entry->isListed() ? &entry->committed : nullptr;
}

const std::vector<SeriesSummary>& JobService::series(JobId id) const {
  static const std::vector<SeriesSummary> none;
  const Entry* entry = find(id);
  return entry != nullptr ? entry->series : none;
}

const SeriesSummary* JobService::series(JobId id, const QString& tag) const {
  for (const SeriesSummary& summary : series(id))
    if (summary.tag == tag) return &summary;
  return nullptr;
}

bool JobService::isBusy(JobId id) const {
  const Entry* entry = find(id);
  return entry != nullptr && (entry->pending > 0 || entry->stopping);
}

qint64 JobService::pointCount() const { return m_pointCount; }

StopStage JobService::stopStage(JobId id) const {
  const Entry* entry = find(id);
  return entry != nullptr && entry->stopping ? entry->stopStage : StopStage{};
}

bool JobService::isStopping(JobId id) const {
  const Entry* entry = find(id);
  return entry != nullptr && entry->stopping;
}

Result<JobService::Entry*> JobService::findFor(JobId id, JobAction action) const {
  Entry* entry = find(id);
  if (entry == nullptr || entry->accepted.deletedMs != 0) return tl::make_unexpected(unknown(id));
  if (!isAllowed(entry->accepted.status, action)) return tl::make_unexpected(notAllowed(entry->accepted, action));
  return entry;
}

Runner& JobService::runnerOf(const Job& job) const {
  switch (job.settings.source) {
    case JobSource::Simulated: return m_deps.simulatedRunner;
    case JobSource::Command: return m_deps.commandRunner;
    case JobSource::Imported: return m_deps.importRunner;
    case JobSource::Mlflow: return m_deps.mlflowRunner != nullptr ? *m_deps.mlflowRunner : m_deps.importRunner;
  }
  Q_UNREACHABLE();
}

}  // namespace trainyard
