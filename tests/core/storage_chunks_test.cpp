// SPDX-License-Identifier: GPL-3.0-or-later
// Points in chunks and rows are one series, whatever comes in whatever order.
#include <QRandomGenerator>
#include <bit>

#include "core/metrics/downsample.h"
#include "core/metrics/smoothing.h"
#include "core/storage/chunk_table.h"
#include "core/storage/metric_table.h"
#include "core/storage/store_check.h"
#include "tests/core/storage_support.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

const QString tag = QStringLiteral("train/loss");

/// Bit for bit, NaN payloads aside.
bool exact(const std::vector<Point>& a, const std::vector<Point>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Point& x, const Point& y) {
    const bool sameValue = std::bit_cast<quint64>(x.value) == std::bit_cast<quint64>(y.value) || (std::isnan(x.value) && std::isnan(y.value));
    return x.step == y.step && x.wallMs == y.wallMs && sameValue;
  });
}

double randomValue(QRandomGenerator& random) {
  switch (random.bounded(60)) {
    case 0: return notANumber;
    case 1: return infinity;
    case 2: return -infinity;
    case 3: return -0.0;
    case 4: return 1e-310;
    default: return double(float(random.generateDouble() - 0.3));
  }
}

/// A table on a database of its own, and what it should hold.
struct Bench {
  QTemporaryDir dir;
  Database database{QStringLiteral("bench")};
  std::unique_ptr<MetricTable> table;
  std::vector<Point> model;

  Bench() {
    REQUIRE(database.open(databaseIn(dir.path()), OpenMode::ReadWrite));
    REQUIRE(database.run(QStringLiteral(
        "INSERT INTO jobs (id, name, model, dataset, source, epochs, learning_rate, batch_size, seed, steps_per_epoch, parameters, command_line, "
        "working_directory, environment, pattern, status, end_kind, end_code, reason, created_ms, started_ms, ended_ms, deleted_ms, step, total_steps, epoch) "
        "VALUES (1, 'n', 'm', '', 'simulated', 1, 0.1, 0, 0, 1, '[]', '', '', '[]', '', 'running', 'none', 0, '', 1, 1, 0, 0, 0, 0, 0)")));
    table = std::make_unique<MetricTable>(database);
  }
  /// What the header of MetricStore promises, the slow way.
  void expect(const std::vector<Point>& points) {
    for (const Point& point : points) {
      while (!model.empty() && model.back().step >= point.step) model.pop_back();
      model.push_back(point);
    }
  }
  SeriesSummary append(const std::vector<Point>& points) {
    expect(points);
    REQUIRE(database.begin());
    const auto touched = table->append({JobId{1}, {{tag, points}}, {}});
    REQUIRE(touched);
    REQUIRE(database.commit());
    return touched->front();
  }
  SeriesPoints read(SeriesQuery query = {}) {
    query.job = JobId{1};
    const auto points = table->read(query);
    REQUIRE(points);
    REQUIRE(points->series.size() == 1);
    return points->series[0];
  }
  qint64 count(const char* what) { return *database.number(QString::fromLatin1(what)); }
};

std::vector<Point> noise(qint64 from, qint64 to, QRandomGenerator& random) {
  std::vector<Point> points;
  for (qint64 step = from; step < to; ++step) points.push_back({step, 1'790'000'000'000 + step * 100 + random.bounded(40), randomValue(random)});
  return points;
}

}  // namespace

TEST_CASE("any batches, restarts and repeated steps among them, are read back as they should be", "[storage][chunks]") {
  for (quint32 seed = 1; seed <= 12; ++seed) {
    QRandomGenerator random(seed);
    Bench bench;
    qint64 next = random.bounded(5);
    SeriesSummary last;
    for (int batch = 0; batch < 60; ++batch) {
      if (random.bounded(6) == 0) next = std::max<qint64>(0, next - random.bounded(1, 900));  // a restart
      const int size = random.bounded(10) == 0 ? random.bounded(1, 9'000) : random.bounded(1, 300);
      auto points = noise(next, next + size, random);
      if (random.bounded(4) == 0) points.push_back(points.back());  // a step that is told twice
      last = bench.append(points);
      next += size;
    }
    INFO("seed " << seed);
    REQUIRE(exact(bench.read().points, bench.model));
    SeriesSummary whole;
    whole.tag = tag;
    extend(whole, bench.model);
    CHECK(same(last, whole));
    CHECK(bench.count("SELECT count(*) FROM points") < MetricTable::sealAt);
    CHECK(bench.count("SELECT count(*) FROM chunk_data") == bench.count("SELECT count(*) FROM chunks"));
    bench.table.reset();
    bench.database.close();
    const auto report = checkStore(databaseIn(bench.dir.path()));
    REQUIRE(report);
    CHECK(report->problems == QStringList());
    CHECK(report->points == qint64(bench.model.size()));
  }
}

TEST_CASE("single points become chunks, few of them, and full ones in the end", "[storage][chunks]") {
  QRandomGenerator random(7);
  Bench bench;
  for (const Point& point : noise(0, 40'000, random)) bench.append({point});
  CHECK(exact(bench.read().points, bench.model));
  CHECK(bench.count("SELECT count(*) FROM chunks WHERE count = 16384") == 2);
  CHECK(bench.count("SELECT count(*) FROM chunks") < 20);
}

TEST_CASE("a range of steps is what lies in it, wherever chunks begin", "[storage][chunks]") {
  QRandomGenerator random(9);
  Bench bench;
  bench.append(noise(0, 20'000, random));
  bench.append(noise(30'000, 30'100, random));
  for (int round = 0; round < 60; ++round) {
    const qint64 from = random.bounded(31'000);
    const qint64 to = from + random.bounded(12'000);
    std::vector<Point> expected;
    for (const Point& point : bench.model)
      if (point.step >= from && point.step <= to) expected.push_back(point);
    REQUIRE(exact(bench.read({.fromStep = from, .toStep = to}).points, expected));
  }
}

TEST_CASE("what a chart is given has the true minimum and maximum of every pixel column", "[storage][chunks]") {
  for (quint32 seed = 1; seed <= 4; ++seed) {
    QRandomGenerator random(seed);
    Bench bench;
    qint64 step = 0;
    std::vector<Point> points;
    for (int i = 0; i < 70'000; ++i) {
      step += random.bounded(1, 4);
      points.push_back({step, step * 10, seed % 2 == 0 ? randomValue(random) : random.generateDouble()});
    }
    bench.append(points);
    for (int round = 0; round < 60; ++round) {
      const double from = random.bounded(double(step));
      const double to = from + 1.0 + random.bounded(double(step));
      const PixelColumns columns{from, to, random.bounded(1, 1'500)};
      SeriesQuery query{.fromStep = qint64(std::ceil(from)), .toStep = qint64(std::floor(to)), .columns = columns, .withTimes = round % 2 == 0};
      const auto reduced = bench.read(query).points;
      std::map<int, std::pair<double, double>> expected;
      std::map<int, std::pair<double, double>> given;
      const auto note = [&](std::map<int, std::pair<double, double>>& into, const Point& point) {
        if (!std::isfinite(point.value) || point.step < query.fromStep || point.step > query.toStep) return;
        const auto at = into.try_emplace(columns.columnOf(double(point.step)), point.value, point.value).first;
        at->second = {std::min(at->second.first, point.value), std::max(at->second.second, point.value)};
      };
      for (const Point& point : bench.model) note(expected, point);
      for (const Point& point : reduced) note(given, point);
      INFO("seed " << seed << " round " << round);
      REQUIRE(given == expected);
      REQUIRE(reduced.size() <= size_t(columns.count) * 5 + 2);
    }
  }
}

TEST_CASE("smoothing over chunks is TensorBoard's, exact where points are read and near where summaries do", "[storage][chunks]") {
  QRandomGenerator random(4);
  Bench bench;
  std::vector<Point> points;
  for (qint64 i = 0; i < 100'000; ++i) points.push_back({i, i, 1.0 / (1.0 + double(i) / 9'000) + random.generateDouble() * 0.1});
  bench.append(points);
  std::vector<double> values;
  for (const Point& point : points) values.push_back(point.value);
  for (const double weight : {0.6, 0.99}) {
    const auto whole = smoothed(values, weight);
    const auto meanOf = [&](const PixelColumns& columns, int column, qint64 from, qint64 to) {
      double sum = 0;
      int count = 0;
      for (qint64 i = from; i <= to; ++i)
        if (columns.columnOf(double(i)) == column) sum += whole[size_t(i)], ++count;
      return sum / count;
    };
    const auto check = [&](qint64 from, qint64 to, int count, double bound) {
      const PixelColumns columns = columnsBetween(from, to, count);
      const SeriesPoints read = bench.read({.fromStep = from, .toStep = to, .columns = columns, .smoothing = weight});
      REQUIRE(read.smoothed.size() == read.points.size());
      for (size_t i = 0; i < read.points.size(); i += 7) {
        const double expected = meanOf(columns, columns.columnOf(double(read.points[i].step)), from, to);
        REQUIRE(std::abs(read.smoothed[i] - expected) <= bound);
      }
    };
    check(0, 99'999, 300, 1e-9);       // every chunk lies in many columns: all is read
    check(61'234, 63'999, 200, 2e-5);  // the average before the range is warmed up
    const double most = weight / (1.0 - weight) * 1.1 / double(ChunkTable::fullChunk);
    check(0, 99'999, 2, most);         // chunks by their summaries
  }
}

TEST_CASE("what is damaged is found and named", "[storage][chunks]") {
  QRandomGenerator random(5);
  Bench bench;
  bench.append(noise(0, 40'000, random));
  bench.table.reset();
  REQUIRE(bench.database.run(QStringLiteral("UPDATE chunk_data SET data = substr(data, 1, 200) || x'FF' || substr(data, 202) WHERE id = 2")));
  REQUIRE(bench.database.run(QStringLiteral("UPDATE chunks SET max = max + 1 WHERE data_id = 1")));
  REQUIRE(bench.database.run(QStringLiteral("UPDATE series SET count = count + 3")));
  REQUIRE(bench.database.run(QStringLiteral("INSERT INTO chunk_data (id, data) VALUES (99, x'00')")));
  bench.database.close();
  const auto report = checkStore(databaseIn(bench.dir.path()));
  REQUIRE(report);
  REQUIRE(report->problems.size() == 4);
  CHECK(report->problems[0] == QStringLiteral("1 chunks belong to no series."));
  CHECK(report->problems[1].contains(QStringLiteral("the summary of the chunk from step 0 is not that of its points")));
  CHECK(report->problems[2].contains(QStringLiteral("the chunk from step 16384 cannot be read")));
  CHECK(report->problems[3].contains(QStringLiteral("tells 40003 points, and it has 40000")));
}

TEST_CASE("what belongs to nothing is found, and a part that cannot be read does not hide the rest", "[storage][chunks]") {
  QRandomGenerator random(5);
  Bench bench;
  bench.append(noise(0, 2'000, random));
  bench.table.reset();
  for (const char* statement : {"PRAGMA foreign_keys = OFF", "INSERT INTO points VALUES (999, 1, 1, 1.0)", "ALTER TABLE series RENAME COLUMN tag TO label"})
    REQUIRE(bench.database.run(QString::fromLatin1(statement)));
  bench.database.close();
  const auto report = checkStore(databaseIn(bench.dir.path()));
  REQUIRE(report);
  REQUIRE(report->problems.size() == 2);
  CHECK(report->problems[0] == QStringLiteral("1 rows of the table points belong to nothing."));
  CHECK(report->problems[1].startsWith(QStringLiteral("The rest could not be checked: ")));
}

TEST_CASE("the space of a removed job goes back to the file system", "[storage][chunks]") {
  const QTemporaryDir dir;
  {
    Disk disk(dir.path());
    disk.storage.submit(someJob(1));
    std::vector<Point> points;
    QRandomGenerator random(6);
    for (qint64 i = 0; i < 400'000; ++i) points.push_back({i, random.bounded(1'000'000), random.generateDouble()});
    disk.storage.append(pointsOf(JobId{1}, tag, std::move(points)));
    disk.waitFor(disk.storage.submit(someJob(1)));
    REQUIRE(disk.storage.close());
  }
  const qint64 before = QFileInfo(databaseIn(dir.path())).size();
  CHECK(before > 3'000'000);
  Disk disk(dir.path());
  disk.waitFor(disk.storage.submitRemoval(someJob(1)));
  REQUIRE(disk.storage.close());
  CHECK(QFileInfo(databaseIn(dir.path())).size() < 200'000);
}

TEST_CASE("rows of an older format become chunks, once", "[storage][chunks]") {
  QRandomGenerator random(8);
  Bench bench;
  bench.append(noise(0, 200, random));
  auto more = noise(200, 3'000, random);
  bench.expect(more);
  for (const Point& point : more) {  // as the older format kept them
    QSqlQuery insert = bench.database.query();
    insert.prepare(QStringLiteral("INSERT INTO points VALUES (1, ?, ?, ?)"));
    insert.addBindValue(point.step);
    insert.addBindValue(point.wallMs);
    insert.addBindValue(storedValue(point.value));
    REQUIRE(execute(insert));
  }
  REQUIRE(bench.database.run(QStringLiteral("INSERT INTO unsealed VALUES (1)")));
  bench.table->forget();
  REQUIRE(bench.database.begin());
  REQUIRE(bench.table->sealOldSeries() == true);
  REQUIRE(bench.table->sealOldSeries() == false);
  REQUIRE(bench.database.commit());
  CHECK(bench.count("SELECT count(*) FROM points") == 0);
  CHECK(exact(bench.read().points, bench.model));
}
