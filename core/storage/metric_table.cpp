// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/metric_table.h"

#include <QVariant>
#include <cmath>

#include "core/metrics/downsample.h"

namespace trainyard {
namespace {

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

}  // namespace

MetricTable::MetricTable(const Database& database) : m_database(database) {}

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

Result<MetricTable::Series> MetricTable::findSeries(JobId job, const QString& tag) const {
  QSqlQuery query = m_database.query();
  query.prepare(QStringLiteral("SELECT %1 FROM series WHERE job_id = ? AND tag = ?").arg(summaryColumns()));
  query.addBindValue(job.value);
  query.addBindValue(tag);
  if (const auto done = execute(query); !done) return tl::make_unexpected(done.error());
  if (!query.next()) return Series{};
  return Series{query.value(0).toLongLong(), summaryFrom(query)};
}

Result<MetricTable::Series> MetricTable::addSeries(JobId job, const QString& tag) const {
  QSqlQuery query = m_database.query();
  query.prepare(QStringLiteral("INSERT INTO series (job_id, tag, count, nan_count, last_step, last_ms, min_step, min_ms, "
                               "max_step, max_ms) VALUES (?, ?, 0, 0, 0, 0, 0, 0, 0, 0)"));
  query.addBindValue(job.value);
  query.addBindValue(tag);
  if (const auto done = execute(query); !done) return tl::make_unexpected(done.error());
  Series series{query.lastInsertId().toLongLong(), {}};
  series.summary.tag = tag;
  return series;
}

Result<void> MetricTable::appendPoints(Series& series, const std::vector<Point>& points) {
  for (const Point& point : points) {
    if (series.summary.count > 0 && point.step <= series.summary.last.step)
      if (const auto done = supersede(series, point.step); !done) return done;
    if (const auto done = insert(series.id, point); !done) return done;
    extend(series.summary, {point});
  }
  return {};
}

Result<void> MetricTable::supersede(Series& series, qint64 fromStep) {
  QSqlQuery query = m_database.query();
  query.prepare(QStringLiteral("DELETE FROM points WHERE series_id = ? AND step >= ?"));
  query.addBindValue(series.id);
  query.addBindValue(fromStep);
  if (const auto done = execute(query); !done) return done;
  const auto rest = points(series.id, 0, fromStep);
  if (!rest) return tl::make_unexpected(rest.error());
  SeriesSummary summary;
  summary.tag = series.summary.tag;
  extend(summary, *rest);
  series.summary = summary;
  return {};
}

Result<void> MetricTable::insert(qint64 series, const Point& point) {
  if (m_insert == nullptr) {
    m_insert = std::make_unique<QSqlQuery>(m_database.query());
    m_insert->prepare(QStringLiteral("INSERT INTO points (series_id, step, wall_ms, value) VALUES (?, ?, ?, ?)"));
  }
  m_insert->bindValue(0, series);
  m_insert->bindValue(1, point.step);
  m_insert->bindValue(2, point.wallMs);
  m_insert->bindValue(3, stored(point.value));
  return execute(*m_insert);
}

Result<void> MetricTable::saveSummary(const Series& series) const {
  const SeriesSummary& s = series.summary;
  QSqlQuery query = m_database.query();
  query.prepare(QStringLiteral("UPDATE series SET count = ?, nan_count = ?, last_step = ?, last_ms = ?, last = ?, min_step = ?, "
                               "min_ms = ?, min = ?, max_step = ?, max_ms = ?, max = ? WHERE id = ?"));
  for (const QVariant& value :
       QVariantList{s.count, s.nanCount, s.last.step, s.last.wallMs, stored(s.last.value), s.min.step, s.min.wallMs,
                    stored(s.min.value), s.max.step, s.max.wallMs, stored(s.max.value), series.id})
    query.addBindValue(value);
  return execute(query);
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
  return result;
}

Result<std::vector<Point>> MetricTable::points(qint64 series, qint64 fromStep, qint64 toStep) const {
  QSqlQuery query = m_database.query();
  query.setForwardOnly(true);
  query.prepare(QStringLiteral("SELECT step, wall_ms, value FROM points WHERE series_id = ? AND step BETWEEN ? AND ? ORDER BY step"));
  query.addBindValue(series);
  query.addBindValue(fromStep);
  query.addBindValue(toStep);
  if (const auto done = execute(query, ErrorCode::StorageRead); !done) return tl::make_unexpected(done.error());
  std::vector<Point> points;
  while (query.next()) points.push_back(pointAt(query, 0));
  return points;
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
  return all;
}

}  // namespace trainyard
