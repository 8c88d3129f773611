// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job_service.h"
#include "core/runners/simulated_runner.h"

#include <QSignalSpy>
#include <QTest>
#include <catch2/catch.hpp>

#include "core/simulation/training_simulator.h"
#include "tests/support/fakes.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

struct Bench {
  ManualClock clock;
  FakeJobStore store;
  SimulatedRunner runner{store, clock};
  std::map<JobId, std::vector<qint64>> steps;  ///< of train/loss
  std::vector<std::pair<JobId, Ending>> endings;

  Bench() {
    QObject::connect(&runner, &Runner::produced, &store, [this](const JobPoints& points) {
      for (const SeriesPoints& series : points.series)
        if (series.tag == QStringLiteral("train/loss"))
          for (const Point& point : series.points) steps[points.job].push_back(point.step);
    });
    QObject::connect(&runner, &Runner::ended, &store, [this](JobId id, const Ending& ending) { endings.emplace_back(id, ending); });
  }

  Job job(qint64 id, qint64 epochs = 30, double learningRate = 3e-4) {
    Job one;
    one.id = JobId{id};
    one.settings = simulatedSettings();
    one.settings.epochs = epochs;
    one.settings.learningRate = learningRate;
    one.status = JobStatus::Running;
    return one;
  }
};

}  // namespace

TEST_CASE("one call is one step, and the last completes the run", "[simulated runner]") {
  Bench bench;
  Job job = bench.job(1, 1);
  job.settings.stepsPerEpoch = 3;
  bench.runner.start(job);
  for (qint64 step = 1; step <= 3; ++step) {
    const auto progress = bench.runner.advance(job.id);
    REQUIRE(progress);
    CHECK(progress->step == step);
    CHECK(progress->totalSteps == 3);
  }
  CHECK(bench.steps[job.id] == std::vector<qint64>{1, 2, 3});
  REQUIRE(bench.endings.size() == 1);
  CHECK(bench.endings[0].second.kind == EndKind::Completed);
  CHECK(bench.runner.advance(job.id).error().code == ErrorCode::NotFound);
}

TEST_CASE("a run continues at the step after the last persisted", "[simulated runner]") {
  Bench bench;
  Job job = bench.job(1);
  job.progress.step = 412;
  bench.runner.start(job);
  CHECK(bench.runner.advance(job.id)->step == 413);
}

TEST_CASE("a loss that became NaN fails the run and says at which step", "[simulated runner]") {
  Bench bench;
  const Job job = bench.job(1, 30, 10.0);
  bench.runner.start(job);
  while (bench.endings.empty()) REQUIRE(bench.runner.advance(job.id));
  const qint64 last = bench.steps[job.id].back();
  CHECK(bench.endings[0].second.kind == EndKind::LossNan);
  CHECK(bench.endings[0].second.reason == QStringLiteral("Loss became NaN at step %1").arg(last));
}

TEST_CASE("the timer drives all runs to their ends without a gap", "[simulated runner]") {
  Bench bench;
  bench.runner.setSpeed(SimulatedRunner::fastest);
  for (qint64 id = 1; id <= 5; ++id) bench.runner.start(bench.job(id, 10));
  REQUIRE(QTest::qWaitFor([&] { return bench.endings.size() == 5; }, 20'000));
  for (qint64 id = 1; id <= 5; ++id) {
    const auto& steps = bench.steps[JobId{id}];
    REQUIRE(steps.size() == 1000);
    for (size_t i = 0; i < steps.size(); ++i) REQUIRE(steps[i] == qint64(i) + 1);
  }
}

TEST_CASE("runs pause while the store takes nothing", "[simulated runner]") {
  Bench bench;
  bench.store.accepts = false;
  bench.runner.setSpeed(SimulatedRunner::fastest);
  bench.runner.start(bench.job(1, 1));
  CHECK_FALSE(QTest::qWaitFor([&] { return !bench.steps.empty(); }, 200));
  bench.store.accepts = true;
  CHECK(QTest::qWaitFor([&] { return bench.endings.size() == 1; }, 20'000));
}

TEST_CASE("a stopped run makes no more steps", "[simulated runner]") {
  Bench bench;
  const Job job = bench.job(1);
  bench.runner.start(job);
  REQUIRE(bench.runner.advance(job.id));
  bench.runner.stop(job.id, JobService::stoppedByUser());
  CHECK(bench.endings.empty());  // told later, never from inside stop()
  REQUIRE(QTest::qWaitFor([&] { return bench.endings.size() == 1; }));
  CHECK(bench.endings[0].second.kind == EndKind::StoppedByUser);
  CHECK_FALSE(bench.runner.advance(job.id));
  CHECK(bench.steps[job.id].size() == 1);
}
