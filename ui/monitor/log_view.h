// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QThread>
#include <QWidget>

#include "core/jobs/job.h"
#include "ui/theme/theme.h"

class QLabel;

namespace trainyard {

class LogCanvas;
class LogSearchBar;
class LogWorker;

/// The Log tab: what the job's program printed, of any size, followed while it grows, searched, with its colours. The file is
/// read in a thread of its own. Of an imported run it is the output that its tracker kept, where it is. Where there is none, as of a simulated run,
/// the job's events are told.
class LogView final : public QWidget {
  Q_OBJECT
 public:
  explicit LogView(Theme& theme, QWidget* parent = nullptr);
  ~LogView() override;

  void show(const QString& dataDir, const Job& job);
  /// The job's times and reason have changed.
  void update(const Job& job);
  /// What is seen, plain.
  [[nodiscard]] QString text() const;

  /// Goes to the line that holds the byte, and marks it.
  void showOffset(qint64 offset);
  /// Goes to what was written at that time, ms since 1970 UTC.
  void showTime(qint64 wallMs);
  void focusSearch();
  void find(bool forward);

 Q_SIGNALS:
  /// The log holds a traceback: its last line, and where it begins.
  void firstErrorFound(const QString& line, qint64 offset);

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  void connectCanvas();
  void connectWorker();
  void connectSearch();
  void showEvents(const Job& job);
  void showFile();
  template <typename Task>
  void ask(Task task);

  LogSearchBar* m_search = nullptr;
  LogCanvas* m_canvas = nullptr;
  QLabel* m_note = nullptr;
  QThread m_thread;
  LogWorker* m_worker = nullptr;  // lives in m_thread
  quint64 m_run = 0;              ///< which file the worker's answers are of
  bool m_isFile = false;          ///< what is shown is a file, and not events
  bool m_isTimed = false;         ///< a supervisor has measured the file: it is known when what was written
  QString m_path;
  QString m_systemPath;
  QString m_events;
};

}  // namespace trainyard
