// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/queue_bar.h"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>

#include "core/base/format.h"
#include "ui/theme/elided_label.h"
#include "ui/theme/toggle_switch.h"

namespace trainyard {
namespace {

constexpr int slotChoices[] = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64};

QString slotText(int count) { return count == 1 ? QueueBar::tr("1 slot") : QueueBar::tr("%1 slots").arg(count); }

}  // namespace

QueueBar::QueueBar(Theme& theme, const JobService& jobs, const Dispatcher& queue, Settings& settings, QWidget* parent)
    : QWidget(parent), m_jobs(jobs), m_queue(queue) {
  setObjectName(QStringLiteral("queueBar"));
  setAttribute(Qt::WA_StyledBackground);
  m_switch = new ToggleSwitch(theme, this);
  m_switch->setObjectName(QStringLiteral("queueSwitch"));
  m_switch->setAccessibleName(tr("Run the queue"));
  m_switch->setToolTip(tr("While the queue is on, queued jobs start by themselves when a slot is free."));
  m_state = new QLabel(this);
  m_state->setObjectName(QStringLiteral("queueState"));
  m_slots = new QToolButton(this);
  m_slots->setObjectName(QStringLiteral("queueSlots"));
  m_slots->setToolTip(tr("How many command jobs may run at a time"));
  m_slots->setPopupMode(QToolButton::InstantPopup);
  auto* menu = new QMenu(m_slots);
  for (const int count : slotChoices)
    connect(menu->addAction(slotText(count)), &QAction::triggered, &settings, [&settings, count] { settings.setQueueSlots(count); });
  m_slots->setMenu(menu);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(16, 8, 16, 8);
  row->setSpacing(10);
  row->addWidget(m_switch);
  row->addWidget(m_state, 1);
  row->addWidget(m_slots);
  connect(m_switch, &QAbstractButton::clicked, &settings, [&settings](bool on) { settings.setQueueOn(on); });
  connect(&queue, &Dispatcher::changed, this, &QueueBar::refresh);
  connect(&jobs, &JobService::changeCommitted, this, &QueueBar::refresh);
  connect(&jobs, &JobService::opened, this, &QueueBar::refresh);
  refresh();
}

void QueueBar::refresh() {
  const int waiting = static_cast<int>(m_jobs.queue().size());
  m_switch->setChecked(m_queue.isOn());
  m_slots->setText(slotText(m_queue.slotCount()) + QStringLiteral(" ▾"));
  m_slots->setAccessibleName(tr("Slots for command jobs: %1").arg(m_queue.slotCount()));
  QString state = m_queue.isOn() ? tr("Queue on") : tr("Queue off");
  if (const int used = m_queue.usedSlots(); m_queue.isOn() && used > 0) state += tr(" · %1 in use").arg(used);
  if (waiting > 0) state += waiting == 1 ? tr(" · 1 waits") : tr(" · %1 wait").arg(countText(waiting));
  m_state->setText(state);
}

}  // namespace trainyard
