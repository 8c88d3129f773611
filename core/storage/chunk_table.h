// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "core/metrics/chunk_codec.h"
#include "core/metrics/chunk_summary.h"
#include "core/storage/database.h"

namespace trainyard {

struct ChunkRow {
  ChunkSummary summary;
  qint64 dataId = 0;
};

/// Points on their way into a chunk.
struct PackedChunk {
  QByteArray data;
  ChunkSummary summary;
};

/// 1..maxChunkPoints points, their steps rise. Pure, so that several threads may pack at once.
[[nodiscard]] PackedChunk packed(std::span<const Point> points);

/// A value as a column keeps it: NaN as NULL and -0.0 as a blob, for SQLite has neither; all others as they are.
[[nodiscard]] QVariant storedValue(double value);
[[nodiscard]] double restoredValue(const QVariant& value);

/// The sealed chunks of series: summaries in one table, so that reading many of them is cheap, and the compressed points in another.
/// All calls on the connection's thread, writes inside a transaction of the caller. Not to outlive the connection.
class ChunkTable {
 public:
  static constexpr qint64 fullChunk = 16'384;  ///< points

  explicit ChunkTable(const Database& database);

  /// Its steps are after those of all chunks of the series.
  [[nodiscard]] Result<void> add(qint64 series, const PackedChunk& chunk);
  /// Removes the chunks that begin at `fromStep` or after it.
  [[nodiscard]] Result<void> removeFrom(qint64 series, qint64 fromStep);
  /// Those that overlap [fromStep, toStep], in step order.
  [[nodiscard]] Result<std::vector<ChunkRow>> list(qint64 series, qint64 fromStep, qint64 toStep);
  /// Of the same ones only `finiteCount`, `sum`, `min` and `max`, which is quicker.
  [[nodiscard]] Result<std::vector<ChunkSummary>> extremes(qint64 series, qint64 fromStep, qint64 toStep);
  /// The newest ones that are not full, in step order; at most `most`.
  [[nodiscard]] Result<std::vector<ChunkRow>> newestSmall(qint64 series, int most);
  /// The chunk as it is on the disk.
  [[nodiscard]] Result<QByteArray> data(const ChunkRow& row);
  /// Appends the chunk's points.
  [[nodiscard]] Result<void> read(const ChunkRow& row, ChunkColumns columns, std::vector<Point>& points);

 private:
  Statement m_addData;
  Statement m_add;
  Statement m_remove;
  Statement m_list;
  Statement m_extremes;
  Statement m_newest;
  Statement m_read;
};

}  // namespace trainyard
