// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/base/settings.h"
#include "core/runners/dispatcher.h"
#include "ui/theme/theme.h"

class QAbstractButton;
class QLabel;
class QToolButton;

namespace trainyard {

/// The foot of the list: whether queued jobs start by themselves, and how many command jobs may run at a time.
/// objectNames: queueSwitch, queueState, queueSlots.
class QueueBar final : public QWidget {
  Q_OBJECT
 public:
  QueueBar(Theme& theme, const JobService& jobs, const Dispatcher& queue, Settings& settings, QWidget* parent = nullptr);

 private:
  void refresh();
  const JobService& m_jobs;
  const Dispatcher& m_queue;
  QAbstractButton* m_switch = nullptr;
  QLabel* m_state = nullptr;
  QToolButton* m_slots = nullptr;
};

}  // namespace trainyard
