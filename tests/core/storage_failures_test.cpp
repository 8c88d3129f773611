// SPDX-License-Identifier: GPL-3.0-or-later
#include <QRandomGenerator>
#include <QSqlDatabase>

#include "core/storage/storage_worker.h"
#include "tests/core/storage_support.h"
#include "tests/support/message_guard.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

const QString tag = QStringLiteral("a");

std::vector<Point> rising(qint64 from, qint64 to) {
  std::vector<Point> points;
  for (qint64 step = from; step <= to; ++step) points.push_back({step, step, double(step)});
  return points;
}

}  // namespace

TEST_CASE("a write that fails is retried, then changes are refused and points are kept", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  disk.waitFor(disk.storage.submit(someJob(1)));
  breakPoints(dir.path());
  disk.storage.append(pointsOf(JobId{1}, tag, {{1, 1, 1.0}}));
  const quint64 ticket = disk.storage.submit(someJob(2));
  disk.waitForRefusal(ticket);
  CHECK(disk.refused[ticket].code == ErrorCode::StorageWrite);
  CHECK(disk.refused[ticket].detail.contains(QStringLiteral("injected")));
  CHECK(disk.troubles == 1);
  CHECK_FALSE(disk.storage.accepting());
  disk.storage.append(pointsOf(JobId{1}, tag, {{2, 2, 2.0}}));
  mend(dir.path());
  disk.storage.retryNow();
  REQUIRE(QTest::qWaitFor([&] { return disk.recoveries == 1; }, 10'000));
  CHECK(disk.troubles == 1);
  CHECK(disk.storage.accepting());
  CHECK(same(disk.points(JobId{1}, tag), rising(1, 2)));
  disk.waitFor(disk.storage.submit(someJob(3)));
  REQUIRE(disk.storage.close());
  Disk again(dir.path());
  REQUIRE(again.opened->jobs.size() == 2);  // 1 and 3; nothing of 2
  CHECK(again.opened->jobs[0].job.id == JobId{3});
}

TEST_CASE("a storage recovers by itself, though nothing but a refused change was to be written", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  breakJobs(dir.path());
  disk.waitForRefusal(disk.storage.submit(someJob(1)));
  CHECK(disk.troubles == 1);
  mend(dir.path());
  REQUIRE(QTest::qWaitFor([&] { return disk.recoveries == 1; }, 20'000));
  CHECK(disk.storage.accepting());
  disk.waitFor(disk.storage.submit(someJob(2)));
  REQUIRE(disk.storage.close());
}

TEST_CASE("a change given again in the handler of its refusal is written in the end", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  breakJobs(dir.path());
  int again = 0;
  QObject::connect(&disk.storage, &JobStore::refused, &disk.storage, [&] {
    ++again;
    disk.storage.submit(someJob(1));
  });
  disk.storage.submit(someJob(1));
  REQUIRE(QTest::qWaitFor([&] { return again == 2; }, 20'000));
  CHECK(disk.troubles == 1);
  mend(dir.path());
  disk.storage.retryNow();
  REQUIRE(QTest::qWaitFor([&] { return disk.recoveries == 1; }, 20'000));
  CHECK(disk.tickets == QList<quint64>{3});
}

TEST_CASE("a failure that passes at once is not told to anybody", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  disk.waitFor(disk.storage.submit(someJob(1)));
  breakPoints(dir.path());
  disk.storage.append(pointsOf(JobId{1}, tag, {{1, 1, 1.0}}));
  REQUIRE(QTest::qWaitFor([&] { return !disk.storage.accepting(); }));
  mend(dir.path());
  disk.waitFor(disk.storage.submit(someJob(1)));
  CHECK(disk.troubles == 0);
  CHECK(disk.recoveries == 0);
  CHECK(disk.points(JobId{1}, tag).size() == 1);
}

TEST_CASE("each episode of failures is told once", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  disk.waitFor(disk.storage.submit(someJob(1)));
  for (int episode = 1; episode <= 2; ++episode) {
    breakPoints(dir.path());
    disk.storage.append(pointsOf(JobId{1}, tag, {{episode, 1, 1.0}}));
    REQUIRE(QTest::qWaitFor([&] { return disk.troubles == episode; }, 20'000));
    disk.storage.retryNow();
    mend(dir.path());
    REQUIRE(QTest::qWaitFor([&] { return disk.recoveries == episode; }, 20'000));
  }
  CHECK(disk.points(JobId{1}, tag).size() == 2);
}

TEST_CASE("a transaction that fails in its middle leaves nothing, on the disk or in what is remembered", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  disk.storage.submit(someJob(1));
  disk.storage.append(pointsOf(JobId{1}, tag, rising(1, 10)));
  disk.waitFor(disk.storage.submit(someJob(1)));
  const auto before = disk.summaries;
  const int batches = disk.batches;
  breakPoints(dir.path(), 500);
  Job changed = someJob(1);
  changed.settings.name = QStringLiteral("half");
  disk.storage.submit(changed);
  disk.storage.append(pointsOf(JobId{1}, QStringLiteral("new"), {{1, 1, 1.0}}));
  disk.storage.append(pointsOf(JobId{1}, tag, rising(5, 600)));  // a restart, and its points half written
  REQUIRE(QTest::qWaitFor([&] { return disk.troubles == 1; }, 20'000));
  CHECK(disk.batches == batches);
  CHECK(same(disk.points(JobId{1}, tag), rising(1, 10)));
  CHECK(disk.history({.job = JobId{1}}).series.size() == 1);
  {
    Disk other(dir.path(), OpenMode::ReadOnly);
    CHECK(other.opened->jobs[0].job == someJob(1));
    REQUIRE(other.opened->jobs[0].series.size() == 1);
    CHECK(same(other.opened->jobs[0].series[0], before.at({JobId{1}, tag})));
  }
  mend(dir.path());
  disk.storage.retryNow();
  REQUIRE(QTest::qWaitFor([&] { return disk.recoveries == 1; }, 20'000));
  CHECK(same(disk.points(JobId{1}, tag), rising(1, 600)));
  CHECK(disk.summaries[{JobId{1}, tag}].count == 600);
  CHECK(disk.summaries[{JobId{1}, QStringLiteral("new")}].count == 1);
}

TEST_CASE("a full disk is told as such, and half a batch is not kept", "[storage]") {
  const QTemporaryDir dir;
  StorageWorker worker(databaseIn(dir.path()), OpenMode::ReadWrite);
  QList<Error> errors;
  QList<quint64> written;
  QObject::connect(&worker, &StorageWorker::writeFailed, &worker, [&](quint64, const Error& error) { errors << error; });
  QObject::connect(&worker, &StorageWorker::written, &worker, [&](quint64 number) { written << number; });
  const QStringList others = QSqlDatabase::connectionNames();
  worker.open();
  worker.write(1, {JobChange{1, someJob(1), false}, pointsOf(JobId{1}, tag, rising(1, 10))});
  REQUIRE(written == QList<quint64>{1});
  QString connection;
  for (const QString& name : QSqlDatabase::connectionNames())
    if (!others.contains(name)) connection = name;
  const auto pages = [&](int count) {
    QSqlQuery query(QSqlDatabase::database(connection));
    REQUIRE(query.exec(QStringLiteral("PRAGMA max_page_count = %1").arg(count)));
  };
  pages(1);  // no page more than there are
  std::vector<Point> noise = rising(11, 50'000);  // nothing that would fit into what is there
  QRandomGenerator random(3);
  for (Point& point : noise) point.value = random.generateDouble();
  worker.write(2, {pointsOf(JobId{1}, tag, noise)});
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].code == ErrorCode::StorageFull);
  CHECK(errors[0].message.startsWith(QStringLiteral("The disk is full")));
  pages(1'000'000);
  worker.write(3, {pointsOf(JobId{1}, tag, rising(11, 5000))});
  CHECK(written == QList<quint64>{1, 3});
  worker.close();
  Disk disk(dir.path());
  CHECK(same(disk.points(JobId{1}, tag), rising(1, 5000)));
  CHECK(disk.opened->jobs[0].series[0].count == 5000);
}

TEST_CASE("a runner shall pause while the backlog is above its bound", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  disk.waitFor(disk.storage.submit(someJob(1)));
  REQUIRE(disk.storage.accepting());
  disk.storage.append(pointsOf(JobId{1}, tag, rising(1, Storage::backlogLimit)));
  CHECK_FALSE(disk.storage.accepting());
  REQUIRE(QTest::qWaitFor([&] { return disk.storage.accepting(); }, 60'000));
  CHECK(disk.summaries[{JobId{1}, tag}].count == Storage::backlogLimit);
}

TEST_CASE("points of a job that is gone do not stay in the backlog", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  disk.storage.append(pointsOf(JobId{5}, tag, rising(1, Storage::backlogLimit)));
  disk.waitFor(disk.storage.submit(someJob(1)));
  CHECK(disk.storage.accepting());
}
