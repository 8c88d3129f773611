// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/metric_table.h"

#include <QSqlError>
#include <QVariant>
#include <algorithm>
#include <cmath>

#include "core/metrics/downsample.h"

namespace trainyard {
namespace {

constexpr qint64 firstStep = std::numeric_limits<qint64>::min();
constexpr qint64 lastStep = std::numeric_limits<qint64>::max();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

QVariant stored(double value) { return std::isnan(value) ? QVariant(QMetaType::fromType<double>()) : QVariant(value); }

double restored(const QVariant& value) { return value.isNull() ? nan : value.toDouble(); }

const QString& summaryColumns() {
  static const QString columns = QStringLiteral(
      "id, tag, count, nan_count, last_step, last_ms, last, min_step, min_ms, min, max_step, max_ms, max");
  return columns;
}

Point pointAt(const QSqlQuery& query, int column) {
  return {query.value(column).toLongLong(), query.value(column + 1).toLongLong(), restored(query.value(column + 2))};
}

SeriesSummary summaryFrom(const QSqlQuery& query) {
  return {query.value(1).toString(), query.value(2).toLongLong(), query.value(3).toLongLong(), pointAt(query, 4),
          pointAt(query, 7), pointAt(query, 10)};
}

/// What was read, unless the rows ended with an error and not with the last one: next() is false for both.
template <typename T>
Result<T> finished(QSqlQuery& query, T read) {
  const bool broken = query.lastError().isValid();
  if (broken) return tl::make_unexpected(errorOf(query, ErrorCode::StorageRead));
  query.finish();
  return read;
}

bool stepBefore(const Point& a, const Point& b) { return a.step < b.step; }

/// The points of a batch that no later one of it overtakes: steps that rise.
std::vector<Point> withoutOvertaken(const std::vector<Point>& points) {
  std::vector<Point> kept;
  kept.reserve(points.size());
  for (const Point& point : points) {
    while (!kept.empty() && kept.back().step >= point.step) kept.pop_back();
    kept.push_back(point);
  }
  return kept;
}

}  // namespace

MetricTable::MetricTable(const Database& database)
    : m_database(database),
      m_find(database, QStringLiteral("SELECT %1 FROM series WHERE job_id = ? AND tag = ?").arg(summaryColumns())),
      m_add(database, QStringLiteral("INSERT INTO series (job_id, tag, count, nan_count, last_step, last_ms, min_step, "
                                     "min_ms, max_step, max_ms) VALUES (?, ?, 0, 0, 0, 0, 0, 0, 0, 0)")),
      m_insert(database, QStringLiteral("INSERT INTO points (series_id, step, wall_ms, value) VALUES (?, ?, ?, ?)")),
      m_cut(database, QStringLiteral("DELETE FROM points WHERE series_id = ? AND step >= ?")),
      m_save(database, QStringLiteral("UPDATE series SET count = ?, nan_count = ?, last_step = ?, last_ms = ?, last = ?, "
                                      "min_step = ?, min_ms = ?, min = ?, max_step = ?, max_ms = ?, max = ? WHERE id = ?")),
      m_select(database, QStringLiteral("SELECT step, wall_ms, value FROM points WHERE series_id = ? AND step BETWEEN ? AND ? "
                                        "ORDER BY step")) {}

MetricTable::~MetricTable() = default;

void MetricTable::forget() { m_known.clear(); }

Result<std::vector<SeriesSummary>> MetricTable::append(const JobPoints& batch) {
  std::vector<SeriesSummary> touched;
  for (const SeriesPoints& part : batch.series) {
    if (part.points.empty()) continue;
    const auto series = seriesOf(batch.job, part.tag);
    if (!series) return tl::make_unexpected(series.error());
    const auto done = appendPoints(**series, part.points).and_then([&] { return saveSummary(**series); });
    if (!done) return tl::make_unexpected(done.error());
    touched.push_back((*series)->summary);
  }
  return touched;
}

Result<MetricTable::Series*> MetricTable::seriesOf(JobId job, const QString& tag) {
  auto& ofJob = m_known[job];
  if (const auto known = ofJob.find(tag); known != ofJob.end()) return &known.value();
  auto series = findSeries(job, tag);
  if (!series) return tl::make_unexpected(series.error());
  if (series->id == 0) series = addSeries(job, tag);
  if (!series) return tl::make_unexpected(series.error());
  return &ofJob.insert(tag, *series).value();
}

Result<MetricTable::Series> MetricTable::findSeries(JobId job, const QString& tag) {
  const auto query = m_find.run({job.value, tag});
  if (!query) return tl::make_unexpected(query.error());
  Series series;
  if ((*query)->next()) series = {(*query)->value(0).toLongLong(), summaryFrom(**query), {}};
  return finished(**query, std::move(series));
}

Result<MetricTable::Series> MetricTable::addSeries(JobId job, const QString& tag) {
  const auto query = m_add.run({job.value, tag});
  if (!query) return tl::make_unexpected(query.error());
  Series series{(*query)->lastInsertId().toLongLong(), {}, {}};
  series.summary.tag = tag;
  return series;
}

Result<void> MetricTable::appendPoints(Series& series, const std::vector<Point>& points) {
  std::vector<Point> kept = withoutOvertaken(points);
  // Every point overtakes what is at rest from its own step on, a point that is overtaken itself as well.
  const qint64 lowest = std::min_element(points.begin(), points.end(), stepBefore)->step;
  if (series.summary.count > 0 && lowest <= series.summary.last.step)
    if (const auto done = supersede(series, lowest); !done) return done;
  for (const Point& point : kept) {
    const auto done = m_insert.run({series.id, point.step, point.wallMs, stored(point.value)});
    if (!done) return tl::make_unexpected(done.error());
  }
  const Point last = kept.back();
  kept.pop_back();
  extend(series.summary, kept);
  series.withoutLast = series.summary;
  extend(series.summary, {last});
  return {};
}

Result<void> MetricTable::supersede(Series& series, qint64 fromStep) {
  if (const auto done = m_cut.run({series.id, fromStep}); !done) return tl::make_unexpected(done.error());
  const auto& before = series.withoutLast;
  if (before && (before->count == 0 || before->last.step < fromStep)) {
    series.summary = *before;
    return {};
  }
  auto summary = summarize(series);
  if (!summary) return tl::make_unexpected(summary.error());
  series.summary = std::move(*summary);
  return {};
}

/// Walks through what is left of a series, however long, without holding it in memory.
Result<SeriesSummary> MetricTable::summarize(const Series& series) {
  const auto query = m_select.run({series.id, firstStep, lastStep});
  if (!query) return tl::make_unexpected(query.error());
  SeriesSummary summary;
  summary.tag = series.summary.tag;
  std::vector<Point> one(1);
  while ((*query)->next()) {
    one[0] = pointAt(**query, 0);
    extend(summary, one);
  }
  return finished(**query, std::move(summary));
}

Result<void> MetricTable::saveSummary(const Series& series) {
  const SeriesSummary& s = series.summary;
  return m_save
      .run({s.count, s.nanCount, s.last.step, s.last.wallMs, stored(s.last.value), s.min.step, s.min.wallMs,
            stored(s.min.value), s.max.step, s.max.wallMs, stored(s.max.value), series.id})
      .map([](const QSqlQuery*) {});
}

Result<JobPoints> MetricTable::read(const SeriesQuery& query) {
  QSqlQuery list = m_database.query();
  list.prepare(QStringLiteral("SELECT id, tag FROM series WHERE job_id = ? ORDER BY tag"));
  list.addBindValue(query.job.value);
  if (const auto done = execute(list, ErrorCode::StorageRead); !done) return tl::make_unexpected(done.error());
  JobPoints result{query.job, {}, {}};
  while (list.next()) {
    const QString tag = list.value(1).toString();
    if (!query.tags.isEmpty() && !query.tags.contains(tag)) continue;
    auto all = points(list.value(0).toLongLong(), query.fromStep, query.toStep);
    if (!all) return tl::make_unexpected(all.error());
    if (query.pixelWidth > 0) *all = minMaxPerColumn(*all, query.fromStep, query.toStep, query.pixelWidth);
    result.series.push_back({tag, std::move(*all)});
  }
  return finished(list, std::move(result));
}

Result<std::vector<Point>> MetricTable::points(qint64 series, qint64 fromStep, qint64 toStep) {
  const auto query = m_select.run({series, fromStep, toStep}, ErrorCode::StorageRead);
  if (!query) return tl::make_unexpected(query.error());
  std::vector<Point> points;
  while ((*query)->next()) points.push_back(pointAt(**query, 0));
  return finished(**query, std::move(points));
}

Result<std::vector<JobSummaries>> MetricTable::summaries() {
  QSqlQuery query = m_database.query();
  query.setForwardOnly(true);
  query.prepare(QStringLiteral("SELECT %1, job_id FROM series ORDER BY job_id DESC, tag").arg(summaryColumns()));
  if (const auto done = execute(query, ErrorCode::StorageRead); !done) return tl::make_unexpected(done.error());
  constexpr int jobColumn = 13;
  std::vector<JobSummaries> all;
  while (query.next()) {
    const JobId job{query.value(jobColumn).toLongLong()};
    if (all.empty() || all.back().job != job) all.push_back({job, {}});
    all.back().series.push_back(summaryFrom(query));
  }
  return finished(query, std::move(all));
}

}  // namespace trainyard
