// SPDX-License-Identifier: GPL-3.0-or-later
#include <QProcess>

#include "tests/core/storage_support.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

const JobId job{1};

/// The next points of two series that always grow together.
JobPoints twins(qint64& step) {
  JobPoints batch{job, {{QStringLiteral("a"), {}}, {QStringLiteral("b"), {}}}, {}};
  for (int i = 0; i < 5; ++i) {
    ++step;
    for (SeriesPoints& series : batch.series) series.points.push_back({step, step, double(step)});
  }
  batch.progress.step = step;
  return batch;
}

/// Both series are as of one moment, from the first step without a hole.
void checkMoment(const JobPoints& read) {
  if (read.series.empty()) return;
  REQUIRE(read.series.size() == 2);
  CHECK(same(read.series[0].points, read.series[1].points));
  for (size_t i = 0; i < read.series[0].points.size(); ++i) REQUIRE(read.series[0].points[i].step == qint64(i) + 1);
}

}  // namespace

TEST_CASE("two readers beside a writer each see whole moments, and get each answer once", "[storage]") {
  const QTemporaryDir dir;
  Disk writer(dir.path());
  writer.waitFor(writer.storage.submit(someJob(1)));
  Disk other(dir.path(), OpenMode::ReadOnly);
  qint64 step = 0;
  size_t asked = 0;
  for (int round = 0; round < 150; ++round) {
    writer.storage.append(twins(step));
    writer.storage.reader().request({.job = job});
    other.storage.reader().request({.job = job});
    ++asked;
    if (round % 10 == 9) writer.waitFor(writer.storage.submit(someJob(1)));
  }
  for (Disk* disk : {&writer, &other}) {
    REQUIRE(QTest::qWaitFor([&] { return disk->loaded.size() == asked; }, 20'000));
    CHECK(disk->loadFailures.empty());
    for (const auto& [request, read] : disk->loaded) {
      CHECK(disk->loaded.count(request) == 1);
      checkMoment(read);
    }
    disk->loaded.clear();
    CHECK(disk->points(job, QStringLiteral("a")).size() == size_t(step));
  }
  REQUIRE(writer.storage.close());
  CHECK(other.points(job, QStringLiteral("b")).size() == size_t(step));
}

TEST_CASE("what was committed can be read in the handler of its commit", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  disk.storage.submit(someJob(1));
  std::map<quint64, size_t> expected;
  size_t written = 0;
  QObject::connect(&disk.storage, &JobStore::committed, &disk.storage, [&](const CommittedBatch& batch) {
    for (const JobPoints& points : batch.points) written += points.series[0].points.size();
    expected[disk.storage.reader().request({.job = job, .tags = {"a"}})] = written;
  });
  qint64 step = 0;
  for (int round = 0; round < 20; ++round) {
    disk.storage.append(twins(step));
    disk.waitFor(disk.storage.submit(someJob(1)));
  }
  REQUIRE(QTest::qWaitFor([&] { return disk.loaded.size() == expected.size(); }));
  for (const auto& [request, count] : expected) {
    const JobPoints& read = disk.loaded.find(request)->second;
    CHECK((read.series.empty() ? 0 : read.series[0].points.size()) >= count);
  }
}

TEST_CASE("copies taken in the middle of the work open, and each is a whole moment", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  disk.waitFor(disk.storage.submit(someJob(1)));
  qint64 step = 0;
  size_t most = 0;
  for (int round = 0; round < 12; ++round) {
    for (int i = 0; i < 3; ++i) disk.storage.append(twins(step));
    const quint64 ticket = disk.storage.submit(someJob(1));
    if (round % 2 == 0) disk.waitFor(ticket);
    QCoreApplication::processEvents();
    // What a crash at this moment would leave: too little was written for the WAL to go into the file meanwhile.
    const QTemporaryDir copy;
    copyDatabase(dir.path(), copy.path());
    Disk other(copy.path());
    REQUIRE(other.opened);
    REQUIRE(other.opened->jobs.size() == 1);
    const JobPoints read = other.history({.job = job});
    checkMoment(read);
    const size_t count = read.series.empty() ? 0 : read.series[0].points.size();
    if (round % 2 == 0) CHECK(count == size_t(step));
    CHECK(count >= most);
    most = count;
    const StoredJob& stored = other.opened->jobs[0];
    REQUIRE(stored.series.size() == read.series.size());
    for (const SeriesSummary& summary : stored.series) CHECK(summary.count == qint64(count));
  }
}

TEST_CASE("another program that opens and closes the database does not take the WAL away", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  disk.storage.submit(someJob(1));
  disk.storage.append(pointsOf(JobId{1}, QStringLiteral("train/loss"), {{1, 1, 0.5}}));
  REQUIRE(QTest::qWaitFor([&] { return disk.batches > 0; }, 5000));
  CHECK(disk.history({.job = JobId{1}}).series.size() == 1);  // opens the reading connection
  QProcess other;
  other.start(QStringLiteral("sqlite3"), {databaseIn(dir.path()), QStringLiteral("SELECT count(*) FROM jobs; PRAGMA wal_checkpoint;")});
  REQUIRE(other.waitForFinished());
  CHECK(other.exitCode() == 0);
  CHECK(QFile::exists(databaseIn(dir.path()) + QStringLiteral("-wal")));  // it is no one's leftover
  disk.storage.append(pointsOf(JobId{1}, QStringLiteral("train/loss"), {{2, 2, 0.25}}));
  const int before = disk.batches;
  REQUIRE(QTest::qWaitFor([&] { return disk.batches > before; }, 5000));
  other.start(QStringLiteral("sqlite3"), {databaseIn(dir.path()), QStringLiteral("SELECT count(*) FROM points")});
  REQUIRE(other.waitForFinished());
  CHECK(other.readAllStandardOutput() == "2\n");
}
