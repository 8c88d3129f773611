// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/store_check.h"

#include <QCoreApplication>
#include <QFile>
#include <QSqlError>
#include <algorithm>
#include <bit>
#include <cmath>

#include "core/metrics/chunk_summary.h"
#include "core/storage/chunk_table.h"
#include "core/storage/series_reader.h"

namespace trainyard {
namespace {

constexpr qint64 firstStep = std::numeric_limits<qint64>::min();
constexpr qint64 lastStep = std::numeric_limits<qint64>::max();

QString text(const char* source) { return QCoreApplication::translate("StoreCheck", source); }

bool sameBits(double a, double b) { return std::bit_cast<quint64>(a) == std::bit_cast<quint64>(b) || (std::isnan(a) && std::isnan(b)); }
bool samePoint(const Point& a, const Point& b) { return a.step == b.step && a.wallMs == b.wallMs && sameBits(a.value, b.value); }

bool sameSummary(const ChunkSummary& a, const ChunkSummary& b) {
  return a.firstStep == b.firstStep && a.count == b.count && a.nanCount == b.nanCount && a.finiteCount == b.finiteCount &&
         sameBits(a.sum, b.sum) && samePoint(a.last, b.last) && samePoint(a.min, b.min) && samePoint(a.max, b.max);
}

bool rises(std::span<const Point> points) {
  return std::adjacent_find(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.step >= b.step; }) == points.end();
}

/// A series as its row tells it.
struct SeriesRow {
  qint64 id = 0;
  qint64 job = 0;
  SeriesSummary summary;
  [[nodiscard]] QString name() const { return text("job %1, series %2").arg(job).arg(summary.tag); }
};

class Checker {
 public:
  Checker(const Database& database, StoreReport& report) : m_database(database), m_report(report), m_chunks(database), m_reader(database) {}

  [[nodiscard]] Result<void> run() {
    return structure().and_then([this] { return orphans(); }).and_then([this] { return countJobs(); }).and_then([this] { return allSeries(); });
  }

 private:
  /// Rows end with an error as they end with the last one.
  static Result<void> finished(const QSqlQuery& query) {
    if (query.lastError().isValid()) return tl::make_unexpected(errorOf(query, ErrorCode::StorageRead));
    return {};
  }

  Result<void> structure() {
    QSqlQuery query = m_database.query();
    if (!query.exec(QStringLiteral("PRAGMA integrity_check"))) return tl::make_unexpected(errorOf(query, ErrorCode::StorageRead));
    while (query.next())
      if (query.value(0).toString() != u"ok") m_report.problems << text("The database's structure is damaged: %1.").arg(query.value(0).toString());
    if (const auto whole = finished(query); !whole) return whole;
    return {};
  }

  Result<void> orphans() {
    QSqlQuery query = m_database.query();
    if (!query.exec(QStringLiteral("SELECT \"table\", count(*) FROM pragma_foreign_key_check() GROUP BY 1")))
      return tl::make_unexpected(errorOf(query, ErrorCode::StorageRead));
    while (query.next())
      m_report.problems << text("%1 rows of the table %2 belong to nothing.").arg(query.value(1).toLongLong()).arg(query.value(0).toString());
    if (const auto whole = finished(query); !whole) return whole;
    const auto lost = m_database.number(QStringLiteral("SELECT count(*) FROM chunk_data WHERE id NOT IN (SELECT data_id FROM chunks)"));
    if (!lost) return tl::make_unexpected(lost.error());
    if (*lost > 0) m_report.problems << text("%1 chunks belong to no series.").arg(*lost);
    return {};
  }

  Result<void> countJobs() {
    const auto jobs = m_database.number(QStringLiteral("SELECT count(*) FROM jobs"));
    if (!jobs) return tl::make_unexpected(jobs.error());
    m_report.jobs = *jobs;
    return {};
  }

  Result<void> allSeries() {
    QSqlQuery query = m_database.query();
    query.setForwardOnly(true);
    if (!query.exec(QStringLiteral("SELECT id, job_id, tag, count, nan_count, last_step, last_ms, last, min_step, min_ms, min, max_step, max_ms, max "
                                   "FROM series ORDER BY job_id, tag")))
      return tl::make_unexpected(errorOf(query, ErrorCode::StorageRead));
    const auto whole = [&query](int column) { return query.value(column).toLongLong(); };
    const auto point = [&](int column) { return Point{whole(column), whole(column + 1), restoredValue(query.value(column + 2))}; };
    while (query.next())
      if (const auto done = oneSeries({whole(0), whole(1), {query.value(2).toString(), whole(3), whole(4), point(5), point(8), point(11)}}); !done) return done;
    return finished(query);
  }

  Result<void> oneSeries(const SeriesRow& series) {
    ++m_report.series;
    SeriesSummary found;
    qint64 before = firstStep;
    const auto chunks = m_chunks.list(series.id, firstStep, lastStep);
    if (!chunks) return tl::make_unexpected(chunks.error());
    for (const ChunkRow& row : *chunks) {
      oneChunk(series, row);
      if (row.summary.firstStep <= before && before != firstStep)
        m_report.problems << text("%1: the chunk from step %2 overlaps the one before.").arg(series.name()).arg(row.summary.firstStep);
      before = row.summary.lastStep();
      extend(found, row.summary);
    }
    const auto rows = m_reader.rows(series.id, firstStep, lastStep);
    if (!rows) return tl::make_unexpected(rows.error());
    if (!rows->empty() && !chunks->empty() && rows->front().step <= before)
      m_report.problems << text("%1: the newest points from step %2 overlap a chunk.").arg(series.name()).arg(rows->front().step);
    extend(found, *rows);
    m_report.points += found.count;
    const SeriesSummary& told = series.summary;
    if (found.count != told.count || found.nanCount != told.nanCount || !samePoint(found.last, told.last) || !samePoint(found.min, told.min) ||
        !samePoint(found.max, told.max))
      m_report.problems << text("%1: its summary tells %2 points, and it has %3, or their extremes differ.").arg(series.name()).arg(told.count).arg(found.count);
    return {};
  }

  void oneChunk(const SeriesRow& series, const ChunkRow& row) {
    ++m_report.chunks;
    std::vector<Point> points;
    const auto read = m_chunks.read(row, ChunkColumns::All, points);
    if (!read)
      m_report.problems << text("%1: the chunk from step %2 cannot be read: %3 %4").arg(series.name()).arg(row.summary.firstStep).arg(read.error().message, read.error().detail).trimmed();
    else if (points.empty() || !rises(points) || !sameSummary(summarize(points), row.summary))
      m_report.problems << text("%1: the summary of the chunk from step %2 is not that of its points.").arg(series.name()).arg(row.summary.firstStep);
  }

  const Database& m_database;
  StoreReport& m_report;
  ChunkTable m_chunks;
  SeriesReader m_reader;
};

}  // namespace

Result<StoreReport> checkStore(const QString& path) {
  StoreReport report;
  if (!QFile::exists(path)) return report;  // nothing was ever queued here
  Database database(QStringLiteral("check"));
  if (const auto opened = database.open(path, OpenMode::ReadOnly); !opened) return tl::make_unexpected(opened.error());
  if (database.format() == 0) return report;
  if (database.format() < newestFormat)
    return fail(ErrorCode::StorageOpen, text("%1 is of an older format; open it once with this Trainyard, then check it.").arg(path));
  const auto done = database.run(QStringLiteral("BEGIN"), ErrorCode::StorageRead).and_then([&] { return Checker(database, report).run(); });
  database.rollBack();
  // What could not be read is damage as well, and what was found before it stays told.
  if (!done) report.problems << text("The rest could not be checked: %1 %2").arg(done.error().message, done.error().detail).trimmed();
  return report;
}

}  // namespace trainyard
