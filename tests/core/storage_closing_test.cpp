// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/storage_support.h"
#include "tests/support/message_guard.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

const QString tag = QStringLiteral("a");

size_t pointsIn(const QString& dir) {
  Disk disk(dir);
  return disk.points(JobId{1}, tag).size();
}

}  // namespace

TEST_CASE("closing writes what waits, also what was given before the database was open", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path(), OpenMode::ReadWrite, false);
  disk.storage.submit(someJob(1));
  disk.storage.append(pointsOf(JobId{1}, tag, {{1, 1, 1.0}}));
  REQUIRE(disk.storage.close());
  CHECK(disk.tickets == QList<quint64>{1});
  CHECK(pointsIn(dir.path()) == 1);
}

TEST_CASE("closing writes what is in flight, what waits behind it, and what that brings about", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  int rounds = 0;
  QObject::connect(&disk.storage, &JobStore::committed, &disk.storage, [&] {
    if (++rounds < 5) disk.storage.append(pointsOf(JobId{1}, tag, {{rounds, 1, 1.0}}));
  });
  disk.storage.submit(someJob(1));
  QCoreApplication::processEvents();  // on its way
  disk.storage.append(pointsOf(JobId{1}, QStringLiteral("b"), {{1, 1, 1.0}}));
  REQUIRE(disk.storage.close());
  CHECK(pointsIn(dir.path()) == 4);
}

TEST_CASE("a storage that is destroyed while it is open writes what waits", "[storage]") {
  const QTemporaryDir dir;
  {
    Disk disk(dir.path());
    disk.storage.submit(someJob(1));
    disk.storage.append(pointsOf(JobId{1}, tag, {{1, 1, 1.0}}));
  }
  CHECK(pointsIn(dir.path()) == 1);
}

TEST_CASE("a closed database is one file, also after its history was read", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  disk.storage.submit(someJob(1));
  disk.storage.append(pointsOf(JobId{1}, tag, {{1, 1, 1.0}}));
  disk.waitFor(disk.storage.submit(someJob(2)));
  CHECK(disk.points(JobId{1}, tag).size() == 1);
  REQUIRE(disk.storage.close());
  CHECK(QDir(dir.path()).entryList(QDir::Files) == QStringList{QStringLiteral("trainyard.db")});
}

TEST_CASE("closing tells what could not be written", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  disk.waitFor(disk.storage.submit(someJob(1)));
  SECTION("points") {
    breakPoints(dir.path());
    disk.storage.append(pointsOf(JobId{1}, tag, {{1, 1, 1.0}}));
  }
  SECTION("a change") {
    breakJobs(dir.path());
    disk.storage.submit(someJob(2));
  }
  SECTION("a change that was refused already") {
    breakJobs(dir.path());
    disk.waitForRefusal(disk.storage.submit(someJob(2)));
  }
  const auto closed = disk.storage.close();
  REQUIRE_FALSE(closed);
  CHECK(closed.error().code == ErrorCode::StorageWrite);
  CHECK(closed.error().detail.contains(QStringLiteral("injected")));
  CHECK(disk.storage.close());  // told once
}

TEST_CASE("a storage that is destroyed with unwritten points says so in the log", "[storage]") {
  const QTemporaryDir dir;
  const ExpectMessage message(QStringLiteral("could not be written.*injected"));
  {
    Disk disk(dir.path());
    disk.waitFor(disk.storage.submit(someJob(1)));
    breakPoints(dir.path());
    disk.storage.append(pointsOf(JobId{1}, tag, {{1, 1, 1.0}}));
  }
  CHECK(message.seen());
}

TEST_CASE("points given to a storage that could not open are an error at its closing", "[storage]") {
  const QTemporaryDir dir;
  write(databaseIn(dir.path()), QByteArray(100, 'z'));
  Disk disk(dir.path());
  disk.storage.append(pointsOf(JobId{1}, tag, {{1, 1, 1.0}}));
  const auto closed = disk.storage.close();
  REQUIRE_FALSE(closed);
  CHECK(closed.error().code == ErrorCode::StorageNotADatabase);
}

TEST_CASE("changes that waited for an opening that failed are refused", "[storage]") {
  const QTemporaryDir dir;
  write(databaseIn(dir.path()), QByteArray(100, 'z'));
  Disk disk(dir.path(), OpenMode::ReadWrite, false);
  const quint64 ticket = disk.storage.submit(someJob(1));
  disk.waitForRefusal(ticket);
  CHECK(disk.refused[ticket].code == ErrorCode::StorageNotADatabase);
  CHECK(disk.storage.close());
}

TEST_CASE("what is asked of a closed storage is answered", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  REQUIRE(disk.storage.close());
  const quint64 ticket = disk.storage.submit(someJob(1));
  const quint64 request = disk.storage.reader().request({.job = JobId{1}});
  disk.waitForRefusal(ticket);
  REQUIRE(QTest::qWaitFor([&] { return disk.loadFailures.count(request) == 1; }));
  CHECK(disk.loaded.empty());
  CHECK_FALSE(disk.storage.accepting());
  CHECK(disk.storage.close());
}

TEST_CASE("requests that wait when the storage closes are answered each once", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  disk.storage.submit(someJob(1));
  std::vector<Point> points;
  for (qint64 step = 1; step <= 5000; ++step) points.push_back({step, step, 1.0});
  disk.storage.append(pointsOf(JobId{1}, tag, points));
  disk.waitFor(disk.storage.submit(someJob(1)));
  for (int i = 0; i < 50; ++i) disk.storage.reader().request({.job = JobId{1}});
  REQUIRE(disk.storage.close());
  REQUIRE(QTest::qWaitFor([&] { return disk.loaded.size() + disk.loadFailures.size() == 50; }));
  for (quint64 request = 1; request <= 50; ++request)
    CHECK(disk.loaded.count(request) + disk.loadFailures.count(request) == 1);
}

TEST_CASE("a storage that was never opened closes", "[storage]") {
  const QTemporaryDir dir;
  Storage storage(dir.path(), OpenMode::ReadWrite);
  CHECK(storage.close());
  storage.submit(someJob(1));
  CHECK_FALSE(storage.close());
  CHECK(QDir(dir.path()).isEmpty());
}
