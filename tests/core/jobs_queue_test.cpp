// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <catch2/catch.hpp>

#include "core/jobs/devices.h"
#include "core/runners/dispatcher.h"
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
  Dispatcher queue{jobs, clock};

  Yard() {
    store.automatic = true;
    jobs.load({}, JobId{1});
    queue.begin();
  }
  JobId add(const Scheduling& scheduling = {}, JobSource source = JobSource::Command) {
    JobSettings settings = simulatedSettings();
    settings.source = source;
    settings.command.line = QStringLiteral("true");
    settings.command.workingDirectory = QStringLiteral("/");
    settings.scheduling = scheduling;
    const auto id = jobs.create(settings);
    REQUIRE(id);
    settle();
    return *id;
  }
  /// Until nothing is under way.
  void settle() {
    for (int i = 0; i < 20; ++i) QTest::qWait(0);
  }
  std::vector<qint64> order() const {
    std::vector<qint64> ids;
    for (const Job* job : jobs.queue()) ids.push_back(job->id.value);
    return ids;
  }
  std::vector<qint64> started() const {
    std::vector<qint64> ids;
    for (const Job& job : command.started) ids.push_back(job.id.value);
    return ids;
  }
  void finish(qint64 id, EndKind kind = EndKind::Completed) {
    command.finish(JobId{id}, {kind, 0, QStringLiteral("over"), 0});
    settle();
  }
};

using Ids = std::vector<qint64>;

}  // namespace

TEST_CASE("while the queue is off nothing starts; on, as many as there are slots, in order", "[queue]") {
  Yard yard;
  for (int i = 0; i < 5; ++i) yard.add();
  CHECK(yard.started().empty());
  yard.queue.setSlots(2);
  yard.queue.setOn(true);
  yard.settle();
  CHECK(yard.started() == Ids{1, 2});
  CHECK(yard.queue.usedSlots() == 2);
  yard.finish(2);
  CHECK(yard.started() == Ids{1, 2, 3});
  yard.queue.setOn(false);
  yard.finish(1);
  CHECK(yard.started() == Ids{1, 2, 3});
}

TEST_CASE("simulated jobs take no slot", "[queue]") {
  Yard yard;
  yard.queue.setOn(true);
  yard.add();
  yard.add({}, JobSource::Simulated);
  yard.add({}, JobSource::Simulated);
  yard.add();
  CHECK(yard.simulated.started.size() == 2);
  CHECK(yard.started() == Ids{1});
}

TEST_CASE("priority goes before order, and a moved job takes its neighbour's", "[queue]") {
  Yard yard;
  for (const int priority : {0, -1, 1, 0}) {
    Scheduling scheduling;
    scheduling.priority = priority;
    yard.add(scheduling);
  }
  CHECK(yard.order() == Ids{3, 1, 4, 2});
  REQUIRE(yard.jobs.moveInQueue(JobId{2}, JobId{1}));
  CHECK(yard.order() == Ids{3, 2, 1, 4});
  REQUIRE(yard.jobs.moveInQueue(JobId{3}, {}));
  CHECK(yard.order() == Ids{2, 1, 4, 3});
  REQUIRE(yard.jobs.setPriority(JobId{4}, 1));
  CHECK(yard.order() == Ids{4, 2, 1, 3});
  CHECK(yard.jobs.setPriority(JobId{4}, 2).error().code == ErrorCode::InvalidInput);
  yard.settle();
  CHECK(yard.jobs.job(JobId{4})->settings.scheduling.priority == 1);  // on the disk
}

TEST_CASE("a job can be put between the same two a thousand times", "[queue]") {
  Yard yard;
  for (int i = 0; i < 3; ++i) yard.add();
  for (int i = 0; i < 1000; ++i) {
    const qint64 last = yard.order().back();
    REQUIRE(yard.jobs.moveInQueue(JobId{last}, JobId{yard.order()[1]}));
    REQUIRE(yard.order()[1] == last);
    if (i % 100 == 0) yard.settle();
  }
}

TEST_CASE("only queued jobs have a place in the queue", "[queue]") {
  Yard yard;
  const JobId id = yard.add();
  const JobId other = yard.add();
  REQUIRE(yard.jobs.start(id));
  yard.settle();
  CHECK(yard.jobs.moveInQueue(id, other).error().code == ErrorCode::NotAllowed);
  CHECK(yard.jobs.moveInQueue(other, id).error().code == ErrorCode::NotAllowed);
  CHECK(yard.jobs.setPriority(id, 1).error().code == ErrorCode::NotAllowed);
  CHECK(yard.jobs.moveInQueue(JobId{77}, {}).error().code == ErrorCode::NotFound);
}

TEST_CASE("a job after another one waits for its completion, and is passed over meanwhile", "[queue]") {
  Yard yard;
  yard.queue.setOn(true);
  yard.add();
  Scheduling after;
  after.after = JobId{1};
  yard.add(after);
  yard.add();
  CHECK(yard.started() == Ids{1});
  CHECK(waitText(*yard.jobs.job(JobId{2}), yard.jobs, true, 0, yard.clock.now) == QStringLiteral("Waits for job 1"));
  yard.finish(1, EndKind::ExitCode);
  CHECK(yard.started() == Ids{1, 3});
  CHECK(waitText(*yard.jobs.job(JobId{2}), yard.jobs, true, 0, yard.clock.now) == QStringLiteral("Job 1 did not complete: this waits for a start by hand"));
  Scheduling unknown;
  unknown.after = JobId{99};
  JobSettings settings = yard.jobs.job(JobId{1})->settings;
  settings.scheduling = unknown;
  CHECK(yard.jobs.create(settings).error().code == ErrorCode::NotFound);
}

TEST_CASE("a failed job is tried again after its delay, as often as was said, also while the queue is off", "[queue]") {
  Yard yard;
  Scheduling scheduling;
  scheduling.retries = 2;
  scheduling.retryDelayS = 30;
  const JobId id = yard.add(scheduling);
  Scheduling after;
  after.after = id;
  yard.add(after);
  yard.queue.setOn(true);
  yard.settle();
  yard.queue.setOn(false);
  yard.finish(1, EndKind::Signal);
  REQUIRE(yard.order() == Ids{3, 2});  // in the place of the first attempt
  const Job* second = yard.jobs.job(JobId{3});
  CHECK(second->attempt == 2);
  CHECK(second->retryOf == id);
  CHECK(waitText(*second, yard.jobs, false, 0, yard.clock.now) == QStringLiteral("Attempt 2 in 30 s"));
  CHECK(yard.started() == Ids{1});
  yard.clock.now += 30'000;
  yard.queue.setSlots(2);  // somebody looks; the timer would
  yard.settle();
  CHECK(yard.started() == Ids{1, 3});
  yard.finish(3, EndKind::OutOfMemory);
  yard.clock.now += 30'000;
  yard.queue.setSlots(3);
  yard.settle();
  CHECK(yard.started() == Ids{1, 3, 4});
  yard.queue.setOn(true);
  yard.settle();
  CHECK(yard.started().size() == 3);  // the job after it waits for an attempt to complete
  yard.finish(4);
  CHECK(yard.started() == Ids{1, 3, 4, 2});
}

TEST_CASE("what was stopped by somebody, or is out of attempts, is not tried again", "[queue]") {
  Job job;
  job.settings.scheduling.retries = 1;
  job.ending.kind = EndKind::ExitCode;
  CHECK(isRetried(job));
  job.attempt = 2;
  CHECK_FALSE(isRetried(job));
  job.attempt = 1;
  job.ending.kind = EndKind::StoppedByUser;
  CHECK_FALSE(isRetried(job));
  job.ending.kind = EndKind::Trouble;
  CHECK_FALSE(isRetried(job));
  job.settings.scheduling.onTrouble = TroubleResponse::StopAndRetry;
  job.settings.scheduling.retries = 0;
  CHECK(isRetried(job));
}

TEST_CASE("another attempt that was promised is made although the disk refuses it at first", "[queue]") {
  Yard yard;
  Scheduling scheduling;
  scheduling.retries = 1;
  yard.add(scheduling);
  REQUIRE(yard.jobs.start(JobId{1}));
  yard.settle();
  yard.store.automatic = false;
  yard.finish(1, EndKind::ExitCode);
  REQUIRE(yard.store.waiting.changes.size() == 2);
  yard.store.refuseAll({ErrorCode::StorageFull, QStringLiteral("full"), {}});
  yard.store.commit();
  REQUIRE(yard.jobs.job(JobId{2}) != nullptr);
  CHECK(yard.jobs.job(JobId{2})->attempt == 2);
}

TEST_CASE("a job that cannot be started does not hold up the queue", "[queue]") {
  Yard yard;
  yard.command.answer = fail(ErrorCode::WorkdirMissing, QStringLiteral("The folder is gone"));
  yard.add();
  yard.add();
  QStringList told;
  QObject::connect(&yard.queue, &Dispatcher::refused, &yard.queue, [&](JobId, const Error& error) { told << error.message; });
  yard.queue.setOn(true);
  yard.settle();
  CHECK(told.size() == 2);
  CHECK(yard.jobs.job(JobId{1})->status == JobStatus::Failed);
  CHECK(yard.jobs.job(JobId{1})->ending.reason == QStringLiteral("could not start: The folder is gone"));
  CHECK(yard.jobs.job(JobId{1})->ending.kind == EndKind::CouldNotStart);
}

TEST_CASE("GPUs are given where they are free, and a job that lacks some waits", "[queue]") {
  Yard yard;
  yard.jobs.setGpuCount(3);
  yard.queue.setSlots(10);
  Scheduling two;
  two.gpus = 2;
  yard.add(two);
  yard.add(two);
  yard.add();
  yard.queue.setOn(true);
  yard.settle();
  CHECK(yard.started() == Ids{1});  // the second lacks a GPU; the third keeps its turn behind it
  CHECK(yard.jobs.job(JobId{1})->devices == QStringLiteral("0,1"));
  REQUIRE(yard.jobs.start(JobId{3}));  // by hand
  yard.settle();
  CHECK(yard.jobs.job(JobId{3})->devices == QStringLiteral("2"));
  yard.finish(1);
  CHECK(yard.jobs.job(JobId{2})->devices == QStringLiteral("0,1"));
  Scheduling many;
  many.gpus = 4;
  const JobId never = yard.add(many);
  CHECK(waitText(*yard.jobs.job(never), yard.jobs, true, 3, yard.clock.now) == QStringLiteral("Wants 4 GPUs; there are 3"));
  const JobId behind = yard.add();
  yard.finish(3);
  CHECK(yard.jobs.job(behind)->status == JobStatus::Running);  // what can never start holds up nobody
}

TEST_CASE("a job's own CUDA_VISIBLE_DEVICES is respected", "[queue]") {
  Job own;
  own.settings.source = JobSource::Command;
  own.settings.command.environment = {{QStringLiteral("CUDA_VISIBLE_DEVICES"), QStringLiteral("0, 1")}};
  CHECK(chooseDevices(own, {}, 4).isEmpty());
  CHECK(heldDevices({&own}, 4) == std::set<int>{0, 1});
  CHECK(heldDevices({&own}, 1) == std::set<int>{0});
  Job none = own;
  none.settings.command.environment[0].value = QStringLiteral("-1");
  CHECK(heldDevices({&none}, 4).empty());
  Job other;
  other.settings.source = JobSource::Command;
  CHECK(chooseDevices(other, {&own}, 4) == QStringLiteral("2"));
  CHECK(chooseDevices(other, {&own}, 2) == QStringLiteral("0"));  // none is free: started by hand all the same
  CHECK(chooseDevices(other, {&own}, 0).isEmpty());
  other.settings.source = JobSource::Simulated;
  CHECK(chooseDevices(other, {}, 4).isEmpty());
}
