// SPDX-License-Identifier: GPL-3.0-or-later
#include <QRandomGenerator>

#include "tests/core/storage_support.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

/// The rule of restarts, said as simply as it can be: a point removes all that is not before it, then is added.
class NaiveSeries {
 public:
  void add(const Point& point) {
    m_points.erase(m_points.lower_bound(point.step), m_points.end());
    m_points[point.step] = point;
  }
  [[nodiscard]] std::vector<Point> points() const {
    std::vector<Point> points;
    for (const auto& [step, point] : m_points) points.push_back(point);
    return points;
  }
  [[nodiscard]] SeriesSummary summary(const QString& tag) const {
    SeriesSummary summary;
    summary.tag = tag;
    extend(summary, points());
    return summary;
  }

 private:
  std::map<qint64, Point> m_points;
};

double someValue(QRandomGenerator& random) {
  switch (random.bounded(12)) {
    case 0: return notANumber;
    case 1: return infinity;
    case 2: return -infinity;
    case 3: return 0.5;  // equal extremes: the first one counts
    default: return random.generateDouble() - 0.5;
  }
}

/// Mostly steps that rise; some told twice, some small steps back, now and then a restart from anywhere.
std::vector<Point> someBatch(QRandomGenerator& random, qint64& step, qint64 round) {
  std::vector<Point> points;
  const int count = 1 + random.bounded(12);
  for (int i = 0; i < count; ++i) {
    const int dice = random.bounded(40);
    if (dice == 0)
      step = random.bounded(80);
    else
      step = std::max<qint64>(0, step + (dice < 5 ? 0 : dice < 8 ? -random.bounded(5) : 1 + random.bounded(4)));
    points.push_back({step, round * 1000 + i, someValue(random)});
  }
  return points;
}

}  // namespace

TEST_CASE("exact values, NaN and the infinities survive", "[storage]") {
  const QTemporaryDir dir;
  const QString tag = QStringLiteral("train/Verlust ☃");
  const std::vector<Point> points{{0, 10, 0.1},        {2, 20, notANumber}, {3, 30, infinity}, {4, 40, -infinity},
                                  {5, 50, 4.9e-324},   {6, 60, 1.7e308},    {7, 70, -0.5},     {8, 80, 0.1f},
                                  {1LL << 60, 1, 1e16 + 2}};
  {
    Disk disk(dir.path());
    disk.storage.submit(someJob(1));
    disk.storage.append(pointsOf(JobId{1}, tag, points));
    REQUIRE(disk.storage.close());  // and what waits is written
  }
  Disk again(dir.path());
  const auto read = again.points(JobId{1}, tag);
  CHECK(same(read, points));
  REQUIRE(again.opened->jobs[0].series.size() == 1);
  SeriesSummary expected;
  expected.tag = tag;
  extend(expected, points);
  CHECK(same(again.opened->jobs[0].series[0], expected));
  CHECK(again.opened->jobs[0].job.progress.step == (1LL << 60));
}

TEST_CASE("a series of NaN alone has no extremes", "[storage]") {
  const QTemporaryDir dir;
  {
    Disk disk(dir.path());
    disk.storage.submit(someJob(1));
    disk.storage.append(pointsOf(JobId{1}, QStringLiteral("a"), {{1, 1, notANumber}, {2, 2, infinity}, {3, 3, notANumber}}));
    REQUIRE(disk.storage.close());
  }
  Disk again(dir.path());
  const SeriesSummary summary = again.opened->jobs[0].series[0];
  CHECK(summary.count == 3);
  CHECK(summary.nanCount == 2);
  CHECK(std::isnan(summary.last.value));
  CHECK(std::isnan(summary.min.value));
  CHECK(std::isnan(summary.max.value));
}

TEST_CASE("any order of steps leaves what the rule of restarts says, points and summaries", "[storage]") {
  const QTemporaryDir dir;
  QRandomGenerator random(11);
  std::map<std::pair<JobId, QString>, NaiveSeries> model;
  std::map<std::pair<JobId, QString>, qint64> steps;
  const QStringList tags{QStringLiteral("train/loss"), QStringLiteral("val/loss")};
  auto disk = std::make_unique<Disk>(dir.path());
  disk->storage.submit(someJob(1));
  disk->storage.submit(someJob(2));
  for (int round = 0; round < 400; ++round) {
    JobPoints batch{JobId{1 + random.bounded(2)}, {}, {}};
    for (const QString& tag : tags) {
      if (random.bounded(3) == 0) continue;
      const std::pair key{batch.job, tag};
      batch.series.push_back({tag, someBatch(random, steps[key], round)});
      for (const Point& point : batch.series.back().points) model[key].add(point);
    }
    disk->storage.append(batch);
    if (round % 7 == 0) disk->waitFor(disk->storage.submit(someJob(1)));
    if (round % 40 != 39) continue;
    disk->waitFor(disk->storage.submit(someJob(1)));
    for (const auto& [key, series] : model) {
      INFO("round " << round << ", " << key.second.toStdString() << " of job " << key.first.value);
      CHECK(same(disk->points(key.first, key.second), series.points()));
      CHECK(same(disk->summaries[key], series.summary(key.second)));
    }
    if (round % 80 != 79) continue;
    REQUIRE(disk->storage.close());  // what is remembered of a series is read anew
    disk = std::make_unique<Disk>(dir.path());
    for (const StoredJob& job : disk->opened->jobs)
      for (const SeriesSummary& summary : job.series) {
        CHECK(same(summary, model[{job.job.id, summary.tag}].summary(summary.tag)));
        disk->summaries[{job.job.id, summary.tag}] = summary;
      }
  }
}

TEST_CASE("a step that is told again replaces the first telling", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  const JobId job{1};
  const QString tag = QStringLiteral("a");
  disk.storage.submit(someJob(1));
  disk.storage.append(pointsOf(job, tag, {{1, 1, 5.0}, {2, 2, 1.0}, {2, 3, 9.0}}));
  disk.waitFor(disk.storage.submit(someJob(1)));
  CHECK(same(disk.points(job, tag), {{1, 1, 5.0}, {2, 3, 9.0}}));
  CHECK(disk.summaries[{job, tag}].min.value == 5.0);
  disk.storage.append(pointsOf(job, tag, {{2, 4, 3.0}}));
  disk.waitFor(disk.storage.submit(someJob(1)));
  CHECK(same(disk.points(job, tag), {{1, 1, 5.0}, {2, 4, 3.0}}));
  CHECK(disk.summaries[{job, tag}].max.value == 5.0);
  CHECK(disk.summaries[{job, tag}].count == 2);
}

TEST_CASE("one batch may name a series more than once", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  const QString tag = QStringLiteral("a");
  disk.storage.submit(someJob(1));
  disk.storage.append({JobId{1}, {{tag, {{1, 1, 1.0}, {3, 3, 3.0}}}, {tag, {}}, {tag, {{2, 2, 2.0}}}}, {}});
  disk.waitFor(disk.storage.submit(someJob(1)));
  CHECK(same(disk.points(JobId{1}, tag), {{1, 1, 1.0}, {2, 2, 2.0}}));
  CHECK(disk.summaries[{JobId{1}, tag}].count == 2);
}

TEST_CASE("an epoch that is not a number does not stop the points that come with it", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  disk.storage.submit(someJob(1));
  JobPoints points = pointsOf(JobId{1}, QStringLiteral("a"), {{1, 1, 1.0}});
  points.progress.epoch = notANumber;
  disk.storage.append(points);
  disk.waitFor(disk.storage.submit(someJob(1)));
  CHECK(disk.points(JobId{1}, QStringLiteral("a")).size() == 1);
}

TEST_CASE("a range is read at full resolution", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  disk.storage.submit(someJob(1));
  std::vector<Point> points;
  for (qint64 step = 1; step <= 5000; ++step) points.push_back({step, step, std::sin(double(step) * 0.37)});
  disk.storage.append(pointsOf(JobId{1}, QStringLiteral("a"), points));
  disk.storage.append(pointsOf(JobId{1}, QStringLiteral("b"), {{1, 1, 1.0}}));
  disk.waitFor(disk.storage.submit(someJob(1)));
  CHECK(disk.history({.job = JobId{1}}).series.size() == 2);
  const auto part = disk.history({.job = JobId{1}, .tags = {"a"}, .fromStep = 100, .toStep = 200}).series;
  REQUIRE(part.size() == 1);
  CHECK(same(part[0].points, {points.begin() + 99, points.begin() + 200}));
  CHECK(disk.history({.job = JobId{1}, .tags = {"none"}}).series.empty());
  CHECK(disk.history({.job = JobId{9}}).series.empty());
}

TEST_CASE("read at a pixel width, every column has the extremes that it has at full resolution", "[storage]") {
  const QTemporaryDir dir;
  Disk disk(dir.path());
  disk.storage.submit(someJob(1));
  QRandomGenerator random(5);
  std::vector<Point> points;
  qint64 step = 0;
  for (int i = 0; i < 4000; ++i) {
    step += 1 + random.bounded(3);
    points.push_back({step, step, random.bounded(50) == 0 ? notANumber : random.generateDouble()});
  }
  points[2500].value = 77.0;
  disk.storage.append(pointsOf(JobId{1}, QStringLiteral("a"), points));
  disk.waitFor(disk.storage.submit(someJob(1)));
  const int width = GENERATE(1, 7, 50, 333);
  const qint64 from = GENERATE(0, 1000);
  const qint64 to = GENERATE(5000, 100'000);
  const SeriesQuery wide{.job = JobId{1}, .tags = {"a"}, .fromStep = from, .toStep = to, .pixelWidth = 0};
  SeriesQuery narrow = wide;
  narrow.pixelWidth = width;
  const auto all = disk.history(wide).series[0].points;
  const auto few = disk.history(narrow).series[0].points;
  REQUIRE_FALSE(all.empty());
  CHECK(few.size() <= size_t(3 * width + 2));
  // The columns of the contract: the asked range, cut to the extent of the series, in equal parts.
  const double start = double(all.front().step);
  const double extent = double(all.back().step) - start + 1.0;
  const auto columns = [&](const std::vector<Point>& read) {
    std::map<int, SeriesSummary> summaries;
    for (const Point& point : read) extend(summaries[int((double(point.step) - start) / extent * width)], {point});
    return summaries;
  };
  const auto expected = columns(all);
  auto read = columns(few);
  for (const auto& [column, summary] : expected) {
    INFO("column " << column);
    CHECK(same(read[column].min.value, summary.min.value));
    CHECK(same(read[column].max.value, summary.max.value));
    CHECK((read[column].nanCount > 0) == (summary.nanCount > 0));
  }
}
