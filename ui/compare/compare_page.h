// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>

#include "core/base/settings.h"
#include "core/jobs/job_service.h"
#include "core/metrics/metric_reader.h"
#include "ui/charts/chart_saver.h"
#include "ui/charts/metric_chart.h"
#include "ui/theme/theme.h"

class QSplitter;

namespace trainyard {

struct ComparePageDependencies {
  Theme& theme;
  JobService& jobs;
  MetricReader& history;
  Settings& settings;
};

/// Several jobs beside each other: their curves in one chart for each metric, a legend, and a table of their parameters and
/// values. With "Group seeds" jobs that are equal but for the seed and the name are one curve.
/// objectNames: comparePage, compareTitle, compareBack, groupSeedsButton, metricsButton, compareBody, and those of its parts.
class ComparePage final : public QWidget {
  Q_OBJECT
 public:
  static constexpr int fewest = 2;
  static constexpr int most = 100;

  explicit ComparePage(const ComparePageDependencies& dependencies, QWidget* parent = nullptr);
  ~ComparePage() override;

  /// In any order; none = it lets go of everything.
  void showJobs(const QList<JobId>& ids);
  [[nodiscard]] QList<JobId> jobs() const;
  void resetZoom();
  void setLogY(bool on);
  [[nodiscard]] ChartOptions chartOptions() const;
  /// The chart that has the keyboard, else the first one, with the jobs that are shown in it.
  [[nodiscard]] std::optional<SavedChart> chartToSave() const;

 Q_SIGNALS:
  void backRequested();
  void jobChosen(trainyard::JobId id);
  void optionsChanged(const trainyard::ChartOptions& options);
  void historyFailed(const trainyard::Error& error);

 private:
  [[nodiscard]] QLayout* makeHeader();
  [[nodiscard]] QLayout* makeTools();
  [[nodiscard]] QWidget* makeBody();
  void keepShares(QSplitter& splitter, const QString& key);
  void connectParts();
  void refreshLines();
  void refreshMetricMenu();

  struct State;
  std::unique_ptr<State> m_state;
};

}  // namespace trainyard
