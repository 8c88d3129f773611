// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runners/dispatcher.h"

#include <algorithm>

#include "core/base/format.h"
#include "core/jobs/devices.h"

namespace trainyard {
namespace {

bool isCommand(const Job& job) { return job.settings.source == JobSource::Command; }

int commandsIn(const std::vector<const Job*>& jobs) {
  return static_cast<int>(std::count_if(jobs.begin(), jobs.end(), [](const Job* job) { return isCommand(*job); }));
}

}  // namespace

QueuePlan planQueue(const QueueView& view) {
  QueuePlan plan;
  int freeSlots = view.slotCount - commandsIn(view.running);
  int freeGpus = view.gpuCount - static_cast<int>(heldDevices(view.running, view.gpuCount).size());
  bool full = false;
  for (const Job* job : view.waiting) {
    if (!view.on && job->attempt == 1) continue;
    const JobId after = job->settings.scheduling.after;
    if (after.isValid() && job->attempt == 1 && !view.isFulfilled(after)) continue;
    if (job->notBeforeMs > view.nowMs) {
      plan.wakeMs = plan.wakeMs == 0 ? job->notBeforeMs : std::min(plan.wakeMs, job->notBeforeMs);
      continue;
    }
    if (isCommand(*job)) {
      const int gpus = wantedDevices(*job, view.gpuCount);
      if (gpus > view.gpuCount) continue;
      full = full || freeSlots <= 0 || gpus > freeGpus;
      if (full) continue;
      --freeSlots;
      freeGpus -= gpus;
    }
    plan.start.push_back(job->id);
  }
  return plan;
}

QString waitText(const Job& job, const JobService& jobs, bool queueOn, int gpuCount, qint64 nowMs) {
  const Scheduling& scheduling = job.settings.scheduling;
  if (job.notBeforeMs > nowMs)
    return Dispatcher::tr("Attempt %1 in %2").arg(job.attempt).arg(durationText(job.notBeforeMs - nowMs + 999));
  if (scheduling.after.isValid() && job.attempt == 1 && !jobs.isFulfilled(scheduling.after))
    return jobs.isOpen(scheduling.after) ? Dispatcher::tr("Waits for job %1").arg(scheduling.after.value)
                                         : Dispatcher::tr("Job %1 did not complete: this waits for a start by hand").arg(scheduling.after.value);
  if (wantedDevices(job, gpuCount) > gpuCount)
    return Dispatcher::tr("Wants %1 GPUs; there are %2").arg(scheduling.gpus).arg(gpuCount);
  if (!queueOn && job.attempt == 1) return Dispatcher::tr("Waiting to be started");
  if (const int gpus = wantedDevices(job, gpuCount); gpus > 0) return Dispatcher::tr("Waits for a slot and %n free GPUs", nullptr, gpus);
  return Dispatcher::tr("Waits for a free slot");
}

Dispatcher::Dispatcher(JobService& jobs, const Clock& clock, QObject* parent) : QObject(parent), m_jobs(jobs), m_clock(clock) {
  m_wake.setSingleShot(true);
  connect(&m_wake, &QTimer::timeout, this, &Dispatcher::lookSoon);
  connect(&m_jobs, &JobService::changeCommitted, this, &Dispatcher::lookSoon);
  connect(&m_jobs, &JobService::changeRefused, this, &Dispatcher::lookSoon);
  connect(&m_jobs, &JobService::loaded, this, &Dispatcher::lookSoon);  // what one waits for may have been complete for long
}

void Dispatcher::setOn(bool on) {
  if (m_on == on) return;
  m_on = on;
  Q_EMIT changed();
  lookSoon();
}

void Dispatcher::setSlots(int count) {
  const int bounded = std::max(count, 1);
  if (m_slots == bounded) return;
  m_slots = bounded;
  Q_EMIT changed();
  lookSoon();
}

int Dispatcher::usedSlots() const { return commandsIn(m_jobs.running()); }

void Dispatcher::begin() {
  m_begun = true;
  lookSoon();
}

/// Once for all changes of this turn.
void Dispatcher::lookSoon() {
  if (!m_begun || std::exchange(m_scheduled, true)) return;
  QMetaObject::invokeMethod(this, &Dispatcher::look, Qt::QueuedConnection);
}

void Dispatcher::look() {
  m_scheduled = false;
  const qint64 now = m_clock.nowMs();
  const QueuePlan plan = planQueue({m_jobs.queue(), m_jobs.running(), m_on, m_slots, m_jobs.gpuCount(), now,
                                    [this](JobId id) { return m_jobs.isFulfilled(id); }});
  for (const JobId id : plan.start) {
    const auto started = m_jobs.start(id);
    if (started) continue;
    // It would be refused for ever, and hold up the others: its program or its folder is gone.
    Q_EMIT refused(id, started.error());
    const Ending why{EndKind::CouldNotStart, 0, tr("could not start: %1").arg(started.error().message), 0};
    if (const auto ended = m_jobs.stop(id, why); !ended) qWarning("%s", qUtf8Printable(ended.error().message));
  }
  m_wake.stop();
  if (plan.wakeMs > 0) m_wake.start(static_cast<int>(std::clamp<qint64>(plan.wakeMs - now, 1, 86'400'000)));
}

}  // namespace trainyard
