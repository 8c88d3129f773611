// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <map>
#include <optional>
#include <set>

#include "core/base/clock.h"
#include "core/jobs/job_store.h"
#include "core/runners/runner.h"

namespace trainyard {

/// Drives the steps of all running simulated jobs from one QTimer in the UI thread, at most a few milliseconds a tick.
/// Pauses while the store does not accept.
class SimulatedRunner final : public Runner {
  Q_OBJECT
 public:
  SimulatedRunner(const JobStore& store, const Clock& clock, QObject* parent = nullptr);

  [[nodiscard]] Result<void> check(const Job& job) const override;
  void start(const Job& job) override;
  void takeOver(const Job& job, const QByteArray& resume) override;
  void stop(JobId job, const Ending& why) override;
  void shutDown() override;

  /// Steps per second and job, > 0; `fastest` = as many as the tick's budget allows.
  void setSpeed(double stepsPerSecond);
  [[nodiscard]] double speed() const { return m_speed; }
  static constexpr double fastest = 1.0e9;
  /// The most that one tick may take from the UI thread, in ms.
  static constexpr int tickBudgetMs = 5;

  /// One step of one job: computes the next, tells it by `produced`, and `ended` after the last or when the loss became
  /// NaN. The new progress; or NotFound, or the simulator's error, which also fails the job. A run that was over when
  /// it was persisted only ends.
  [[nodiscard]] Result<Progress> advance(JobId job);

 private:
  struct Run {
    Job job;
    double owed = 0.0;  ///< steps that time has earned and that are not yet made
    bool isContinued = false;  ///< from a persisted step that was not yet looked at
  };
  void tick();
  void serve(JobId id, qint64 untilNs, const QElapsedTimer& spent);
  /// Adds the run's next step to `points`; how the run ended, if it did, or why there is no next step.
  [[nodiscard]] Result<std::optional<Ending>> addStep(Run& run, JobPoints& points);
  /// Tells the points and then the ending, unless who heard of the points has stopped the run or closed the runner.
  void finish(JobId id, const JobPoints& points, const std::optional<Ending>& ending);

  const JobStore& m_store;
  const Clock& m_clock;
  std::map<JobId, Run> m_runs;
  std::set<JobId> m_stopped;  ///< whose `ended` is on its way
  JobId m_lastServed;
  QTimer m_timer;
  QElapsedTimer m_sinceTick;
  double m_speed = 10.0;
};

}  // namespace trainyard
