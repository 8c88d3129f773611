// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/chunk_table.h"

#include <QSqlError>
#include <algorithm>
#include <cmath>

#include "core/storage/storage.h"

namespace trainyard {
namespace {

QString rowColumns() {
  return QStringLiteral("first_step, last_step, last_ms, last, count, nan_count, finite_count, sum, min_step, min_ms, min, max_step, max_ms, max, data_id");
}

ChunkRow rowFrom(const QSqlQuery& query) {
  const auto whole = [&query](int column) { return query.value(column).toLongLong(); };
  const auto point = [&](int column) { return Point{whole(column), whole(column + 1), restoredValue(query.value(column + 2))}; };
  return {{whole(0), whole(4), whole(5), whole(6), query.value(7).toDouble(), point(1), point(8), point(11)}, whole(14)};
}

ChunkSummary extremesFrom(const QSqlQuery& query) {
  ChunkSummary summary;
  summary.finiteCount = query.value(0).toLongLong();
  summary.sum = query.value(1).toDouble();
  summary.min = {query.value(2).toLongLong(), query.value(3).toLongLong(), restoredValue(query.value(4))};
  summary.max = {query.value(5).toLongLong(), query.value(6).toLongLong(), restoredValue(query.value(7))};
  return summary;
}

/// The chunks that overlap a range of steps.
QString selectOverlapping(const QString& columns) {
  return QStringLiteral("SELECT %1 FROM chunks WHERE series_id = ? AND first_step <= ? AND first_step >= coalesce("
                        "(SELECT max(first_step) FROM chunks WHERE series_id = ? AND first_step <= ?), ?) "
                        "AND last_step >= ? ORDER BY first_step").arg(columns);
}

template <typename T>
Result<std::vector<T>> rowsOf(Result<QSqlQuery*> query, T (*from)(const QSqlQuery&)) {
  if (!query) return tl::make_unexpected(query.error());
  std::vector<T> rows;
  while ((*query)->next()) rows.push_back(from(**query));
  if ((*query)->lastError().isValid()) return tl::make_unexpected(errorOf(**query, ErrorCode::StorageRead));
  (*query)->finish();
  return rows;
}

}  // namespace

PackedChunk packed(std::span<const Point> points) { return {encodeChunk(points), summarize(points)}; }

QVariant storedValue(double value) {
  if (std::isnan(value)) return QVariant(QMetaType::fromType<double>());
  if (value == 0.0 && std::signbit(value)) return QByteArrayLiteral("-0");
  return value;
}

double restoredValue(const QVariant& value) {
  if (value.isNull()) return std::numeric_limits<double>::quiet_NaN();
  return value.typeId() == QMetaType::QByteArray ? -0.0 : value.toDouble();
}

ChunkTable::ChunkTable(const Database& database)
    : m_addData(database, QStringLiteral("INSERT INTO chunk_data (data) VALUES (?)")),
      m_add(database, QStringLiteral("INSERT INTO chunks (series_id, %1) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").arg(rowColumns())),
      m_remove(database, QStringLiteral("DELETE FROM chunks WHERE series_id = ? AND first_step >= ?")),
      m_list(database, selectOverlapping(rowColumns())),
      m_extremes(database, selectOverlapping(QStringLiteral("finite_count, sum, min_step, min_ms, min, max_step, max_ms, max"))),
      m_newest(database, QStringLiteral("SELECT %1 FROM chunks WHERE series_id = ? ORDER BY first_step DESC LIMIT ?").arg(rowColumns())),
      m_read(database, QStringLiteral("SELECT data FROM chunk_data WHERE id = ?")) {}

Result<void> ChunkTable::add(qint64 series, const PackedChunk& chunk) {
  const auto data = m_addData.run({chunk.data});
  if (!data) return tl::make_unexpected(data.error());
  const ChunkSummary& s = chunk.summary;
  return m_add
      .run({series, s.firstStep, s.last.step, s.last.wallMs, storedValue(s.last.value), s.count, s.nanCount, s.finiteCount, s.sum, s.min.step,
            s.min.wallMs, storedValue(s.min.value), s.max.step, s.max.wallMs, storedValue(s.max.value), (*data)->lastInsertId().toLongLong()})
      .map([](const QSqlQuery*) {});
}

Result<void> ChunkTable::removeFrom(qint64 series, qint64 fromStep) {
  return m_remove.run({series, fromStep}).map([](const QSqlQuery*) {});
}

Result<std::vector<ChunkRow>> ChunkTable::list(qint64 series, qint64 fromStep, qint64 toStep) {
  return rowsOf(m_list.run({series, toStep, series, fromStep, fromStep, fromStep}, ErrorCode::StorageRead), rowFrom);
}

Result<std::vector<ChunkSummary>> ChunkTable::extremes(qint64 series, qint64 fromStep, qint64 toStep) {
  return rowsOf(m_extremes.run({series, toStep, series, fromStep, fromStep, fromStep}, ErrorCode::StorageRead), extremesFrom);
}

Result<std::vector<ChunkRow>> ChunkTable::newestSmall(qint64 series, int most) {
  auto rows = rowsOf(m_newest.run({series, most}, ErrorCode::StorageRead), rowFrom);
  if (!rows) return rows;
  rows->erase(std::find_if(rows->begin(), rows->end(), [](const ChunkRow& row) { return row.summary.count >= fullChunk; }), rows->end());
  std::reverse(rows->begin(), rows->end());
  return rows;
}

Result<QByteArray> ChunkTable::data(const ChunkRow& row) {
  const auto query = m_read.run({row.dataId}, ErrorCode::StorageRead);
  if (!query) return tl::make_unexpected(query.error());
  if (!(*query)->next()) return fail(ErrorCode::StorageRead, Storage::tr("The database could not be read."), QStringLiteral("chunk %1 is missing").arg(row.dataId));
  QByteArray data = (*query)->value(0).toByteArray();
  (*query)->finish();
  return data;
}

Result<void> ChunkTable::read(const ChunkRow& row, ChunkColumns columns, std::vector<Point>& points) {
  return data(row).and_then([&](const QByteArray& blob) { return decodeChunkInto(blob, columns, points); });
}

}  // namespace trainyard
