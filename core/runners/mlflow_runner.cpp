// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runners/mlflow_runner.h"

namespace trainyard {
namespace {

constexpr int tickMs = 60'000;

}  // namespace

MlflowRunner::MlflowRunner(JobStore& store, const Clock& clock, QObject* parent) : Runner(parent), m_store(store), m_clock(clock) {
  connect(&m_tick, &QTimer::timeout, this, &MlflowRunner::lookForSilent);
  m_tick.start(tickMs);
}

Result<void> MlflowRunner::check(const Job& job) const {
  return fail(ErrorCode::NotAllowed, tr("“%1” is begun by its own program, which reports here.").arg(job.settings.name));
}

void MlflowRunner::start(const Job& job) { takeOver(job, {}); }

void MlflowRunner::takeOver(const Job& job, const QByteArray&) { m_heard[job.id] = m_clock.nowMs(); }

void MlflowRunner::stop(JobId job, const Ending& why) {
  m_heard.erase(job);
  QMetaObject::invokeMethod(this, [this, job, why] { Q_EMIT ended(job, why); }, Qt::QueuedConnection);
}

void MlflowRunner::shutDown() {
  m_tick.stop();
  m_heard.clear();
}

quint64 MlflowRunner::take(JobPoints points) {
  points.receipt = ++m_number;
  hear(points.job);
  Q_EMIT produced(points);
  m_store.hurry();
  return m_number;
}

void MlflowRunner::describe(JobId job, const RunFacts& facts) { Q_EMIT described(job, facts, 0); }

void MlflowRunner::finish(JobId job, const Ending& ending) {
  m_heard.erase(job);
  Q_EMIT ended(job, ending);
}

void MlflowRunner::hear(JobId job) {
  if (const auto known = m_heard.find(job); known != m_heard.end()) known->second = m_clock.nowMs();
}

void MlflowRunner::lookForSilent() {
  const qint64 now = m_clock.nowMs();
  std::vector<JobId> lost;
  for (const auto& [job, heard] : m_heard)
    if (now - heard > silentMs) lost.push_back(job);
  for (const JobId job : lost) finish(job, {EndKind::Lost, 0, tr("lost: its client stopped reporting"), 0});
}

}  // namespace trainyard
