// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <optional>
#include <span>

#include "core/storage/database.h"
#include "core/storage/metric_store.h"

namespace trainyard {

/// One row a point, clustered on (series, step). NaN is NULL, for SQLite has no NaN; it has no negative zero either,
/// and gives 0. All other values are exact. Not to outlive the connection, for it keeps statements.
class MetricTable final : public MetricStore {
 public:
  explicit MetricTable(const Database& database);
  ~MetricTable() override;

  [[nodiscard]] Result<std::vector<SeriesSummary>> append(const JobPoints& batch) override;
  void forget() override;
  [[nodiscard]] Result<JobPoints> read(const SeriesQuery& query) override;
  [[nodiscard]] Result<std::vector<JobSummaries>> summaries() override;

 private:
  struct Series {
    qint64 id = 0;
    SeriesSummary summary;
    /// The summary without its last point, when it is known: a step that is told twice is common, and shall not cost a
    /// walk through the whole series.
    std::optional<SeriesSummary> withoutLast;
  };
  [[nodiscard]] Result<Series*> seriesOf(JobId job, const QString& tag);
  [[nodiscard]] Result<Series> findSeries(JobId job, const QString& tag);
  [[nodiscard]] Result<Series> addSeries(JobId job, const QString& tag);
  [[nodiscard]] Result<void> appendPoints(Series& series, const std::vector<Point>& points);
  [[nodiscard]] Result<void> supersede(Series& series, qint64 fromStep);
  [[nodiscard]] Result<SeriesSummary> summarize(const Series& series);
  [[nodiscard]] Result<void> saveSummary(const Series& series);
  [[nodiscard]] Result<std::vector<Point>> points(qint64 series, qint64 fromStep, qint64 toStep);

  const Database& m_database;
  QHash<JobId, QHash<QString, Series>> m_known;
  Statement m_find;
  Statement m_add;
  Statement m_insert;
  Statement m_cut;
  Statement m_save;
  Statement m_select;
};

}  // namespace trainyard
