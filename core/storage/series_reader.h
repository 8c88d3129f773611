// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
  [[nodiscard]] Result<void> addChunk(const ChunkRow& row, const SeriesQuery& query, ColumnReducer& reducer);
  [[nodiscard]] Result<void> warmUp(qint64 series, const SeriesQuery& query, ColumnReducer& reducer);

  ChunkTable m_chunks;
  Statement m_rows;
  std::vector<Point> m_buffer;  ///< of one chunk
};

}  // namespace trainyard
