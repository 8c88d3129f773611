// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runners/trouble_responder.h"

namespace trainyard {
namespace {

constexpr int tickMs = 5'000;

Ending endingFor(const Trouble& trouble) {
  const EndKind kind = trouble.kind == TroubleKind::LossNan ? EndKind::LossNan : EndKind::Trouble;
  return {kind, 0, TroubleResponder::tr("stopped by its watch: %1").arg(trouble.message), 0};
}

}  // namespace

TroubleResponder::TroubleResponder(JobService& jobs, const Clock& clock, const TroubleLimits& limits, QObject* parent)
    : QObject(parent), m_jobs(jobs), m_clock(clock), m_limits(limits) {
  connect(&m_jobs, &JobService::pointsCommitted, this, &TroubleResponder::takePoints);
  connect(&m_jobs, &JobService::changeCommitted, this, [this](JobId id, JobChangeKind kind) {
    if (kind == JobChangeKind::Ended) m_watches.erase(id);
  });
  connect(&m_tick, &QTimer::timeout, this, &TroubleResponder::lookForStalled);
  m_tick.start(tickMs);
}

bool TroubleResponder::isWatched(JobId id) const {
  const Job* job = m_jobs.job(id);
  const bool isLive = job != nullptr && (job->settings.source == JobSource::Command || job->settings.source == JobSource::Mlflow);
  return isLive && job->status == JobStatus::Running;
}

void TroubleResponder::takePoints(const JobPoints& points) {
  if (!isWatched(points.job)) return;
  const auto watch = m_watches.try_emplace(points.job, m_limits).first;
  for (const Trouble& trouble : watch->second.take(points)) respond(points.job, trouble);
}

void TroubleResponder::lookForStalled() {
  for (auto& [id, watch] : m_watches)
    if (const auto trouble = watch.checkStalled(m_clock.nowMs()); trouble && isWatched(id)) respond(id, *trouble);
}

void TroubleResponder::noteDisk(qint64 freeBytes, qint64 totalBytes) {
  const auto trouble = diskTrouble(freeBytes, totalBytes);
  if (!trouble) m_diskTold = false;
  if (!trouble || std::exchange(m_diskTold, true)) return;
  std::vector<JobId> stopped;
  for (const Job* job : m_jobs.running())
    if (isWatched(job->id) && job->settings.scheduling.onTrouble != TroubleResponse::Tell) stopped.push_back(job->id);
  for (const JobId id : stopped) respond(id, *trouble);
  if (stopped.empty()) Q_EMIT troubled({}, *trouble, false);
}

void TroubleResponder::respond(JobId id, const Trouble& trouble) {
  const Job* job = m_jobs.job(id);
  // A second stop would send the next signal at once, and take from the first its grace time.
  const bool wanted = job->settings.scheduling.onTrouble != TroubleResponse::Tell && !m_jobs.isStopping(id);
  const auto stopped = wanted ? m_jobs.stop(id, endingFor(trouble)) : Result<void>();
  if (!stopped) qWarning("%s", qUtf8Printable(stopped.error().message));
  Q_EMIT troubled(id, trouble, wanted && stopped);
}

}  // namespace trainyard
