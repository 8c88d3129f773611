// SPDX-License-Identifier: GPL-3.0-or-later
// What the simulated runner promises about turns, batches, endings and restarts.
#include <QTest>
#include <catch2/catch.hpp>
#include <set>

#include "core/jobs/job_service.h"
#include "core/runners/simulated_runner.h"
#include "core/simulation/training_simulator.h"
#include "tests/support/fakes.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

constexpr int patience = 20'000;

struct Track {
  ManualClock clock;
  FakeJobStore store;
  SimulatedRunner runner{store, clock};
  std::vector<JobPoints> batches;
  std::vector<std::pair<JobId, Ending>> endings;
  std::function<void(const JobPoints&)> onProduced = [](const JobPoints&) {};

  Track() {
    QObject::connect(&runner, &Runner::produced, &store, [this](const JobPoints& points) {
      batches.push_back(points);
      onProduced(points);
    });
    QObject::connect(&runner, &Runner::ended, &store,
                     [this](JobId id, const Ending& ending) { endings.emplace_back(id, ending); });
  }
  bool waitForEndings(size_t count) {
    return QTest::qWaitFor([this, count] { return endings.size() >= count; }, patience);
  }
  /// Lets queued calls and some ticks happen.
  void letTicksPass() {
    int ticks = 0;
    QTimer other;
    QObject::connect(&other, &QTimer::timeout, &store, [&ticks] { ++ticks; });
    other.start(20);
    REQUIRE(QTest::qWaitFor([&ticks] { return ticks >= 5; }, patience));
  }
};

Job running(qint64 id, qint64 epochs = 30) {
  Job job;
  job.id = JobId{id};
  job.settings = simulatedSettings();
  job.settings.epochs = epochs;
  job.status = JobStatus::Running;
  return job;
}

Job diverging(qint64 id) {
  Job job = running(id);
  job.settings.learningRate = 1.0;
  return job;
}

qint64 stepsIn(const JobPoints& points) { return points.series.empty() ? 0 : qint64(points.series[0].points.size()); }

}  // namespace

TEST_CASE("points carry the simulator's values, the clock's time and the run's progress", "[simulated runner]") {
  Track track;
  Job job = running(3, 2);
  job.settings.stepsPerEpoch = 2;
  track.runner.start(job);
  for (qint64 step = 1; step <= 4; ++step) {
    track.clock.now += 1000;
    REQUIRE(track.runner.advance(job.id));
    REQUIRE(track.batches.size() == size_t(step));
    const JobPoints& told = track.batches.back();
    const auto wanted = simulateStep(job.settings, step);
    CHECK(told.job == job.id);
    CHECK(told.progress == Progress{step, 4, double(step) / 2.0});
    REQUIRE(told.series.size() == wanted->values.size());
    for (size_t i = 0; i < told.series.size(); ++i) {
      CHECK(told.series[i].tag == wanted->values[i].tag);
      REQUIRE(told.series[i].points.size() == 1);
      CHECK(told.series[i].points[0].step == step);
      CHECK(told.series[i].points[0].wallMs == track.clock.now);
      CHECK(told.series[i].points[0].value == wanted->values[i].value);
    }
  }
}

TEST_CASE("steps of one turn are one batch with each series once, in step order", "[simulated runner]") {
  Track track;
  track.runner.setSpeed(SimulatedRunner::fastest);
  track.runner.start(running(1));
  REQUIRE(track.waitForEndings(1));
  qint64 told = 0;
  for (const JobPoints& batch : track.batches) {
    std::set<QString> tags;
    for (const SeriesPoints& series : batch.series) {
      CHECK(tags.insert(series.tag).second);
      for (size_t i = 1; i < series.points.size(); ++i) CHECK(series.points[i - 1].step < series.points[i].step);
    }
    told += stepsIn(batch);
    CHECK(batch.progress.step == told);
  }
  CHECK(told == 3000);
  CHECK(track.batches.size() < 3000);
}

TEST_CASE("runs take turns: none is served twice before each was served", "[simulated runner]") {
  Track track;
  constexpr size_t runs = 40;
  track.runner.setSpeed(SimulatedRunner::fastest);
  for (qint64 id = 1; id <= qint64(runs); ++id) track.runner.start(running(id, 100'000));
  REQUIRE(QTest::qWaitFor([&] { return track.batches.size() >= 5 * runs; }, patience));
  REQUIRE(track.endings.empty());
  for (size_t i = runs; i < track.batches.size(); ++i) REQUIRE(track.batches[i].job == track.batches[i - runs].job);
}

TEST_CASE("slowing down takes effect at once, whatever was owed", "[simulated runner]") {
  Track track;
  track.runner.setSpeed(SimulatedRunner::fastest);
  track.runner.start(running(1, 100'000));
  REQUIRE(QTest::qWaitFor([&] { return track.batches.size() >= 3; }, patience));
  track.runner.setSpeed(10.0);
  track.batches.clear();
  REQUIRE(QTest::qWaitFor([&] { return track.batches.size() >= 3; }, patience));
  for (const JobPoints& batch : track.batches) CHECK(stepsIn(batch) <= 10);  // a second's worth at the very most
}

TEST_CASE("start and stop tell nothing from inside", "[simulated runner]") {
  Track track;
  const Job job = running(1);
  track.runner.setSpeed(SimulatedRunner::fastest);
  track.runner.start(job);
  CHECK(track.batches.empty());
  track.runner.stop(job.id, JobService::stoppedByUser());
  track.runner.stop(job.id, JobService::stoppedByUser());
  CHECK(track.endings.empty());
  REQUIRE(track.waitForEndings(1));
  track.letTicksPass();
  CHECK(track.batches.empty());
  REQUIRE(track.endings.size() == 1);  // asked twice, ended once
  CHECK(track.endings[0].second == Ending{EndKind::StoppedByUser, 0, QStringLiteral("stopped by you")});
}

TEST_CASE("a run stopped by somebody who heard of another's points makes no more", "[simulated runner]") {
  Track track;
  track.runner.setSpeed(SimulatedRunner::fastest);
  track.onProduced = [&](const JobPoints& points) {
    if (points.job == JobId{1}) track.runner.stop(JobId{2}, JobService::stoppedByUser());
  };
  track.runner.start(running(1, 10));
  track.runner.start(running(2, 10));
  REQUIRE(track.waitForEndings(2));
  for (const JobPoints& batch : track.batches) CHECK(batch.job == JobId{1});
}

TEST_CASE("a run stopped by who heard of its own points makes no more", "[simulated runner]") {
  Track track;
  track.runner.setSpeed(SimulatedRunner::fastest);
  track.onProduced = [&](const JobPoints& points) { track.runner.stop(points.job, JobService::stoppedByUser()); };
  track.runner.start(running(1, 100'000));
  REQUIRE(track.waitForEndings(1));
  track.letTicksPass();
  CHECK(track.batches.size() == 1);
  REQUIRE(track.endings.size() == 1);
  CHECK(track.endings[0].second.kind == EndKind::StoppedByUser);
}

TEST_CASE("closing the program ends runs without a word, also those that were just stopped", "[simulated runner]") {
  Track track;
  track.runner.setSpeed(SimulatedRunner::fastest);
  track.runner.start(running(1));
  track.runner.start(running(2));
  track.runner.stop(JobId{1}, JobService::stoppedByUser());
  track.runner.shutDown();
  track.letTicksPass();
  CHECK(track.batches.empty());
  CHECK(track.endings.empty());
  CHECK(track.runner.advance(JobId{2}).error().code == ErrorCode::NotFound);
}

TEST_CASE("closing in the middle of a turn serves nobody else", "[simulated runner]") {
  Track track;
  track.runner.setSpeed(SimulatedRunner::fastest);
  track.onProduced = [&](const JobPoints&) { track.runner.shutDown(); };
  for (qint64 id = 1; id <= 3; ++id) track.runner.start(running(id));
  REQUIRE(QTest::qWaitFor([&] { return !track.batches.empty(); }, patience));
  track.letTicksPass();
  CHECK(track.batches.size() == 1);
  CHECK(track.endings.empty());
}

TEST_CASE("a run whose last step was persisted completes when it continues, and makes no point", "[simulated runner]") {
  for (const bool byHand : {true, false}) {
    Track track;
    Job job = running(1, 1);
    job.progress = {100, 100, 1.0};
    track.runner.start(job);
    CHECK(track.endings.empty());
    if (byHand) {
      const auto progress = track.runner.advance(job.id);
      REQUIRE(progress);
      CHECK(*progress == job.progress);
    }
    REQUIRE(track.waitForEndings(1));
    CHECK(track.endings[0].second == Ending{EndKind::Completed, 0, {}});
    CHECK(track.batches.empty());
  }
}

TEST_CASE("a run whose NaN was persisted fails at that step when continued, and makes no point", "[simulated runner]") {
  Track first;
  const Job job = diverging(1);
  first.runner.start(job);
  while (first.endings.empty()) REQUIRE(first.runner.advance(job.id));
  REQUIRE(first.endings[0].second.kind == EndKind::LossNan);

  Track second;
  Job again = job;
  again.progress = first.batches.back().progress;
  second.runner.start(again);
  REQUIRE(second.waitForEndings(1));
  CHECK(second.endings[0].second == first.endings[0].second);
  CHECK(second.batches.empty());
}

TEST_CASE("what cannot be simulated fails the job, and the error is returned", "[simulated runner]") {
  Track track;
  Job job = running(1);
  job.settings.learningRate = 0.0;
  const auto refused = track.runner.check(job);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::InvalidInput);
  track.runner.start(job);
  const auto progress = track.runner.advance(job.id);
  REQUIRE_FALSE(progress);
  CHECK(progress.error() == refused.error());
  REQUIRE(track.endings.size() == 1);
  CHECK(track.endings[0].second == Ending{EndKind::CouldNotStart, 0, refused.error().message});
  CHECK(track.batches.empty());

  Job command = running(2);
  command.settings.source = JobSource::Command;
  CHECK(track.runner.check(command).error().code == ErrorCode::InvalidInput);
  CHECK(track.runner.check(running(3)).has_value());
}

TEST_CASE("NaN ends the run with the NaN's own point told before", "[simulated runner]") {
  Track track;
  track.runner.setSpeed(SimulatedRunner::fastest);
  track.runner.start(diverging(1));
  track.onProduced = [&](const JobPoints&) { CHECK(track.endings.empty()); };
  REQUIRE(track.waitForEndings(1));
  const Point& last = track.batches.back().series[0].points.back();
  CHECK(track.batches.back().series[0].tag == QStringLiteral("train/loss"));
  CHECK(std::isnan(last.value));
  CHECK(track.endings[0].second.reason == QStringLiteral("Loss became NaN at step %1").arg(last.step));
  track.letTicksPass();
  CHECK(track.endings.size() == 1);
}

TEST_CASE("a run started after the last has ended is driven too", "[simulated runner]") {
  Track track;
  track.runner.setSpeed(SimulatedRunner::fastest);
  track.runner.start(running(1, 1));
  REQUIRE(track.waitForEndings(1));
  track.letTicksPass();
  track.runner.start(running(2, 1));
  REQUIRE(track.waitForEndings(2));
  CHECK(track.endings[1] == std::pair(JobId{2}, Ending{EndKind::Completed, 0, {}}));
}

TEST_CASE("a run continued in the middle makes what an uninterrupted one makes", "[simulated runner]") {
  const auto lossesOf = [](const std::vector<JobPoints>& batches) {
    std::vector<std::pair<qint64, double>> losses;
    for (const JobPoints& batch : batches)
      for (const Point& point : batch.series[0].points) losses.emplace_back(point.step, point.value);
    return losses;
  };
  Track whole;
  whole.runner.setSpeed(SimulatedRunner::fastest);
  whole.runner.start(running(1, 3));
  REQUIRE(whole.waitForEndings(1));

  Track cut;
  Job job = running(1, 3);
  cut.runner.start(job);
  for (int step = 0; step < 137; ++step) REQUIRE(cut.runner.advance(job.id));
  auto losses = lossesOf(cut.batches);
  job.progress = cut.batches.back().progress;
  Track rest;
  rest.runner.setSpeed(SimulatedRunner::fastest);
  rest.runner.start(job);
  REQUIRE(rest.waitForEndings(1));
  for (const auto& point : lossesOf(rest.batches)) losses.push_back(point);
  CHECK(losses == lossesOf(whole.batches));
}
