// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableView>
#include <QTimer>
#include <QWidget>

#include "core/jobs/job_service.h"
#include "ui/compare/compare_table_model.h"

class QToolButton;

namespace trainyard {

/// In what the jobs differ, and what came of them: sortable by any column, to be copied as CSV (Ctrl+C in the table, or the button).
/// objectNames: compareTable, differencesButton, copyCsvButton.
class CompareTable final : public QWidget {
  Q_OBJECT
 public:
  CompareTable(Theme& theme, JobService& jobs, QWidget* parent = nullptr);
  /// `inks`: how each job's curve is drawn.
  void show(const QList<JobId>& ids, const QHash<JobId, JobInk>& inks);
  void copy();

 Q_SIGNALS:
  void jobChosen(trainyard::JobId id);  ///< Enter or a double-click on its row

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void refresh();
  void fitColumns();
  [[nodiscard]] QLayout* makeHeader(Theme& theme);

  JobService& m_jobs;
  QList<JobId> m_ids;
  CompareTableModel* m_model = nullptr;
  CompareSort* m_sorted = nullptr;
  QTableView* m_view = nullptr;
  QToolButton* m_differences = nullptr;
  QTimer m_later;
};

}  // namespace trainyard
