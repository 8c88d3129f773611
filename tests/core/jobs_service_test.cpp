// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job_service.h"

#include <QSignalSpy>
#include <catch2/catch.hpp>

#include "tests/support/fakes.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

struct Yard {
  ManualClock clock;
  FakeJobStore store;
  FakeRunner simulated;
  FakeRunner command;
  FakeRunner imports;
  JobService jobs{{store, simulated, command, imports, clock}};

  Yard() { jobs.load({}, JobId{1}); }

  JobId queued(const QString& name = QStringLiteral("vit-small")) {
    const auto id = jobs.create(simulatedSettings(name));
    REQUIRE(id);
    store.commit();
    return *id;
  }
  JobId running() {
    const JobId id = queued();
    REQUIRE(jobs.start(id));
    store.commit();
    return id;
  }
  JobId complete() {
    const JobId id = running();
    simulated.finish(id, {EndKind::Completed, 0, {}});
    store.commit();
    return id;
  }
};

const Error full{ErrorCode::StorageFull, QStringLiteral("The disk is full."), {}};

}  // namespace

TEST_CASE("a created job is seen once it is on the disk", "[jobs]") {
  Yard yard;
  QSignalSpy added(&yard.jobs, &JobService::jobAdded);
  const auto id = yard.jobs.create(simulatedSettings());
  REQUIRE(id);
  CHECK(yard.jobs.job(*id) == nullptr);
  CHECK(added.isEmpty());
  yard.store.commit();
  REQUIRE(yard.jobs.job(*id) != nullptr);
  CHECK(added.size() == 1);
  CHECK(yard.jobs.job(*id)->status == JobStatus::Queued);
  CHECK(yard.jobs.job(*id)->progress.totalSteps == 3000);
  CHECK(yard.jobs.job(*id)->createdMs == yard.clock.now);
}

TEST_CASE("settings out of range create nothing", "[jobs]") {
  Yard yard;
  JobSettings settings = simulatedSettings();
  settings.learningRate = -1;
  const auto id = yard.jobs.create(settings);
  REQUIRE_FALSE(id);
  CHECK(id.error().code == ErrorCode::InvalidInput);
  CHECK(yard.store.waiting.changes.empty());
}

TEST_CASE("jobs are listed newest first", "[jobs]") {
  Yard yard;
  const JobId first = yard.queued();
  const JobId second = yard.queued();
  CHECK(yard.jobs.jobs() == std::vector{second, first});
}

TEST_CASE("the runner starts when the start is on the disk", "[jobs]") {
  Yard yard;
  const JobId id = yard.queued();
  REQUIRE(yard.jobs.start(id));
  CHECK(yard.jobs.isBusy(id));
  CHECK(yard.simulated.started.empty());
  CHECK(yard.jobs.job(id)->status == JobStatus::Queued);
  yard.store.commit();
  CHECK(yard.simulated.started.size() == 1);
  CHECK(yard.jobs.job(id)->status == JobStatus::Running);
  CHECK_FALSE(yard.jobs.isBusy(id));
}

TEST_CASE("a second start is refused while the first is on its way", "[jobs]") {
  Yard yard;
  const JobId id = yard.queued();
  REQUIRE(yard.jobs.start(id));
  const auto again = yard.jobs.start(id);
  REQUIRE_FALSE(again);
  CHECK(again.error().code == ErrorCode::NotAllowed);
  yard.store.commit();
  CHECK(yard.simulated.started.size() == 1);
}

TEST_CASE("illegal actions are errors and change nothing", "[jobs]") {
  Yard yard;
  const JobId done = yard.complete();
  const JobId busy = yard.running();
  const JobId unknown{99};
  CHECK(yard.jobs.start(done).error().code == ErrorCode::NotAllowed);
  CHECK(yard.jobs.stop(done).error().code == ErrorCode::NotAllowed);
  CHECK(yard.jobs.start(unknown).error().code == ErrorCode::NotFound);
  CHECK(yard.jobs.stop(unknown).error().message == QStringLiteral("There is no job 99."));
  CHECK(yard.jobs.rename(unknown, QStringLiteral("x")).error().code == ErrorCode::NotFound);
  CHECK(yard.jobs.remove(unknown).error().code == ErrorCode::NotFound);
  CHECK(yard.jobs.restore(done).error().code == ErrorCode::NotFound);
  CHECK(yard.jobs.runAgain(unknown).error().code == ErrorCode::NotFound);
  CHECK(yard.jobs.remove(busy).error().code == ErrorCode::NotAllowed);
  CHECK(yard.jobs.resume(busy).error().code == ErrorCode::NotAllowed);
  CHECK(yard.jobs.rename(done, QStringLiteral("  ")).error().code == ErrorCode::InvalidInput);
  CHECK(yard.store.waiting.changes.empty());
}

TEST_CASE("a runner that cannot start leaves the job queued", "[jobs]") {
  Yard yard;
  const JobId id = yard.queued();
  yard.simulated.answer = fail(ErrorCode::WorkdirMissing, QStringLiteral("no such folder"));
  const auto started = yard.jobs.start(id);
  REQUIRE_FALSE(started);
  CHECK(started.error().code == ErrorCode::WorkdirMissing);
  CHECK(yard.jobs.job(id)->status == JobStatus::Queued);
  CHECK_FALSE(yard.jobs.isBusy(id));
}

TEST_CASE("points are seen after their batch is committed", "[jobs]") {
  Yard yard;
  const JobId id = yard.running();
  QSignalSpy seen(&yard.jobs, &JobService::pointsCommitted);
  yard.simulated.produce(id, 1, 2.5);
  CHECK(seen.isEmpty());
  CHECK(yard.jobs.job(id)->progress.step == 0);
  yard.store.commit();
  CHECK(seen.size() == 1);
  CHECK(yard.jobs.job(id)->progress.step == 1);
  REQUIRE(yard.jobs.series(id, QStringLiteral("train/loss")) != nullptr);
  CHECK(yard.jobs.series(id, QStringLiteral("train/loss"))->last.value == 2.5);
  CHECK(yard.jobs.pointCount() == 1);
}

TEST_CASE("stopping a running job waits for its run to end", "[jobs]") {
  Yard yard;
  const JobId id = yard.running();
  REQUIRE(yard.jobs.stop(id));
  CHECK(yard.simulated.stopped == std::vector{id});
  CHECK(yard.jobs.isBusy(id));
  yard.simulated.produce(id, 1, 2.5);  // the last words of a program that was interrupted
  yard.simulated.finish(id, {EndKind::StoppedByUser, 0, QStringLiteral("stopped by you")});
  yard.store.commit();
  const Job& job = *yard.jobs.job(id);
  CHECK(job.status == JobStatus::Failed);
  CHECK(job.ending.kind == EndKind::StoppedByUser);
  CHECK(job.ending.reason == QStringLiteral("stopped by you"));
  CHECK(job.progress.step == 1);
  CHECK(job.endedMs == yard.clock.now);
  CHECK_FALSE(yard.jobs.isBusy(id));
}

TEST_CASE("stopping a queued job fails it before it began", "[jobs]") {
  Yard yard;
  const JobId id = yard.queued();
  REQUIRE(yard.jobs.stop(id));
  yard.store.commit();
  CHECK(yard.jobs.job(id)->status == JobStatus::Failed);
  CHECK(yard.jobs.job(id)->startedMs == 0);
  CHECK(yard.simulated.started.empty());
}

TEST_CASE("a stop that overtakes the start's commit never starts the run", "[jobs]") {
  Yard yard;
  const JobId id = yard.queued();
  REQUIRE(yard.jobs.start(id));
  REQUIRE(yard.jobs.stop(id));
  yard.store.commit();
  yard.store.commit();
  CHECK(yard.simulated.started.empty());
  CHECK(yard.jobs.job(id)->status == JobStatus::Failed);
  CHECK_FALSE(yard.jobs.isBusy(id));
}

TEST_CASE("points after the end are not taken", "[jobs]") {
  Yard yard;
  const JobId id = yard.complete();
  yard.simulated.produce(id, 5, 1.0);
  CHECK(yard.store.waiting.points.empty());
}

TEST_CASE("a refused change changes nothing and is told", "[jobs]") {
  Yard yard;
  QSignalSpy refused(&yard.jobs, &JobService::changeRefused);
  const JobId id = yard.queued();
  REQUIRE(yard.jobs.start(id));
  yard.store.refuseAll(full);
  CHECK(refused.size() == 1);
  CHECK(yard.jobs.job(id)->status == JobStatus::Queued);
  CHECK_FALSE(yard.jobs.isBusy(id));
  CHECK(yard.jobs.start(id).has_value());

  const auto lost = yard.jobs.create(simulatedSettings());
  yard.store.refuseAll(full);
  CHECK(yard.jobs.rename(*lost, QStringLiteral("x")).error().code == ErrorCode::NotFound);
}

TEST_CASE("an end that could not be written is given again", "[jobs]") {
  Yard yard;
  const JobId id = yard.running();
  yard.simulated.finish(id, {EndKind::Completed, 0, {}});
  yard.store.refuseAll(full);
  CHECK(yard.jobs.job(id)->status == JobStatus::Running);
  yard.store.commit();
  CHECK(yard.jobs.job(id)->status == JobStatus::Complete);
}

TEST_CASE("a deleted job can be brought back", "[jobs]") {
  Yard yard;
  const JobId id = yard.complete();
  QSignalSpy removed(&yard.jobs, &JobService::jobRemoved);
  QSignalSpy added(&yard.jobs, &JobService::jobAdded);
  REQUIRE(yard.jobs.remove(id));
  yard.store.commit();
  CHECK(removed.size() == 1);
  CHECK(yard.jobs.job(id) == nullptr);
  CHECK(yard.jobs.remove(id).error().code == ErrorCode::NotFound);
  REQUIRE(yard.jobs.restore(id));
  yard.store.commit();
  CHECK(added.size() == 1);
  CHECK(yard.jobs.job(id)->status == JobStatus::Complete);
}

TEST_CASE("run again queues a new job with the same settings", "[jobs]") {
  Yard yard;
  const JobId id = yard.complete();
  const auto again = yard.jobs.runAgain(id);
  REQUIRE(again);
  yard.store.commit();
  CHECK(*again != id);
  CHECK(yard.jobs.job(*again)->settings == yard.jobs.job(id)->settings);
  CHECK(yard.jobs.job(*again)->status == JobStatus::Queued);
}

TEST_CASE("a rename during a run keeps the progress", "[jobs]") {
  Yard yard;
  const JobId id = yard.running();
  REQUIRE(yard.jobs.rename(id, QStringLiteral(" new name ")));
  yard.simulated.produce(id, 7, 2.0);
  yard.store.commit();
  CHECK(yard.jobs.job(id)->settings.name == QStringLiteral("new name"));
  CHECK(yard.jobs.job(id)->progress.step == 7);
}

TEST_CASE("at start-up what was running is given to its runner, with its reader's place", "[jobs]") {
  ManualClock clock;
  FakeJobStore store;
  FakeRunner simulated;
  FakeRunner command;
  FakeRunner imports;
  JobService jobs({store, simulated, command, imports, clock});
  Job one;
  one.id = JobId{1};
  one.settings = simulatedSettings();
  one.status = JobStatus::Running;
  one.progress = {412, 3000, 4.12};
  Job two = one;
  two.id = JobId{2};
  two.settings.source = JobSource::Command;
  jobs.load({{one, {}, {}}, {two, {}, "place"}}, JobId{3});
  jobs.resumeInterrupted();
  store.commit();
  REQUIRE(simulated.started.size() == 1);
  CHECK(simulated.started[0].progress.step == 412);
  REQUIRE(command.started.size() == 1);
  CHECK(command.resumes[0] == "place");
  command.finish(JobId{2}, {EndKind::Lost, 0, QStringLiteral("lost"), 77});
  store.commit();
  CHECK(jobs.job(JobId{2})->ending.kind == EndKind::Lost);
  CHECK(jobs.job(JobId{2})->endedMs == 77);  // when it ended, not when it was heard of
  const auto next = jobs.create(simulatedSettings());
  CHECK(*next == JobId{3});
}

TEST_CASE("before the database is read nothing can be added, so that no number is given twice", "[jobs]") {
  ManualClock clock;
  FakeJobStore store;
  FakeRunner simulated;
  FakeRunner command;
  FakeRunner imports;
  JobService jobs({store, simulated, command, imports, clock});
  CHECK(jobs.create(simulatedSettings()).error().code == ErrorCode::InUse);
  CHECK(store.waiting.changes.empty());
  jobs.load({}, JobId{8});
  CHECK(*jobs.create(simulatedSettings()) == JobId{8});
}

TEST_CASE("a deleted job stays as long as another one waits for it", "[jobs]") {
  ManualClock clock;
  FakeJobStore store;
  FakeRunner simulated;
  FakeRunner command;
  FakeRunner imports;
  JobService jobs({store, simulated, command, imports, clock});
  Job gone;
  gone.id = JobId{1};
  gone.settings = simulatedSettings();
  gone.status = JobStatus::Complete;
  gone.deletedMs = 5;
  Job waiting = gone;
  waiting.id = JobId{2};
  waiting.status = JobStatus::Queued;
  waiting.deletedMs = 0;
  waiting.settings.scheduling.after = JobId{1};
  jobs.load({{waiting, {}, {}}, {gone, {}, {}}}, JobId{3});
  jobs.purgeDeleted();
  CHECK(store.waiting.changes.empty());
  CHECK(jobs.isFulfilled(JobId{1}));
}

TEST_CASE("a deleted job is purged with its points in the next session", "[jobs]") {
  ManualClock clock;
  FakeJobStore store;
  FakeRunner simulated;
  FakeRunner command;
  FakeRunner imports;
  JobService jobs({store, simulated, command, imports, clock});
  Job gone;
  gone.id = JobId{1};
  gone.settings = simulatedSettings();
  gone.status = JobStatus::Failed;
  gone.deletedMs = 5;
  jobs.load({{gone, {}, {}}}, JobId{2});
  CHECK(jobs.jobs().empty());
  jobs.purgeDeleted();
  REQUIRE(store.waiting.changes.size() == 1);
  CHECK(store.waiting.changes[0].remove);
  store.commit();
  CHECK(jobs.restore(JobId{1}).error().code == ErrorCode::NotFound);
}
