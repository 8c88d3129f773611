// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/storage.h"

#include <QCryptographicHash>
#include <QFile>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/storage/database.h"
#include "tests/support/fakes.h"

using namespace trainyard;
using trainyard::test::simulatedSettings;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// A storage on a directory, with what it told.
struct Disk {
  explicit Disk(const QString& dir, OpenMode mode = OpenMode::ReadWrite) : storage(dir, mode) {
    QObject::connect(&storage, &Storage::opened, &storage, [this](const OpenedStore& store) { opened = store; });
    QObject::connect(&storage, &Storage::openFailed, &storage, [this](const Error& error) { failure = error; });
    QObject::connect(&storage, &JobStore::committed, &storage, [this](const CommittedBatch& batch) {
      for (const JobChange& change : batch.changes) tickets << change.ticket;
      for (const JobSummaries& one : batch.summaries)
        for (const SeriesSummary& summary : one.series) summaries[{one.job, summary.tag}] = summary;
      ++batches;
    });
    QObject::connect(&storage, &JobStore::refused, &storage, [this](quint64 ticket, const Error& error) { refused[ticket] = error; });
    QObject::connect(&storage, &JobStore::troubled, &storage, [this] { ++troubles; });
    QObject::connect(&storage, &JobStore::recovered, &storage, [this] { ++recoveries; });
    QObject::connect(&storage.reader(), &MetricReader::loaded, &storage, [this](quint64, const JobPoints& points) { read = points; });
    storage.open();
    REQUIRE(QTest::qWaitFor([this] { return opened || failure; }));
  }
  void waitFor(quint64 ticket) { REQUIRE(QTest::qWaitFor([&] { return tickets.contains(ticket); })); }
  JobPoints history(const SeriesQuery& query) {
    read.reset();
    storage.reader().request(query);
    REQUIRE(QTest::qWaitFor([this] { return read.has_value(); }));
    return *read;
  }

  Storage storage;
  std::optional<OpenedStore> opened;
  std::optional<Error> failure;
  std::optional<JobPoints> read;
  QList<quint64> tickets;
  std::map<std::pair<JobId, QString>, SeriesSummary> summaries;
  std::map<quint64, Error> refused;
  int batches = 0;
  int troubles = 0;
  int recoveries = 0;
};

Job someJob(qint64 id) {
  Job job;
  job.id = JobId{id};
  job.settings = simulatedSettings(QStringLiteral("Übung · 学習 %1").arg(id));
  job.createdMs = 1'790'000'000'000;
  job.progress.totalSteps = 3000;
  return job;
}

JobPoints pointsOf(JobId job, const QString& tag, std::vector<Point> points) {
  const qint64 last = points.empty() ? 0 : points.back().step;
  return {job, {{tag, std::move(points)}}, {last, 3000, double(last) / 100.0}};
}

QByteArray hashOf(const QString& path) {
  QFile file(path);
  REQUIRE(file.open(QIODevice::ReadOnly));
  return QCryptographicHash::hash(file.readAll(), QCryptographicHash::Sha256);
}

void write(const QString& path, const QByteArray& bytes) {
  QFile file(path);
  REQUIRE(file.open(QIODevice::WriteOnly));
  file.write(bytes);
}

/// Runs SQL on the file through a connection of the test's own.
void sql(const QString& dir, const QString& statement) {
  Database database(QStringLiteral("test"));
  REQUIRE(database.open(dir + QStringLiteral("/trainyard.db"), OpenMode::ReadWrite));
  REQUIRE(database.run(statement));
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

TEST_CASE("every field of a job survives", "[storage]") {
  const QTemporaryDir dir;
  Job job = someJob(1);
  job.settings.source = JobSource::Command;
  job.settings.name = QString(200, u'ß');
  job.settings.seed = qint64(1) << 53;
  job.settings.learningRate = 0.1 + 0.2;
  job.settings.parameters = {{QStringLiteral("b"), QStringLiteral("2 = 3")}, {QStringLiteral("a"), QString(QLatin1String(""))}};
  job.settings.command = {QStringLiteral("echo \"x\"\ny"), QStringLiteral("/tmp"), {{QStringLiteral("K"), QStringLiteral("V")}}, QStringLiteral("(?<a>b)")};
  job.status = JobStatus::Failed;
  job.ending = {EndKind::Signal, 9, QStringLiteral("killed by SIGKILL")};
  job.startedMs = 2;
  job.endedMs = 3;
  job.deletedMs = 4;
  job.progress = {5, 6, 0.7};
  {
    Disk disk(dir.path());
    disk.waitFor(disk.storage.submit(job));
    REQUIRE(disk.storage.close());
  }
  Disk again(dir.path());
  REQUIRE(again.opened->jobs.size() == 1);
  CHECK(again.opened->jobs[0].job == job);
  CHECK(again.opened->nextId == JobId{2});
}

TEST_CASE("exact values, NaN and the infinities survive", "[storage]") {
  const QTemporaryDir dir;
  const std::vector<Point> points{{1, 10, 0.1}, {2, 20, notANumber}, {3, 30, infinity}, {4, 40, -infinity}, {5, 50, 4.9e-324}, {6, 60, 1.7e308}};
  {
    Disk disk(dir.path());
    disk.storage.submit(someJob(1));
    disk.storage.append(pointsOf(JobId{1}, QStringLiteral("train/loss"), points));
    REQUIRE(disk.storage.close());  // and what waits is written
  }
  Disk again(dir.path());
  const JobPoints read = again.history({.job = JobId{1}});
  REQUIRE(read.series.size() == 1);
  REQUIRE(read.series[0].points.size() == points.size());
  for (size_t i = 0; i < points.size(); ++i) {
    CHECK(read.series[0].points[i].step == points[i].step);
    CHECK(read.series[0].points[i].wallMs == points[i].wallMs);
    CHECK(same(read.series[0].points[i].value, points[i].value));
  }
  const SeriesSummary& summary = again.opened->jobs[0].series[0];
  CHECK(summary.count == 6);
  CHECK(summary.nanCount == 1);
  CHECK(summary.max.value == 1.7e308);
  CHECK(again.opened->jobs[0].job.progress.step == 6);
}

TEST_CASE("a step that goes backwards supersedes what it overtakes", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  disk.storage.submit(someJob(1));
  QRandomGenerator random(11);
  std::map<qint64, double> model;
  const QString tag = QStringLiteral("train/loss");
  for (int round = 0; round < 150; ++round) {
    std::vector<Point> points;
    qint64 step = random.bounded(60);
    for (int i = 0; i < 1 + random.bounded(12); ++i) {
      step = std::max(0, int(step) + random.bounded(-2, 6));
      const double value = random.bounded(9) == 0 ? notANumber : random.generateDouble();
      model.erase(model.lower_bound(step), model.end());
      model[step] = value;
      points.push_back({step, round, value});
    }
    disk.storage.append(pointsOf(JobId{1}, tag, points));
    if (round % 10 == 0) disk.waitFor(disk.storage.submit(someJob(1)));
  }
  disk.waitFor(disk.storage.submit(someJob(1)));
  const auto read = disk.history({.job = JobId{1}}).series[0].points;
  REQUIRE(read.size() == model.size());
  SeriesSummary expected;
  size_t i = 0;
  for (const auto& [step, value] : model) {
    CHECK(read[i].step == step);
    CHECK(same(read[i].value, value));
    extend(expected, {read[i++]});
  }
  const SeriesSummary& told = disk.summaries[{JobId{1}, tag}];
  CHECK(told.count == expected.count);
  CHECK(told.nanCount == expected.nanCount);
  CHECK(same(told.min.value, expected.min.value));
  CHECK(told.max.step == expected.max.step);
}

TEST_CASE("a range is read at full resolution or at a pixel width", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  disk.storage.submit(someJob(1));
  std::vector<Point> points;
  for (qint64 step = 1; step <= 5000; ++step) points.push_back({step, step, std::sin(double(step) * 0.37)});
  points[2500].value = 77.0;  // a spike
  disk.storage.append(pointsOf(JobId{1}, QStringLiteral("a"), points));
  disk.storage.append(pointsOf(JobId{1}, QStringLiteral("b"), {{1, 1, 1.0}}));
  disk.waitFor(disk.storage.submit(someJob(1)));
  CHECK(disk.history({.job = JobId{1}}).series.size() == 2);
  const auto part = disk.history({.job = JobId{1}, .tags = {"a"}, .fromStep = 100, .toStep = 200}).series;
  REQUIRE(part.size() == 1);
  CHECK(part[0].points.size() == 101);
  const auto small = disk.history({.job = JobId{1}, .tags = {"a"}, .pixelWidth = 50}).series[0].points;
  CHECK(small.size() <= 102);
  CHECK(std::any_of(small.begin(), small.end(), [](const Point& p) { return p.value == 77.0; }));
  CHECK(disk.history({.job = JobId{9}}).series.empty());
}

TEST_CASE("a removed job takes its points along, and its number is not given again", "[storage]") {
  const QTemporaryDir dir;
  {
    Disk disk(dir.path());
    disk.storage.submit(someJob(1));
    disk.storage.submit(someJob(2));
    disk.storage.append(pointsOf(JobId{2}, QStringLiteral("a"), {{1, 1, 1.0}}));
    disk.waitFor(disk.storage.submitRemoval(someJob(2)));
    CHECK(disk.history({.job = JobId{2}}).series.empty());
  }
  Disk again(dir.path());
  CHECK(again.opened->jobs.size() == 1);
  CHECK(again.opened->nextId == JobId{3});
}

TEST_CASE("what is given in one turn is one transaction", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  for (qint64 id = 1; id <= 100; ++id) disk.storage.submit(someJob(id));
  disk.waitFor(100);
  CHECK(disk.batches == 1);
}

TEST_CASE("a write that fails is retried, then changes are refused and points are kept", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  disk.waitFor(disk.storage.submit(someJob(1)));
  sql(dir.path(), QStringLiteral("CREATE TRIGGER broken BEFORE INSERT ON points BEGIN SELECT raise(FAIL, 'injected'); END"));
  disk.storage.append(pointsOf(JobId{1}, QStringLiteral("a"), {{1, 1, 1.0}}));
  const quint64 ticket = disk.storage.submit(someJob(2));
  REQUIRE(QTest::qWaitFor([&] { return disk.refused.contains(ticket); }, 10'000));
  CHECK(disk.refused[ticket].code == ErrorCode::StorageWrite);
  CHECK(disk.refused[ticket].detail.contains(QStringLiteral("injected")));
  CHECK(disk.troubles == 1);
  CHECK_FALSE(disk.storage.accepting());
  sql(dir.path(), QStringLiteral("DROP TRIGGER broken"));
  disk.storage.retryNow();
  REQUIRE(QTest::qWaitFor([&] { return disk.recoveries == 1; }, 10'000));
  CHECK(disk.storage.accepting());
  const JobPoints read = disk.history({.job = JobId{1}});
  REQUIRE(read.series.size() == 1);
  CHECK(read.series[0].points.size() == 1);
  disk.waitFor(disk.storage.submit(someJob(3)));
  REQUIRE(disk.storage.close());
  Disk again(dir.path());
  CHECK(again.opened->jobs.size() == 2);  // 1 and 3; nothing of 2
}

TEST_CASE("a short failure is not told to anybody", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  disk.waitFor(disk.storage.submit(someJob(1)));
  sql(dir.path(), QStringLiteral("CREATE TRIGGER broken BEFORE INSERT ON points BEGIN SELECT raise(FAIL, 'injected'); END"));
  disk.storage.append(pointsOf(JobId{1}, QStringLiteral("a"), {{1, 1, 1.0}}));
  REQUIRE(QTest::qWaitFor([&] { return !disk.storage.accepting(); }));
  sql(dir.path(), QStringLiteral("DROP TRIGGER broken"));
  disk.waitFor(disk.storage.submit(someJob(1)));
  CHECK(disk.troubles == 0);
  CHECK(disk.recoveries == 0);
}

TEST_CASE("files that are not ours are refused in a sentence and left as they are", "[storage]") {
  const QTemporaryDir dir;
  const QString path = dir.filePath(QStringLiteral("trainyard.db"));
  const auto refuse = [&](ErrorCode code) {
    const QByteArray before = hashOf(path);
    Disk disk(dir.path());
    REQUIRE(disk.failure);
    CHECK(disk.failure->code == code);
    CHECK(disk.failure->message.contains(path));
    CHECK(hashOf(path) == before);
    CHECK_FALSE(QFile::exists(path + QStringLiteral("-wal")));
  };
  SECTION("garbage") {
    write(path, QByteArray(5000, 'z'));
    refuse(ErrorCode::StorageNotADatabase);
  }
  SECTION("SQLite's header and then garbage") {
    write(path, QByteArray("SQLite format 3\0", 16) + QByteArray(5000, 'z'));
    refuse(ErrorCode::StorageNotADatabase);
  }
  SECTION("somebody else's database") {
    {
      Disk disk(dir.path());
    }
    {
      Database database(QStringLiteral("test"));
      REQUIRE(database.open(path, OpenMode::ReadWrite));
      REQUIRE(database.run(QStringLiteral("PRAGMA application_id = 7")));
      REQUIRE(database.run(QStringLiteral("PRAGMA journal_mode = DELETE")));
    }
    refuse(ErrorCode::StorageNotADatabase);
  }
  SECTION("a newer version's") {
    {
      Disk disk(dir.path());
    }
    {
      Database database(QStringLiteral("test"));
      REQUIRE(database.open(path, OpenMode::ReadWrite));
      REQUIRE(database.run(QStringLiteral("PRAGMA user_version = 99")));
      REQUIRE(database.run(QStringLiteral("PRAGMA journal_mode = DELETE")));
    }
    refuse(ErrorCode::StorageTooNew);
  }
}

TEST_CASE("an empty file becomes a database, a folder in its place is refused", "[storage]") {
  const QTemporaryDir dir;
  write(dir.filePath(QStringLiteral("trainyard.db")), {});
  {
    Disk disk(dir.path());
    CHECK(disk.opened);
  }
  const QTemporaryDir other;
  REQUIRE(QDir(other.path()).mkdir(QStringLiteral("trainyard.db")));
  Disk disk(other.path());
  REQUIRE(disk.failure);
  CHECK(disk.failure->code == ErrorCode::StorageOpen);
}

TEST_CASE("reading only creates nothing", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path(), OpenMode::ReadOnly);
  REQUIRE(disk.opened);
  CHECK(disk.opened->jobs.empty());
  CHECK_FALSE(QFile::exists(dir.filePath(QStringLiteral("trainyard.db"))));
}

TEST_CASE("a copy taken in the middle of the work opens and is whole", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  disk.storage.submit(someJob(1));
  for (qint64 step = 1; step <= 500; ++step)
    disk.storage.append(pointsOf(JobId{1}, QStringLiteral("a"), {{step, step, double(step)}}));
  REQUIRE(QTest::qWaitFor([&] { return disk.batches > 0; }));
  const QTemporaryDir copy;
  for (const char* name : {"trainyard.db", "trainyard.db-wal"})
    QFile::copy(dir.filePath(QLatin1String(name)), copy.filePath(QLatin1String(name)));
  Disk other(copy.path());
  REQUIRE(other.opened);
  REQUIRE(other.opened->jobs.size() == 1);
  const auto series = other.history({.job = JobId{1}}).series;
  REQUIRE(series.size() == 1);
  CHECK(qint64(series[0].points.size()) == other.opened->jobs[0].job.progress.step);
}

TEST_CASE("a database of every earlier version opens", "[storage]") {
  for (int version = 1; version <= newestFormat; ++version) {
    const QTemporaryDir dir;
    REQUIRE(QFile::copy(QStringLiteral(TEST_DATA_DIR "/databases/v%1.db").arg(version), dir.filePath(QStringLiteral("trainyard.db"))));
    QFile(dir.filePath(QStringLiteral("trainyard.db"))).setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    Disk disk(dir.path());
    REQUIRE(disk.opened);
    REQUIRE(disk.opened->jobs.size() == 2);
    CHECK(disk.opened->jobs[1].job.settings.name == QStringLiteral("vit-small"));
    CHECK(disk.history({.job = JobId{1}}).series.size() == 5);
  }
}
