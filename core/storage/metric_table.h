// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QSet>
#include <optional>
#include <span>

#include "core/storage/chunk_table.h"
#include "core/storage/database.h"
#include "core/storage/metric_store.h"
#include "core/storage/series_reader.h"

namespace trainyard {

/// The newest points of a series are rows, fewer than `sealAt`; those before are in chunks, which become full ones as more come. So
/// a single point is written at the cost of a row, and many that come together at the cost of their bytes. All values are exact, NaN payloads
/// aside. Not to outlive the connection, for it keeps statements.
class MetricTable final : public MetricStore {
 public:
  static constexpr qint64 sealAt = 256;  ///< points

  explicit MetricTable(const Database& database);
  ~MetricTable() override;

  [[nodiscard]] Result<std::vector<SeriesSummary>> append(const JobPoints& batch) override;
  void forget() override;
  [[nodiscard]] Result<JobPoints> read(const SeriesQuery& query) override;
  [[nodiscard]] Result<std::vector<JobSummaries>> summaries(JobId from, JobId before) override;
  /// Seals a series of an older format that is all rows; false when there is none left. Inside a transaction of the caller.
  [[nodiscard]] Result<bool> sealOldSeries();

 private:
  /// What is at the end of a series: its rows, and before them the chunks that are not full.
  struct Tail {
    qint64 rows = 0;
    int chunks = 0;
    qint64 chunkPoints = 0;
  };
  struct Series {
    qint64 id = 0;
    SeriesSummary summary;
    /// The summary without its last point, when it is known: a step that is told twice is common, and shall not cost a
    /// walk through the whole series.
    std::optional<SeriesSummary> withoutLast;
    std::optional<Tail> tail;  ///< when it is known
  };
  [[nodiscard]] Result<Series*> seriesOf(JobId job, const QString& tag);
  [[nodiscard]] Result<void> learnSeries(JobId job);
  [[nodiscard]] Result<Series> addSeries(JobId job, const QString& tag);
  [[nodiscard]] Result<void> appendPoints(Series& series, std::span<const Point> points);
  [[nodiscard]] Result<void> place(Series& series, std::span<const Point> points);
  [[nodiscard]] Result<void> learnTail(Series& series);
  [[nodiscard]] Result<void> insertRows(Series& series, std::span<const Point> points);
  [[nodiscard]] Result<void> seal(Series& series, std::span<const Point> points);
  [[nodiscard]] Result<void> writeSealed();
  [[nodiscard]] Result<void> supersede(Series& series, qint64 fromStep);
  [[nodiscard]] Result<void> cutChunks(Series& series, qint64 fromStep);
  [[nodiscard]] Result<SeriesSummary> summarizeAll(const Series& series);
  [[nodiscard]] Result<SeriesPoints> readSeries(qint64 series, const SeriesQuery& query);
  [[nodiscard]] Result<void> saveSummary(const Series& series);

  const Database& m_database;
  /// Points of one chunk to be; they are packed side by side, and then written.
  struct Sealed {
    qint64 series = 0;
    std::span<const Point> points;
  };
  QHash<JobId, QHash<QString, Series>> m_known;
  QSet<QString> m_tags;  ///< what many series are called is held once
  std::vector<Sealed> m_sealed;
  size_t m_sealedPoints = 0;
  std::vector<std::vector<Point>> m_held;  ///< what `m_sealed` points at, unless the caller has it
  ChunkTable m_chunks;
  SeriesReader m_reader;
  Statement m_find;
  Statement m_add;
  Statement m_insert;
  Statement m_cut;
  Statement m_count;
  Statement m_save;
};

}  // namespace trainyard
