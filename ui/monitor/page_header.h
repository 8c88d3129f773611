// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/base/clock.h"
#include "core/jobs/job.h"
#include "ui/actions.h"
#include "ui/theme/theme.h"

class QLayout;
class QPushButton;
class QToolButton;

namespace trainyard {

class ElidedLabel;
class HintButton;
class StatusBadge;

/// Name, badge, one line of facts, and the buttons of the job's actions.
class PageHeader final : public QWidget {
  Q_OBJECT
 public:
  PageHeader(Theme& theme, const Clock& clock, Actions& actions, QWidget* parent = nullptr);

  /// `stopping`: a signal was sent, and Stop sends the next one at once.
  void show(const Job& job, bool busy, bool stopping);
  void setNarrow(bool narrow);

  /// The first traceback of the log, in one line; empty = none. Python's answer to a stop of the user's own is not shown.
  void setError(const QString& line);
  /// A mark beside the badge: the job's loss is NaN, or has been.
  void setLossNan(bool isNan);

 Q_SIGNALS:
  void errorClicked();
  /// The band that tells what could not be read.
  void unreadClicked();
  void backRequested();
  /// The job has come into view: it is another one, or the page is shown again.
  void jobInView(trainyard::JobId id);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void showTexts();
  void tellInView();
  HintButton* addActionButton(ActionId id, const char* name, const char* kind);
  QLayout* titleRow();
  QPushButton* makeBand(const char* name, const char* kind, const QString& tip);

  Theme& m_theme;
  const Clock& m_clock;
  Actions& m_actions;
  QToolButton* m_back = nullptr;
  ElidedLabel* m_name = nullptr;
  StatusBadge* m_badge = nullptr;
  ElidedLabel* m_facts = nullptr;
  QPushButton* m_error = nullptr;
  QPushButton* m_unread = nullptr;
  Job m_job;
  QString m_errorLine;
  bool m_stopping = false;
  bool m_lossNan = false;
  HintButton* m_start = nullptr;
  HintButton* m_stop = nullptr;
  HintButton* m_again = nullptr;
  QToolButton* m_more = nullptr;
};

/// "ViT-S/16 · imagenette · 30 epochs · lr 3e-4 · batch 128 · started 4 minutes ago"; what was not told is left out.
/// `error`: what the band below says already.
[[nodiscard]] QString factsText(const Job& job, qint64 nowMs, const QString& error = {});

}  // namespace trainyard
