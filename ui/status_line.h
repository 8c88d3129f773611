// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStatusBar>
#include <functional>

#include "core/jobs/job_service.h"

class QLabel;
class QPushButton;

namespace trainyard {

/// "2 running · 2 queued", "7 jobs · 1,284,310 points", and at the right "trainyard.db · 9.4 MB · saved" and, while it is on, "API · port 5151".
class StatusLine final : public QStatusBar {
  Q_OBJECT
 public:
  StatusLine(JobService& jobs, JobStore& store, std::function<qint64()> databaseBytes, QWidget* parent = nullptr);

  /// What is being imported; empty = nothing is.
  void setImport(const QString& text);
  /// Where the local API is, as a sign to click at; empty = it is off.
  void setApi(const QString& address);

 Q_SIGNALS:
  void apiClicked();

 private:
  void refresh();
  JobService& m_jobs;
  std::function<qint64()> m_databaseBytes;
  QLabel* m_running = nullptr;
  QLabel* m_counts = nullptr;
  QLabel* m_import = nullptr;
  QPushButton* m_api = nullptr;  ///< made when the API is first on
  QLabel* m_database = nullptr;
  bool m_troubled = false;
  bool m_scheduled = false;
};

}  // namespace trainyard
