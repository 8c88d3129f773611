// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/series_reader.h"

#include <QSqlError>
#include <algorithm>
#include <cmath>

#include "core/base/side_by_side.h"
#include "core/metrics/column_reducer.h"
#include "core/metrics/downsample.h"

namespace trainyard {
namespace {

constexpr qint64 pointsAtOnce = 1 << 20;  ///< that are unpacked side by side

bool stepLess(const Point& point, qint64 step) { return point.step < step; }

/// The points of a rising sequence that lie in [fromStep, toStep].
std::span<const Point> within(std::span<const Point> points, qint64 fromStep, qint64 toStep) {
  const auto begin = std::lower_bound(points.begin(), points.end(), fromStep, stepLess);
  const auto end = std::upper_bound(begin, points.end(), toStep, [](qint64 step, const Point& point) { return step < point.step; });
  return {begin, end};
}

/// How many values before a range its average remembers to one part in ten thousand.
qint64 memoryOf(double smoothing) { return smoothing > 0.0 ? qint64(std::ceil(std::log(1e-4) / std::log(smoothing))) : 0; }

}  // namespace

SeriesReader::SeriesReader(const Database& database)
    : m_chunks(database),
      m_rows(database, QStringLiteral("SELECT step, wall_ms, value FROM points WHERE series_id = ? AND step BETWEEN ? AND ? ORDER BY step")) {}

Result<std::vector<Point>> SeriesReader::rows(qint64 series, qint64 fromStep, qint64 toStep) {
  const auto query = m_rows.run({series, fromStep, toStep}, ErrorCode::StorageRead);
  if (!query) return tl::make_unexpected(query.error());
  std::vector<Point> points;
  while ((*query)->next())
    points.push_back({(*query)->value(0).toLongLong(), (*query)->value(1).toLongLong(), restoredValue((*query)->value(2))});
  if ((*query)->lastError().isValid()) return tl::make_unexpected(errorOf(**query, ErrorCode::StorageRead));
  (*query)->finish();
  return points;
}

Result<std::vector<Point>> SeriesReader::points(qint64 series, qint64 fromStep, qint64 toStep) {
  const auto chunks = m_chunks.list(series, fromStep, toStep);
  if (!chunks) return tl::make_unexpected(chunks.error());
  auto newest = rows(series, fromStep, toStep);
  if (!newest || chunks->empty()) return newest;
  std::vector<Point> points;
  for (const ChunkRow& row : *chunks)
    if (const auto done = m_chunks.read(row, ChunkColumns::All, points); !done) return tl::make_unexpected(done.error());
  points.erase(std::upper_bound(points.begin(), points.end(), toStep, [](qint64 step, const Point& point) { return step < point.step; }), points.end());
  points.erase(points.begin(), std::lower_bound(points.begin(), points.end(), fromStep, stepLess));
  points.insert(points.end(), newest->begin(), newest->end());
  return points;
}

Result<SeriesPoints> SeriesReader::reduced(qint64 series, const SeriesQuery& query) {
  if (query.summariesOnly) return summariesOnly(series, query);
  const auto chunks = m_chunks.list(series, query.fromStep, query.toStep);
  if (!chunks) return tl::make_unexpected(chunks.error());
  const auto newest = rows(series, query.fromStep, query.toStep);
  if (!newest) return tl::make_unexpected(newest.error());
  if (chunks->empty() && newest->empty()) return SeriesPoints{};
  PixelColumns columns;
  if (query.columns) {
    columns = *query.columns;
  } else {
    const qint64 first = chunks->empty() ? newest->front().step : std::max(query.fromStep, chunks->front().summary.firstStep);
    const qint64 last = newest->empty() ? std::min(query.toStep, chunks->back().summary.lastStep()) : newest->back().step;
    columns = columnsBetween(first, last, query.pixelWidth);
  }
  ColumnReducer reducer(columns, query.smoothing);
  if (const auto warm = warmUp(series, query, reducer); !warm) return tl::make_unexpected(warm.error());
  if (const auto done = addChunks(*chunks, !newest->empty(), query, reducer); !done) return tl::make_unexpected(done.error());
  reducer.add(*newest);
  return reducer.finish();
}

/// While other threads unpack a stretch, this one reads the next and walks through the one before.
Result<void> SeriesReader::addChunks(std::span<const ChunkRow> rows, bool moreAfter, const SeriesQuery& query, ColumnReducer& reducer) {
  const auto byPoints = [&](const ChunkRow& row) {
    const bool inside = row.summary.firstStep >= query.fromStep && row.summary.lastStep() <= query.toStep;
    // The first and the last point of all are kept, so their chunks are read.
    const bool inner = inside && &row != &rows.front() && (&row != &rows.back() || moreAfter);
    return !(inner && reducer.fits(row.summary));
  };
  const auto take = [&](const Stretch& stretch) -> Result<void> {
    for (size_t i = 0; i < stretch.rows.size(); ++i) {
      if (stretch.packed[i].isNull())
        reducer.add(stretch.rows[i].summary);
      else if (const auto& chunk = stretch.chunks[i])
        reducer.add(*chunk, query.fromStep, query.toStep);
      else
        return tl::make_unexpected(chunk.error());
    }
    return {};
  };
  const ChunkColumns columns = query.withTimes ? ChunkColumns::All : ChunkColumns::StepsAndValues;
  Stretch before;
  auto now = fetch(rows, byPoints);
  for (size_t done = 0; now && !now->rows.empty();) {
    done += now->rows.size();
    Result<Stretch> next;
    Result<void> taken;
    const auto unpack = [&](size_t i) {
      if (!now->packed[i].isNull()) now->chunks[i] = decodeArrays(now->packed[i], columns);
    };
    sideBySide(now->rows.size(), unpack, [&] {
      next = fetch(rows.subspan(done), byPoints);
      taken = take(before);
    });
    if (!taken) return taken;
    before = std::move(*now);
    now = std::move(next);
  }
  if (!now) return tl::make_unexpected(now.error());
  return take(before);
}

/// The next stretch of `rows`; empty when there are none.
Result<SeriesReader::Stretch> SeriesReader::fetch(std::span<const ChunkRow> rows, const std::function<bool(const ChunkRow&)>& byPoints) {
  Stretch stretch;
  qint64 points = 0;
  for (const ChunkRow& row : rows) {
    if (points >= pointsAtOnce) break;
    stretch.rows = rows.first(stretch.rows.size() + 1);
    QByteArray& packed = stretch.packed.emplace_back();
    if (!byPoints(row)) continue;
    auto data = m_chunks.data(row);
    if (!data) return tl::make_unexpected(data.error());
    packed = data->isNull() ? QByteArrayLiteral("") : std::move(*data);
    points += row.summary.count;
  }
  stretch.chunks.resize(stretch.rows.size());
  return stretch;
}

/// Gives the reducer the points before the range that its average still remembers.
Result<void> SeriesReader::warmUp(qint64 series, const SeriesQuery& query, ColumnReducer& reducer) {
  const qint64 memory = memoryOf(query.smoothing);
  if (memory == 0 || query.fromStep <= 0) return {};
  auto chunks = m_chunks.list(series, std::numeric_limits<qint64>::min(), query.fromStep - 1);
  if (!chunks) return tl::make_unexpected(chunks.error());
  const auto newest = rows(series, std::numeric_limits<qint64>::min(), query.fromStep - 1);
  if (!newest) return tl::make_unexpected(newest.error());
  auto known = qint64(newest->size());
  size_t first = chunks->size();
  while (first > 0 && known < memory) known += (*chunks)[--first].summary.count;
  std::vector<Point> before;
  for (size_t i = first; i < chunks->size(); ++i)
    if (const auto done = m_chunks.read((*chunks)[i], ChunkColumns::StepsAndValues, before); !done) return done;
  reducer.warmUp(within(before, std::numeric_limits<qint64>::min(), query.fromStep - 1));
  reducer.warmUp(*newest);
  return {};
}

/// Each chunk by its two extremes; the newest rows as they are. Nothing is decompressed.
Result<SeriesPoints> SeriesReader::summariesOnly(qint64 series, const SeriesQuery& query) {
  const auto chunks = m_chunks.extremes(series, query.fromStep, query.toStep);
  if (!chunks) return tl::make_unexpected(chunks.error());
  std::vector<Point> points;
  std::vector<double> means;
  for (const ChunkSummary& summary : *chunks) {
    const bool minFirst = summary.min.step <= summary.max.step;
    const double mean = summary.sum / double(std::max<qint64>(1, summary.finiteCount));
    for (const Point& point : {minFirst ? summary.min : summary.max, minFirst ? summary.max : summary.min}) {
      if (summary.finiteCount == 0 || (!points.empty() && points.back().step >= point.step)) continue;
      points.push_back(point);
      means.push_back(mean);
    }
  }
  const auto newest = rows(series, query.fromStep, query.toStep);
  if (!newest) return tl::make_unexpected(newest.error());
  for (const Point& point : *newest) {
    points.push_back(point);
    means.push_back(point.value);
  }
  SeriesPoints result{{}, std::move(points), {}};
  if (query.smoothing > 0.0) result.smoothed = std::move(means);
  return result;
}

}  // namespace trainyard
