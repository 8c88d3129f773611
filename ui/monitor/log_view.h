// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QThread>
#include <QWidget>

#include "core/jobs/job.h"
#include "ui/theme/theme.h"

class QLabel;
class QPlainTextEdit;

namespace trainyard {

class LogTail;

/// The Log tab: what the job's program printed, followed while it grows. The file is read on a thread of its own, from
/// its last megabyte on; the view keeps a bounded number of lines. A simulated run has no program; its events are told.
class LogView final : public QWidget {
  Q_OBJECT
 public:
  static constexpr int mostLines = 20'000;

  explicit LogView(Theme& theme, QWidget* parent = nullptr);
  ~LogView() override;

  void show(const QString& dataDir, const Job& job);
  /// The job's times and reason have changed.
  void update(const Job& job);
  [[nodiscard]] QString text() const;

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  void add(const QString& text, bool anew);
  void showEvents(const Job& job);
  QPlainTextEdit* m_text = nullptr;
  QLabel* m_note = nullptr;
  QThread m_thread;
  LogTail* m_tail = nullptr;  // lives in m_thread
  bool m_isCommand = false;
  QString m_path;
};

}  // namespace trainyard
