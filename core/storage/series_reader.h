// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <span>

#include "core/metrics/metric_reader.h"
#include "core/storage/chunk_table.h"

namespace trainyard {

class ColumnReducer;

/// A series at rest, its sealed chunks and the rows after them, as one. All calls on the connection's thread.
class SeriesReader {
 public:
  explicit SeriesReader(const Database& database);

  /// All points of [fromStep, toStep].
  [[nodiscard]] Result<std::vector<Point>> points(qint64 series, qint64 fromStep, qint64 toStep);
  /// What a chart needs of that range. `query.columns`, or `query.pixelWidth` columns over the part of the range that has points.
  [[nodiscard]] Result<SeriesPoints> reduced(qint64 series, const SeriesQuery& query);

  /// Those of its points that are rows.
  [[nodiscard]] Result<std::vector<Point>> rows(qint64 series, qint64 fromStep, qint64 toStep);

 private:
  [[nodiscard]] Result<SeriesPoints> summariesOnly(qint64 series, const SeriesQuery& query);
  /// Some chunks one after the other: as they are on the disk, and then unpacked. Those that count by their summaries have no bytes.
  struct Stretch {
    std::span<const ChunkRow> rows;
    std::vector<QByteArray> packed;
    std::vector<Result<ChunkArrays>> chunks;
  };
  [[nodiscard]] Result<void> addChunks(std::span<const ChunkRow> rows, bool moreAfter, const SeriesQuery& query, ColumnReducer& reducer);
  [[nodiscard]] Result<Stretch> fetch(std::span<const ChunkRow> rows, const std::function<bool(const ChunkRow&)>& byPoints);
  [[nodiscard]] Result<void> warmUp(qint64 series, const SeriesQuery& query, ColumnReducer& reducer);

  ChunkTable m_chunks;
  Statement m_rows;
};

}  // namespace trainyard
