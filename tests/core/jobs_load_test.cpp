// SPDX-License-Identifier: GPL-3.0-or-later
#include <QRandomGenerator>
#include <QSignalSpy>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "core/jobs/job_service.h"
#include "core/jobs/packed_job.h"
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
};

StoredJob stored(qint64 id, JobStatus status = JobStatus::Complete) {
  StoredJob one;
  one.job.id = JobId{id};
  one.job.settings = simulatedSettings(QStringLiteral("job %1").arg(id));
  one.job.status = status;
  one.job.queuePosition = double(id);
  SeriesSummary loss;
  loss.tag = QStringLiteral("train/loss");
  extend(loss, {{1, 5, 2.0}, {2, 6, 1.0}});
  one.series = {loss};
  return one;
}

QList<qint64> numbers(const std::vector<JobId>& ids) {
  QList<qint64> all;
  for (const JobId id : ids) all << id.value;
  return all;
}

bool sameBits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

QString someText(QRandomGenerator& random) {
  static const QStringList texts{{}, QStringLiteral("vit"), QStringLiteral("Größe 語 🚂"), QStringLiteral("a\nb"), QString(300, u'x')};
  return texts[random.bounded(int(texts.size()))];
}

qint64 someNumber(QRandomGenerator& random) {
  const qint64 numbers[] = {0, 1, -1, 63, 64, -65, 1'790'000'000'000, std::numeric_limits<qint64>::max(), std::numeric_limits<qint64>::min() / 4};
  return numbers[random.bounded(int(std::size(numbers)))];
}

double someReal(QRandomGenerator& random) {
  const double reals[] = {0.0, -0.0, 3e-4, std::nan(""), INFINITY, -INFINITY, 5e-324};
  return reals[random.bounded(int(std::size(reals)))];
}

}  // namespace

TEST_CASE("a packed job comes back as it was", "[jobs]") {
  QRandomGenerator random(7);
  const auto number = [&] { return someNumber(random); };
  const auto text = [&] { return someText(random); };
  for (int round = 0; round < 300; ++round) {
    Job job;
    job.id = JobId{round + 1};
    JobSettings& s = job.settings;
    s = {text(), text(), text(), JobSource(round % 3), number(), 3e-4, number(), number(), number(), {{text(), text()}}, {text(), text(), {{text(), text()}, {text(), text()}}, text()},
         {round % 3 - 1, JobId{number()}, 3, 60, TroubleResponse::StopAndRetry, 2}, {text(), text(), text()}};
    job.status = JobStatus(round % 4);
    job.progress = {number(), number(), 1.5};
    job.createdMs = 1'790'000'000'000;
    job.startedMs = job.createdMs + round;
    job.endedMs = round % 2 == 0 ? 0 : job.createdMs + 5;
    job.deletedMs = round % 5 == 0 ? job.createdMs : 0;
    job.ending = {EndKind::Signal, -9, text(), number()};
    job.queuePosition = 1.5;
    job.retryOf = JobId{round % 7};
    job.attempt = 3;
    job.notBeforeMs = number();
    job.filesMs = number();
    job.devices = text();
    if (round % 3 == 0) job.unread = {{{text(), round - 1, text()}}, round, {{text(), round}}};
    std::vector<SeriesSummary> series(static_cast<size_t>(round % 4));
    for (SeriesSummary& one : series)
      one = {text(), number(), number(), {number(), job.createdMs, someReal(random)}, {0, 0, someReal(random)}, {number(), 7, someReal(random)}};
    const StoredJob back = unpacked(packed(job, series));
    CHECK(back.job == job);
    REQUIRE(back.series.size() == series.size());
    for (size_t i = 0; i < series.size(); ++i) {
      CHECK(back.series[i].tag == series[i].tag);
      CHECK(back.series[i].count == series[i].count);
      CHECK(back.series[i].nanCount == series[i].nanCount);
      for (Point SeriesSummary::*point : {&SeriesSummary::last, &SeriesSummary::min, &SeriesSummary::max}) {
        CHECK((back.series[i].*point).step == (series[i].*point).step);
        CHECK((back.series[i].*point).wallMs == (series[i].*point).wallMs);
        CHECK(sameBits((back.series[i].*point).value, (series[i].*point).value));
      }
    }
  }
}

TEST_CASE("older jobs come in portions, and those that wait or run are there at once", "[jobs]") {
  Yard yard;
  JobService& jobs = yard.jobs;
  QSignalSpy opened(&jobs, &JobService::opened);
  QSignalSpy loaded(&jobs, &JobService::loaded);
  QList<QList<JobId>> portions;
  QObject::connect(&jobs, &JobService::jobsLoaded, &jobs, [&](const QList<JobId>& ids) { portions << ids; });
  CHECK(jobs.create(simulatedSettings()).error().code == ErrorCode::InUse);
  jobs.load({stored(9), stored(8), stored(3, JobStatus::Queued)}, JobId{10}, false);
  CHECK(opened.size() == 1);
  CHECK(loaded.isEmpty());
  CHECK(jobs.isOpened());
  CHECK_FALSE(jobs.isLoaded());
  CHECK(jobs.queue().size() == 1);
  CHECK(jobs.count(JobStatus::Queued) == 1);
  CHECK(jobs.pointCount() == 6);
  const auto created = jobs.create(simulatedSettings());
  REQUIRE(created);
  yard.store.commit();
  CHECK(created->value == 10);

  StoredJob deleted = stored(5);
  deleted.job.deletedMs = 4;
  jobs.loadMore({stored(7), stored(6), deleted, stored(4)}, false);
  CHECK(loaded.isEmpty());
  jobs.loadMore({stored(2, JobStatus::Failed), stored(1)}, true);
  CHECK(loaded.size() == 1);
  CHECK(jobs.isLoaded());
  CHECK(portions == QList<QList<JobId>>{{JobId{9}, JobId{8}, JobId{3}}, {JobId{7}, JobId{6}, JobId{4}}, {JobId{2}, JobId{1}}});
  CHECK(numbers(jobs.jobs()) == QList<qint64>{10, 9, 8, 7, 6, 4, 3, 2, 1});
  CHECK(jobs.count() == 9);
  CHECK(jobs.count(JobStatus::Failed) == 1);
  CHECK(jobs.pointCount() == 18);
  REQUIRE(jobs.job(JobId{6}) != nullptr);
  CHECK(jobs.job(JobId{6})->settings.name == QStringLiteral("job 6"));
  CHECK(jobs.series(JobId{6}, QStringLiteral("train/loss"))->min.value == 1.0);
  CHECK(jobs.job(JobId{5}) == nullptr);
  jobs.purgeDeleted();
  REQUIRE(yard.store.waiting.changes.size() == 1);
  CHECK(yard.store.waiting.changes[0].job.id == JobId{5});
  yard.store.commit();
  CHECK(jobs.pointCount() == 16);
}

TEST_CASE("who asks for a job that may still come is told to wait", "[jobs]") {
  Yard yard;
  JobService& jobs = yard.jobs;
  jobs.load({stored(9, JobStatus::Queued)}, JobId{10}, false);
  JobSettings after = simulatedSettings();
  after.scheduling.after = JobId{2};
  for (const ErrorCode wanted : {ErrorCode::InUse, ErrorCode::NotFound}) {
    CHECK(jobs.remove(JobId{1}).error().code == wanted);
    CHECK(jobs.start(JobId{1}).error().code == wanted);
    CHECK(jobs.create(after).error().code == wanted);
    CHECK(jobs.isOpen(JobId{2}) == (wanted == ErrorCode::InUse));
    CHECK_FALSE(jobs.isFulfilled(JobId{2}));
    if (wanted == ErrorCode::InUse) jobs.loadMore({}, true);
  }
}

TEST_CASE("what a job waits for may be an older one, or an attempt of it", "[jobs]") {
  Yard yard;
  JobService& jobs = yard.jobs;
  jobs.load({stored(9)}, JobId{10}, false);
  StoredJob again = stored(5);
  again.job.retryOf = JobId{4};
  again.job.attempt = 2;
  jobs.loadMore({again, stored(4, JobStatus::Failed), stored(3, JobStatus::Failed)}, true);
  CHECK(jobs.isFulfilled(JobId{4}));
  CHECK(jobs.isFulfilled(JobId{5}));
  CHECK_FALSE(jobs.isFulfilled(JobId{3}));
}

TEST_CASE("jobs that nobody looks at are as they were when somebody does", "[jobs]") {
  Yard yard;
  JobService& jobs = yard.jobs;
  std::vector<StoredJob> many;
  for (qint64 id = 6'000; id >= 1; --id) many.push_back(stored(id));
  jobs.load(std::move(many), JobId{6'001});
  const auto sum = [&] {
    qint64 all = 0;
    for (const JobId id : jobs.jobs()) all += jobs.job(id)->settings.name == QStringLiteral("job %1").arg(id.value) ? jobs.series(id, QStringLiteral("train/loss"))->count : 0;
    return all;
  };
  const Job* held = jobs.job(JobId{1});
  CHECK(sum() == 12'000);
  CHECK(held == jobs.job(JobId{1}));  // in this turn it stays where it is
  QCoreApplication::processEvents();
  CHECK(sum() == 12'000);
  REQUIRE(jobs.rename(JobId{1}, QStringLiteral("another")));
  QCoreApplication::processEvents();
  yard.store.commit();
  CHECK(sum() == 11'998);
  QCoreApplication::processEvents();
  CHECK(jobs.job(JobId{1})->settings.name == QStringLiteral("another"));
  CHECK(jobs.pointCount() == 12'000);
}
