// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSet>
#include <QTimer>
#include <QWidget>
#include <memory>
#include <optional>

#include "core/base/clock.h"
#include "core/base/settings.h"
#include "core/jobs/job_service.h"
#include "core/metrics/metric_reader.h"
#include "core/runners/dispatcher.h"
#include "ui/theme/theme.h"

class QMenu;

namespace trainyard {

struct JobListDependencies {
  Theme& theme;
  JobService& jobs;
  Dispatcher& queue;
  Settings& settings;
  MetricReader& history;
  const Clock& clock;
};

/// The left column: title, New job, search, sort, status filter with counts, cards.
/// objectNames: newJobButton, searchField, sortButton, filter0..filter4, jobList, and the QueueBar's.
class JobListPanel final : public QWidget {
  Q_OBJECT
 public:
  explicit JobListPanel(const JobListDependencies& dependencies, QWidget* parent = nullptr);
  ~JobListPanel() override;

  /// The job under the keyboard cursor; invalid when none.
  [[nodiscard]] JobId currentJob() const;
  /// Selected jobs in list order; the current one when nothing else is selected.
  [[nodiscard]] QList<JobId> selectedJobs() const;
  /// Selects and scrolls to a job; clears the filter and the search when they hide it.
  void select(JobId id);
  /// Beside those that are selected. Clears the filter and the search when they hide it.
  void addToSelection(JobId id);
  void selectAll();
  void focusSearch();
  void focusList();
  /// 0 all, 1 running, 2 queued, 3 complete, 4 failed.
  void setFilter(int index);
  [[nodiscard]] int filter() const;

 Q_SIGNALS:
  void newJobRequested();
  void currentChanged(trainyard::JobId id);
  void selectionChanged();
  void primaryRequested(trainyard::JobId id);   ///< the card's own button: Start, Stop or View
  void viewRequested(trainyard::JobId id);      ///< Enter or double-click
  void contextMenuRequested(trainyard::JobId id, const QPoint& globalPosition);
  void filterChanged(int index);
  void moveRequested(trainyard::JobId id, trainyard::JobId before);  ///< dragged in the queue

 private:
  QLayout* makeTitleRow();
  QLayout* makeSearchRow();
  QMenu* makeSortMenu();
  [[nodiscard]] QModelIndex shownIndex(JobId id);
  void nameSort(const QString& name);
  void connectView();
  void showCounts();
  void allowDragging();
  void keepSelected();
  void followBusy(const QList<JobId>& ids);

  struct State;
  std::unique_ptr<State> m_state;
  QSet<JobId> m_busy;
  QTimer m_settle;
};

}  // namespace trainyard
