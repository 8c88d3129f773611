// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <memory>

#include "core/storage/database.h"
#include "core/storage/metric_store.h"

namespace trainyard {

/// One row a point, clustered on (series, step). NaN is NULL, for SQLite has no NaN.
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
  };
  [[nodiscard]] Result<Series*> seriesOf(JobId job, const QString& tag);
  [[nodiscard]] Result<Series> findSeries(JobId job, const QString& tag) const;
  [[nodiscard]] Result<Series> addSeries(JobId job, const QString& tag) const;
  [[nodiscard]] Result<void> appendPoints(Series& series, const std::vector<Point>& points);
  [[nodiscard]] Result<void> supersede(Series& series, qint64 fromStep);
  [[nodiscard]] Result<void> insert(qint64 series, const Point& point);
  [[nodiscard]] Result<void> saveSummary(const Series& series) const;
  [[nodiscard]] Result<std::vector<Point>> points(qint64 series, qint64 fromStep, qint64 toStep) const;

  const Database& m_database;
  QHash<JobId, QHash<QString, Series>> m_known;
  std::unique_ptr<QSqlQuery> m_insert;  ///< prepared once; must not outlive the connection
};

}  // namespace trainyard
