// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runners/simulated_runner.h"

#include <algorithm>

#include "core/simulation/training_simulator.h"

namespace trainyard {
namespace {

constexpr int tickMs = 20;
constexpr double mostOwedSeconds = 0.5;  ///< a machine that slept does not catch up in one burst
constexpr int stepsBetweenLooks = 16;    ///< at the clock, while a tick spends its budget

SeriesPoints& seriesOf(JobPoints& points, const QString& tag) {
  const auto known = std::find_if(points.series.begin(), points.series.end(),
                                  [&tag](const SeriesPoints& series) { return series.tag == tag; });
  if (known != points.series.end()) return *known;
  return points.series.emplace_back(SeriesPoints{tag, {}});
}

/// How the run of this step ended with it, if it did.
std::optional<Ending> endingAfter(const SimulatedStep& step) {
  if (step.diverged)
    return Ending{EndKind::LossNan, 0, SimulatedRunner::tr("Loss became NaN at step %1").arg(step.step)};
  if (step.last) return Ending{EndKind::Completed, 0, {}};
  return std::nullopt;
}

Ending endingFor(const Error& error) { return {EndKind::CouldNotStart, 0, error.message}; }

}  // namespace

SimulatedRunner::SimulatedRunner(const JobStore& store, const Clock& clock, QObject* parent)
    : Runner(parent), m_store(store), m_clock(clock) {
  m_timer.setInterval(tickMs);
  connect(&m_timer, &QTimer::timeout, this, &SimulatedRunner::tick);
}

Result<void> SimulatedRunner::check(const Job& job) const {
  const auto next = simulateStep(job.settings, job.progress.step + 1);
  if (!next) return tl::make_unexpected(next.error());
  return {};
}

void SimulatedRunner::takeOver(const Job& job, const QByteArray&) { start(job); }

void SimulatedRunner::start(const Job& job) {
  m_runs.insert_or_assign(job.id, Run{job, 0.0, job.progress.step > 0});
  if (m_timer.isActive()) return;
  m_sinceTick.start();
  m_timer.start();
}

void SimulatedRunner::stop(JobId job, const Ending& why) {
  if (m_runs.erase(job) == 0) return;
  m_stopped.insert(job);
  const auto tell = [this, job, why] {
    if (m_stopped.erase(job) > 0) Q_EMIT ended(job, why);
  };
  QMetaObject::invokeMethod(this, tell, Qt::QueuedConnection);
}

void SimulatedRunner::shutDown() {
  m_timer.stop();
  m_runs.clear();
  m_stopped.clear();
}

void SimulatedRunner::setSpeed(double stepsPerSecond) {
  m_speed = stepsPerSecond;
  m_timer.setInterval(stepsPerSecond >= fastest ? tickBudgetMs : tickMs);
}

Result<Progress> SimulatedRunner::advance(JobId id) {
  const auto run = m_runs.find(id);
  if (run == m_runs.end()) return fail(ErrorCode::NotFound, tr("Job %1 is not being simulated.").arg(id.value));
  JobPoints points{id, {}, run->second.job.progress};
  const auto ending = addStep(run->second, points);
  finish(id, points, ending ? *ending : endingFor(ending.error()));
  if (!ending) return tl::make_unexpected(ending.error());
  return points.progress;
}

Result<std::optional<Ending>> SimulatedRunner::addStep(Run& run, JobPoints& points) {
  Progress& progress = run.job.progress;
  if (std::exchange(run.isContinued, false)) {
    // Its last points may have reached the disk without its end.
    const auto persisted = simulateStep(run.job.settings, progress.step);
    if (!persisted) return tl::make_unexpected(persisted.error());
    if (const auto ending = endingAfter(*persisted)) return ending;
  }
  const auto step = simulateStep(run.job.settings, progress.step + 1);
  if (!step) return tl::make_unexpected(step.error());
  const qint64 now = m_clock.nowMs();
  for (const TaggedValue& value : step->values)
    seriesOf(points, value.tag).points.push_back({step->step, now, value.value});
  progress = {step->step, plannedSteps(run.job.settings), step->epoch};
  points.progress = progress;
  return endingAfter(*step);
}

void SimulatedRunner::finish(JobId id, const JobPoints& points, const std::optional<Ending>& ending) {
  if (!points.series.empty()) Q_EMIT produced(points);
  if (ending && m_runs.erase(id) > 0) Q_EMIT ended(id, *ending);
}

void SimulatedRunner::tick() {
  if (m_runs.empty()) {
    m_timer.stop();
    return;
  }
  const double seconds = double(m_sinceTick.nsecsElapsed()) * 1e-9;
  m_sinceTick.start();
  if (!m_store.accepting()) return;
  const double mostOwed = std::max(1.0, mostOwedSeconds * m_speed);
  for (auto& [id, run] : m_runs)
    run.owed = m_speed >= fastest ? m_speed : std::min(run.owed + seconds * m_speed, mostOwed);
  // From the job after the last served, so that a full budget is shared in turn.
  std::vector<JobId> order;
  for (auto it = m_runs.upper_bound(m_lastServed); it != m_runs.end(); ++it) order.push_back(it->first);
  for (auto it = m_runs.begin(); it != m_runs.upper_bound(m_lastServed); ++it) order.push_back(it->first);
  QElapsedTimer spent;
  spent.start();
  const qint64 budgetNs = tickBudgetMs * qint64(1'000'000);
  qint64 share = budgetNs / qint64(order.size());
  for (const JobId id : order) {
    serve(id, spent.nsecsElapsed() + std::max<qint64>(share, 50'000), spent);
    m_lastServed = id;
    if (spent.nsecsElapsed() >= budgetNs) return;
  }
}

void SimulatedRunner::serve(JobId id, qint64 untilNs, const QElapsedTimer& spent) {
  const auto found = m_runs.find(id);
  if (found == m_runs.end()) return;  // stopped by somebody who heard of another run's points
  Run& run = found->second;
  if (run.owed < 1.0) return;
  JobPoints points{id, {}, run.job.progress};
  std::optional<Ending> ending;
  for (int made = 0; run.owed >= 1.0 && !ending; ++made) {
    if (made % stepsBetweenLooks == stepsBetweenLooks - 1 && spent.nsecsElapsed() > untilNs) break;
    run.owed -= 1.0;
    const auto added = addStep(run, points);
    ending = added ? *added : endingFor(added.error());
  }
  finish(id, points, ending);
}

}  // namespace trainyard
