// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job_status.h"
#include "tests/core/storage_support.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

Job fullJob() {
  Job job = someJob(1);
  JobSettings& settings = job.settings;
  settings.source = JobSource::Command;
  settings.name = QString::fromUtf8("👩‍🚀 ß \"quoted\" 'single' ; -- ").leftJustified(200, u'学');
  settings.model = QStringLiteral("مدل\u200f · ViT");
  settings.dataset = QStringLiteral("line\nbreak\ttab");
  settings.epochs = 1'000'000;
  settings.seed = qint64(1) << 53;
  settings.learningRate = 0.1 + 0.2;
  settings.batchSize = 1'048'576;
  settings.stepsPerEpoch = 10'000'000;
  settings.parameters = {{QStringLiteral("b"), QStringLiteral("2 = 3")},
                         {QStringLiteral("a"), QString(QLatin1String(""))},
                         {QStringLiteral("a"), QStringLiteral("twice, \"and\" [in] order")}};
  settings.command = {QStringLiteral("echo \"x\"\ny | tee 'z'"), QStringLiteral("/tmp/ä b"),
                      {{QStringLiteral("K"), QStringLiteral("V=W")}, {QStringLiteral("E"), QStringLiteral("é")}},
                      QStringLiteral("(?<loss>\\d+\\.\\d+)")};
  job.status = JobStatus::Failed;
  job.ending = {EndKind::Signal, 9, QStringLiteral("killed by SIGKILL")};
  job.startedMs = 2;
  job.endedMs = std::numeric_limits<qint64>::max();
  job.deletedMs = 4;
  job.progress = {5, 6, 0.7};
  settings.scheduling = {-1, JobId{7}, 3, 60, TroubleResponse::StopAndRetry, 2};
  settings.imported = {QStringLiteral("mlflow-db"), QStringLiteral("/runs/ä.db"), QStringLiteral("a1")};
  job.queuePosition = 1.5;
  job.retryOf = JobId{8};
  job.attempt = 2;
  job.notBeforeMs = 9;
  job.filesMs = 10;
  job.devices = QStringLiteral("0,2");
  job.unread = {{{QStringLiteral("/runs/\"a\""), -1, QStringLiteral("It is empty.")}, {QStringLiteral("/runs/b"), qint64(1) << 52, {}}}, 3, {{QStringLiteral("image"), 2}}};
  return job;
}

}  // namespace

TEST_CASE("every field of a job survives", "[storage]") {
  const QTemporaryDir dir;
  const Job full = fullJob();
  Job bare;
  bare.id = JobId{2};
  {
    Disk disk(dir.path());
    disk.storage.submit(full);
    disk.waitFor(disk.storage.submit(bare));
    REQUIRE(disk.storage.close());
  }
  Disk again(dir.path());
  REQUIRE(again.opened->jobs.size() == 2);
  CHECK(again.opened->jobs[0].job == bare);  // newest first
  CHECK(again.opened->jobs[1].job == full);
  CHECK(full.settings.name.size() == 200);
  CHECK(again.opened->nextId == JobId{3});
}

TEST_CASE("every status and every kind of end survives", "[storage]") {
  const QTemporaryDir dir;
  std::vector<Job> jobs;
  for (const JobStatus status : {JobStatus::Queued, JobStatus::Running, JobStatus::Complete, JobStatus::Failed})
    for (const EndKind kind : {EndKind::None, EndKind::Completed, EndKind::StoppedByUser, EndKind::ExitCode, EndKind::Signal,
                               EndKind::LossNan, EndKind::CouldNotStart, EndKind::Lost, EndKind::StorageError}) {
      jobs.push_back(someJob(qint64(jobs.size()) + 1));
      jobs.back().status = status;
      jobs.back().ending.kind = kind;
    }
  {
    Disk disk(dir.path());
    for (const Job& job : jobs) disk.storage.submit(job);
    REQUIRE(disk.storage.close());
  }
  Disk again(dir.path());
  REQUIRE(again.opened->jobs.size() == jobs.size());
  for (size_t i = 0; i < jobs.size(); ++i) CHECK(again.opened->jobs[jobs.size() - 1 - i].job == jobs[i]);
}

TEST_CASE("of several changes of a job the last one stays, and points move its progress between them", "[storage]") {
  const QTemporaryDir dir;
  {
    Disk disk(dir.path());
    Job job = someJob(1);
    disk.storage.submit(job);
    job.status = JobStatus::Running;
    disk.storage.submit(job);
    disk.storage.append(pointsOf(job.id, QStringLiteral("lr"), {{1, 1, 1.0}}));
    disk.storage.append({job.id, {}, {7, 70, 0.5}});  // progress alone
    REQUIRE(disk.storage.close());
  }
  Disk again(dir.path());
  const Job read = again.opened->jobs[0].job;
  CHECK(read.status == JobStatus::Running);
  CHECK(read.progress == Progress{7, 70, 0.5});
  Job ended = read;
  again.storage.append(pointsOf(read.id, QStringLiteral("lr"), {{2, 2, 2.0}}));
  ended.progress = {9, 9, 9.0};
  again.storage.submit(ended);
  REQUIRE(again.storage.close());
  Disk third(dir.path());
  CHECK(third.opened->jobs[0].job.progress == Progress{9, 9, 9.0});
}

TEST_CASE("a removed job takes its points along, and its number is not given again", "[storage]") {
  const QTemporaryDir dir;
  {
    Disk disk(dir.path());
    disk.storage.submit(someJob(1));
    disk.storage.submit(someJob(2));
    disk.storage.append(pointsOf(JobId{1}, QStringLiteral("a"), {{1, 1, 1.0}}));
    disk.storage.append(pointsOf(JobId{2}, QStringLiteral("a"), {{1, 1, 1.0}}));
    disk.waitFor(disk.storage.submitRemoval(someJob(2)));
    CHECK(disk.history({.job = JobId{2}}).series.empty());
    CHECK(disk.points(JobId{1}, QStringLiteral("a")).size() == 1);
    REQUIRE(disk.storage.close());
  }
  {
    Database database(QStringLiteral("test"));
    REQUIRE(database.open(databaseIn(dir.path()), OpenMode::ReadOnly));
    CHECK(database.number(QStringLiteral("SELECT count(*) FROM points")) == qint64(1));
    CHECK(database.number(QStringLiteral("SELECT count(*) FROM series")) == qint64(1));
  }
  Disk again(dir.path());
  CHECK(again.opened->jobs.size() == 1);
  CHECK(again.opened->nextId == JobId{3});
}

TEST_CASE("points that come after the removal of their job are left out and stop nobody", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  disk.storage.submit(someJob(1));
  disk.waitFor(disk.storage.submit(someJob(2)));
  disk.storage.append(pointsOf(JobId{2}, QStringLiteral("a"), {{1, 1, 1.0}}));
  disk.storage.submitRemoval(someJob(2));
  disk.storage.append(pointsOf(JobId{2}, QStringLiteral("a"), {{2, 2, 2.0}}));
  disk.storage.append(pointsOf(JobId{1}, QStringLiteral("a"), {{1, 1, 1.0}}));
  disk.waitFor(disk.storage.submit(someJob(1)));
  CHECK(disk.points(JobId{1}, QStringLiteral("a")).size() == 1);
  CHECK(disk.history({.job = JobId{2}}).series.empty());
  CHECK(disk.storage.accepting());
  REQUIRE(disk.storage.close());
}

TEST_CASE("what is given in one turn is one transaction", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  for (qint64 id = 1; id <= 100; ++id) disk.storage.submit(someJob(id));
  disk.waitFor(100);
  CHECK(disk.batches == 1);
  CHECK(disk.storage.sizeBytes() > 0);
}

TEST_CASE("each change is answered once, in the order in which it was given", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  for (int round = 0; round < 5; ++round) {
    for (qint64 id = 1; id <= 4; ++id) disk.storage.submit(someJob(id));
    disk.waitFor(disk.storage.submitRemoval(someJob(4)));
  }
  REQUIRE(disk.tickets.size() == 25);
  CHECK(std::is_sorted(disk.tickets.begin(), disk.tickets.end()));
  CHECK(disk.tickets.first() == 1);
}

TEST_CASE("the newest jobs and all that wait or run come first, and every job once", "[storage]") {
  const QTemporaryDir dir;
  constexpr qint64 count = 4'700;
  std::map<JobId, Job> expected;
  {
    Disk disk(dir.path());
    for (qint64 i = 1; i <= count; ++i) {
      Job job = someJob(i);
      job.status = i == 5 ? JobStatus::Running : i == 3'000 ? JobStatus::Queued : JobStatus::Complete;
      if (isEnded(job.status)) job.ending.kind = EndKind::Completed;
      expected[job.id] = job;
      disk.storage.submit(job);
      if (i % 3 == 0) disk.storage.append(pointsOf(job.id, QStringLiteral("loss"), {{1, 1, double(i)}}));
    }
    JobPoints told = pointsOf(JobId{5}, QStringLiteral("loss"), {{1, 1, 5.0}});
    told.resume = "here";
    disk.storage.append(told);
    disk.waitFor(disk.storage.submit(expected[JobId{count}]));
    REQUIRE(disk.storage.close());
  }
  Storage storage(dir.path(), OpenMode::ReadWrite);
  std::vector<OpenedStore> portions;
  const auto take = [&](const OpenedStore& portion) { portions.push_back(portion); };
  QObject::connect(&storage, &Storage::opened, &storage, take);
  QObject::connect(&storage, &Storage::olderRead, &storage, take);
  bool committed = false;
  QObject::connect(&storage, &Storage::committed, &storage, [&] { committed = true; });
  // One that is told at first ends while the others are read.
  QObject::connect(&storage, &Storage::opened, &storage, [&] {
    Job ended = expected[JobId{5}];
    ended.status = JobStatus::Complete;
    ended.ending.kind = EndKind::Completed;
    storage.submit(ended);
  });
  storage.open(Opening::NewestFirst);
  REQUIRE(QTest::qWaitFor([&] { return committed && !portions.empty() && portions.back().complete; }, 20'000));
  REQUIRE(portions.size() > 2);
  CHECK(portions.front().nextId == JobId{count + 1});
  CHECK(portions.front().jobs.size() < 300);
  const auto told = [&](qint64 id) {
    return std::find_if(portions.front().jobs.begin(), portions.front().jobs.end(), [id](const StoredJob& one) { return one.job.id.value == id; }) !=
           portions.front().jobs.end();
  };
  CHECK((told(count) && told(3'000) && told(5) && !told(3'001)));
  for (const OpenedStore& portion : portions) {
    CHECK(std::is_sorted(portion.jobs.begin(), portion.jobs.end(), [](const StoredJob& a, const StoredJob& b) { return a.job.id > b.job.id; }));
    for (const StoredJob& stored : portion.jobs) {
      const qint64 id = stored.job.id.value;
      INFO(id);
      Job job = stored.job;
      job.progress = expected[stored.job.id].progress;
      REQUIRE(job == expected.extract(stored.job.id).mapped());
      REQUIRE(stored.resume == (id == 5 ? "here" : ""));
      REQUIRE(stored.series.size() == size_t(id == 5 || id % 3 == 0));
      if (!stored.series.empty()) REQUIRE(stored.series[0].last.value == double(id));
    }
  }
  CHECK(expected.empty());
}
