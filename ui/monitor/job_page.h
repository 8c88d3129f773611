// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>

#include "core/base/clock.h"
#include "core/base/settings.h"
#include "core/jobs/job_service.h"
#include "core/metrics/metric_reader.h"
#include "core/runners/dispatcher.h"
#include "ui/actions.h"
#include "ui/charts/chart_saver.h"
#include "ui/charts/metric_chart.h"
#include "ui/theme/theme.h"

namespace trainyard {

struct JobPageDependencies {
  Theme& theme;
  JobService& jobs;
  const Dispatcher& queue;
  MetricReader& history;
  const Clock& clock;
  Settings& settings;
  Actions& actions;
  QString dataDir;  ///< where the jobs' logs are
};

/// One job: header (name, badge, one line of facts, actions), progress with step, epoch, rate and time left, tiles with
/// the latest and the best value, tabs Charts, Log, Parameters.
class JobPage final : public QWidget {
  Q_OBJECT
 public:
  explicit JobPage(const JobPageDependencies& dependencies, QWidget* parent = nullptr);
  ~JobPage() override;

  void showJob(JobId id);
  [[nodiscard]] JobId job() const;
  /// True: a back button stands before the name (narrow window).
  void setNarrow(bool narrow);
  void showTab(int index);
  /// When the log is what is seen: goes to the next or the one before of what is looked for; false otherwise.
  bool findInLog(bool forward);
  /// When the keyboard is in the log: goes to its search field; false otherwise.
  bool searchLog();
  void resetZoom();
  void setLogY(bool on);
  void setFollowLive(bool on);
  [[nodiscard]] ChartOptions chartOptions() const;
  [[nodiscard]] bool followsLive() const;
  /// The chart that has the keyboard, else the first of the tab that is open; none on the other tabs.
  [[nodiscard]] std::optional<SavedChart> chartToSave() const;

 Q_SIGNALS:
  void backRequested();
  /// What could not be read of the job's files is to be shown.
  void unreadClicked();
  void jobInView(trainyard::JobId id);
  void optionsChanged(const trainyard::ChartOptions& options);
  void historyFailed(const trainyard::Error& error);
  void painted(qint64 wallMs);

 private:
  QLayout* makeTabRow();
  QWidget* makeStack();
  void connectData();
  void connectCharts();
  void takeHistory(const JobPoints& points);
  void lookCloser();
  void refresh();

  struct State;
  std::unique_ptr<State> m_state;
};

}  // namespace trainyard
