// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/metric_table.h"

#include <QSqlError>
#include <QVariant>
#include <algorithm>
#include <cmath>

#include "core/base/side_by_side.h"
#include "core/metrics/chunk_summary.h"

namespace trainyard {
namespace {

constexpr qint64 firstStep = std::numeric_limits<qint64>::min();
constexpr qint64 lastStep = std::numeric_limits<qint64>::max();
constexpr int mostSmallChunks = 16;
constexpr size_t mostSealed = 512;  ///< chunks that wait to be packed
constexpr size_t mostSealedPoints = 1 << 20;
constexpr size_t packAt = 32;  ///< points of one batch that are written faster as a chunk than as rows

const QString& summaryColumns() {
  static const QString columns = QStringLiteral(
      "id, tag, count, nan_count, last_step, last_ms, last, min_step, min_ms, min, max_step, max_ms, max");
  return columns;
}

Point pointAt(const QSqlQuery& query, int column) {
  return {query.value(column).toLongLong(), query.value(column + 1).toLongLong(), restoredValue(query.value(column + 2))};
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

bool stepsRise(std::span<const Point> points) {
  return std::adjacent_find(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.step >= b.step; }) == points.end();
}

/// The points of a batch that no later one of it overtakes: steps that rise.
std::vector<Point> withoutOvertaken(std::span<const Point> points) {
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
      m_chunks(database),
      m_reader(database),
      m_find(database, QStringLiteral("SELECT %1 FROM series WHERE job_id = ?").arg(summaryColumns())),
      m_add(database, QStringLiteral("INSERT INTO series (job_id, tag, count, nan_count, last_step, last_ms, min_step, "
                                     "min_ms, max_step, max_ms) VALUES (?, ?, 0, 0, 0, 0, 0, 0, 0, 0)")),
      m_insert(database, QStringLiteral("INSERT INTO points (series_id, step, wall_ms, value) VALUES (?, ?, ?, ?)")),
      m_cut(database, QStringLiteral("DELETE FROM points WHERE series_id = ? AND step >= ?")),
      m_count(database, QStringLiteral("SELECT count(*) FROM points WHERE series_id = ?")),
      m_save(database, QStringLiteral("UPDATE series SET count = ?, nan_count = ?, last_step = ?, last_ms = ?, last = ?, "
                                      "min_step = ?, min_ms = ?, min = ?, max_step = ?, max_ms = ?, max = ? WHERE id = ?")) {}

MetricTable::~MetricTable() = default;

void MetricTable::forget() {
  m_known.clear();
  m_sealed.clear();
  m_sealedPoints = 0;
  m_held.clear();
}

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
  if (const auto done = writeSealed(); !done) return tl::make_unexpected(done.error());
  return touched;
}

Result<MetricTable::Series*> MetricTable::seriesOf(JobId job, const QString& tag) {
  if (!m_known.contains(job))
    if (const auto learned = learnSeries(job); !learned) return tl::make_unexpected(learned.error());
  auto& ofJob = m_known[job];
  if (const auto known = ofJob.find(tag); known != ofJob.end()) return &known.value();
  const auto series = addSeries(job, tag);
  if (!series) return tl::make_unexpected(series.error());
  return &ofJob.insert(tag, *series).value();
}

/// All at once: a run may begin with thousands of series, and none of them is there.
Result<void> MetricTable::learnSeries(JobId job) {
  const auto query = m_find.run({job.value}, ErrorCode::StorageRead);
  if (!query) return tl::make_unexpected(query.error());
  QHash<QString, Series> all;
  while ((*query)->next()) {
    Series series{(*query)->value(0).toLongLong(), summaryFrom(**query), {}, {}};
    const QString tag = series.summary.tag;
    all.insert(tag, std::move(series));
  }
  return finished(**query, std::move(all)).map([&](QHash<QString, Series>&& read) { m_known.insert(job, std::move(read)); });
}

Result<MetricTable::Series> MetricTable::addSeries(JobId job, const QString& tag) {
  const auto query = m_add.run({job.value, tag});
  if (!query) return tl::make_unexpected(query.error());
  Series series{(*query)->lastInsertId().toLongLong(), {}, {}, Tail{}};
  series.summary.tag = tag;
  return series;
}

Result<void> MetricTable::appendPoints(Series& series, std::span<const Point> points) {
  const bool waits = std::any_of(m_sealed.begin(), m_sealed.end(), [&series](const Sealed& one) { return one.series == series.id; });
  if (waits || m_sealed.size() >= mostSealed || m_sealedPoints >= mostSealedPoints)
    if (const auto done = writeSealed(); !done) return done;
  const bool rise = stepsRise(points);
  const std::span<const Point> kept = rise ? points : m_held.emplace_back(withoutOvertaken(points));
  // Every point overtakes what is at rest from its own step on, a point that is overtaken itself as well.
  const qint64 lowest = rise ? points.front().step : std::min_element(points.begin(), points.end(), stepBefore)->step;
  if (series.summary.count > 0 && lowest <= series.summary.last.step)
    if (const auto done = supersede(series, lowest); !done) return done;
  if (const auto done = place(series, kept); !done) return done;
  if (kept.size() > 1) extend(series.summary, summarize(kept.first(kept.size() - 1)));
  series.withoutLast = series.summary;
  extend(series.summary, summarize(kept.last(1)));
  return {};
}

Result<void> MetricTable::place(Series& series, std::span<const Point> points) {
  if (const auto known = learnTail(series); !known) return known;
  if (points.size() < packAt && series.tail->rows + qint64(points.size()) < sealAt) return insertRows(series, points);
  return seal(series, points);
}

Result<void> MetricTable::learnTail(Series& series) {
  if (series.tail) return {};
  const auto count = m_count.run({series.id}, ErrorCode::StorageRead);
  if (!count) return tl::make_unexpected(count.error());
  Tail tail;
  if ((*count)->next()) tail.rows = (*count)->value(0).toLongLong();
  (*count)->finish();
  const auto small = m_chunks.newestSmall(series.id, mostSmallChunks);
  if (!small) return tl::make_unexpected(small.error());
  tail.chunks = int(small->size());
  for (const ChunkRow& row : *small) tail.chunkPoints += row.summary.count;
  series.tail = tail;
  return {};
}

Result<void> MetricTable::insertRows(Series& series, std::span<const Point> points) {
  for (const Point& point : points) {
    const auto done = m_insert.run({series.id, point.step, point.wallMs, storedValue(point.value)});
    if (!done) return tl::make_unexpected(done.error());
  }
  series.tail->rows += qint64(points.size());
  return {};
}

/// Puts the rows and the new points into chunks, together with the chunks before them when these are many or fill one.
Result<void> MetricTable::seal(Series& series, std::span<const Point> points) {
  Tail& tail = *series.tail;
  std::vector<Point> all;
  const bool merge = tail.chunks >= mostSmallChunks || (tail.chunks > 0 && tail.chunkPoints + tail.rows + qint64(points.size()) >= ChunkTable::fullChunk);
  if (merge) {
    const auto small = m_chunks.newestSmall(series.id, mostSmallChunks);
    if (!small) return tl::make_unexpected(small.error());
    for (const ChunkRow& row : *small)
      if (const auto done = m_chunks.read(row, ChunkColumns::All, all); !done) return done;
    if (const auto done = m_chunks.removeFrom(series.id, small->front().summary.firstStep); !done) return done;
    tail.chunks = 0;
    tail.chunkPoints = 0;
  }
  if (tail.rows > 0) {
    const auto rows = m_reader.rows(series.id, firstStep, lastStep);
    if (!rows) return tl::make_unexpected(rows.error());
    all.insert(all.end(), rows->begin(), rows->end());
    if (const auto done = m_cut.run({series.id, firstStep}); !done) return tl::make_unexpected(done.error());
    tail.rows = 0;
  }
  if (!all.empty()) {
    all.insert(all.end(), points.begin(), points.end());
    points = m_held.emplace_back(std::move(all));
  }
  m_sealedPoints += points.size();
  for (std::span<const Point> left = points; !left.empty();) {
    const size_t size = std::min(left.size(), size_t(ChunkTable::fullChunk));
    m_sealed.push_back({series.id, left.first(size)});
    if (size < size_t(ChunkTable::fullChunk)) {
      ++tail.chunks;
      tail.chunkPoints += qint64(size);
    }
    left = left.subspan(size);
  }
  return {};
}

/// Few points are packed faster than a thread begins.
Result<void> MetricTable::writeSealed() {
  std::vector<PackedChunk> chunks(m_sealed.size());
  const auto pack = [&](size_t i) { chunks[i] = packed(m_sealed[i].points); };
  if (std::exchange(m_sealedPoints, 0) >= size_t(ChunkTable::fullChunk))
    sideBySide(chunks.size(), pack);
  else
    for (size_t i = 0; i < chunks.size(); ++i) pack(i);
  for (size_t i = 0; i < chunks.size(); ++i)
    if (const auto done = m_chunks.add(m_sealed[i].series, chunks[i]); !done) return done;
  m_sealed.clear();
  m_held.clear();
  return {};
}

Result<void> MetricTable::supersede(Series& series, qint64 fromStep) {
  if (const auto done = m_cut.run({series.id, fromStep}); !done) return tl::make_unexpected(done.error());
  if (const auto done = cutChunks(series, fromStep); !done) return done;
  series.tail.reset();
  const auto& before = series.withoutLast;
  if (before && (before->count == 0 || before->last.step < fromStep)) {
    series.summary = *before;
    return {};
  }
  auto summary = summarizeAll(series);
  if (!summary) return tl::make_unexpected(summary.error());
  series.summary = std::move(*summary);
  return {};
}

/// Removes what chunks hold from a step on; the one that the step lies in is written anew with the points before it.
Result<void> MetricTable::cutChunks(Series& series, qint64 fromStep) {
  const auto chunks = m_chunks.list(series.id, fromStep, lastStep);
  if (!chunks) return tl::make_unexpected(chunks.error());
  if (chunks->empty()) return {};
  const ChunkRow& first = chunks->front();
  std::vector<Point> kept;
  if (first.summary.firstStep < fromStep)
    if (const auto done = m_chunks.read(first, ChunkColumns::All, kept); !done) return done;
  if (const auto done = m_chunks.removeFrom(series.id, first.summary.firstStep); !done) return done;
  kept.erase(std::lower_bound(kept.begin(), kept.end(), Point{fromStep, 0, 0}, stepBefore), kept.end());
  return kept.empty() ? Result<void>() : m_chunks.add(series.id, packed(kept));
}

/// Of what is left of a series: its chunks by their summaries, and its rows.
Result<SeriesSummary> MetricTable::summarizeAll(const Series& series) {
  SeriesSummary summary;
  summary.tag = series.summary.tag;
  const auto chunks = m_chunks.list(series.id, firstStep, lastStep);
  if (!chunks) return tl::make_unexpected(chunks.error());
  for (const ChunkRow& row : *chunks) extend(summary, row.summary);
  const auto rows = m_reader.rows(series.id, firstStep, lastStep);
  if (!rows) return tl::make_unexpected(rows.error());
  extend(summary, *rows);
  return summary;
}

Result<bool> MetricTable::sealOldSeries() {
  const auto next = m_database.number(QStringLiteral("SELECT coalesce(min(series_id), 0) FROM unsealed"));
  if (!next) return tl::make_unexpected(next.error());
  if (*next == 0) return false;
  Series series{*next, {}, {}, {}};
  const auto done = learnTail(series)
                        .and_then([&] { return seal(series, {}); })
                        .and_then([&] { return writeSealed(); })
                        .and_then([&] { return m_database.run(QStringLiteral("DELETE FROM unsealed WHERE series_id = %1").arg(*next)); });
  if (!done) return tl::make_unexpected(done.error());
  forget();
  return true;
}

Result<void> MetricTable::saveSummary(const Series& series) {
  const SeriesSummary& s = series.summary;
  return m_save
      .run({s.count, s.nanCount, s.last.step, s.last.wallMs, storedValue(s.last.value), s.min.step, s.min.wallMs,
            storedValue(s.min.value), s.max.step, s.max.wallMs, storedValue(s.max.value), series.id})
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
    auto series = readSeries(list.value(0).toLongLong(), query);
    if (!series) return tl::make_unexpected(series.error());
    series->tag = tag;
    result.series.push_back(std::move(*series));
  }
  return finished(list, std::move(result));
}

Result<SeriesPoints> MetricTable::readSeries(qint64 series, const SeriesQuery& query) {
  if (query.pixelWidth > 0 || query.columns) return m_reader.reduced(series, query);
  return m_reader.points(series, query.fromStep, query.toStep).map([](std::vector<Point>&& points) { return SeriesPoints{{}, std::move(points), {}}; });
}

Result<std::vector<JobSummaries>> MetricTable::summaries(JobId from, JobId before) {
  QSqlQuery query = m_database.query();
  query.setForwardOnly(true);
  query.prepare(QStringLiteral("SELECT %1, job_id FROM series WHERE job_id >= ? AND job_id < ? ORDER BY job_id DESC, tag").arg(summaryColumns()));
  query.addBindValue(from.value);
  query.addBindValue(before.value);
  if (const auto done = execute(query, ErrorCode::StorageRead); !done) return tl::make_unexpected(done.error());
  constexpr int jobColumn = 13;
  std::vector<JobSummaries> all;
  while (query.next()) {
    const JobId job{query.value(jobColumn).toLongLong()};
    if (all.empty() || all.back().job != job) all.push_back({job, {}});
    SeriesSummary summary = summaryFrom(query);
    summary.tag = *m_tags.insert(summary.tag);
    all.back().series.push_back(std::move(summary));
  }
  return finished(query, std::move(all));
}

}  // namespace trainyard
