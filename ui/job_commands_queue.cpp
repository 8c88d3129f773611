// SPDX-License-Identifier: GPL-3.0-or-later
// What a key or a button does to the order of the queue, and what the queue and the watch over running jobs tell.
#include "ui/job_commands.h"

namespace trainyard {

void JobCommands::moveInQueue(JobId id, JobId before) {
  const auto priorityOf = [this](JobId one) {
    for (const Job* job : m_jobs.queue())
      if (job->id == one) return job->settings.scheduling.priority;
    return 0;
  };
  const int priority = priorityOf(id);
  if (const auto done = m_jobs.moveInQueue(id, before); !done) return refuse(done.error(), tr("Not moved"));
  if (const int now = priorityOf(id); now != priority) {
    const QString name = now < 0 ? tr("low") : now > 0 ? tr("high") : tr("normal");
    m_toasts.show({.kind = ToastKind::Info, .title = tr("Moved, and now of %1 priority").arg(name), .detail = m_jobs.job(id)->settings.name});
  }
}

void JobCommands::moveInQueue(const QList<JobId>& ids, QueueMove move) {
  std::vector<JobId> order;
  for (const Job* job : m_jobs.queue()) order.push_back(job->id);
  std::vector<JobId> moved;
  for (const JobId id : order)
    if (ids.contains(id)) moved.push_back(id);
  if (moved.empty()) return;
  const auto first = std::find(order.begin(), order.end(), moved.front());
  const auto last = std::find(order.begin(), order.end(), moved.back());
  JobId before;  // none: behind all
  switch (move) {
    case QueueMove::First:
      before = order.front();
      break;
    case QueueMove::Sooner:
      if (first == order.begin()) return;
      before = *(first - 1);
      break;
    case QueueMove::Later:
      if (last + 1 == order.end()) return;
      if (last + 2 != order.end()) before = *(last + 2);
      break;
  }
  if (std::find(moved.begin(), moved.end(), before) != moved.end()) return;  // they are in front already
  for (const JobId id : moved) moveInQueue(id, before);
}

void JobCommands::setPriority(const QList<JobId>& ids, int priority) {
  for (const JobId id : ids) {
    const Job* job = m_jobs.job(id);
    if (job != nullptr && ids.size() > 1 && job->status != JobStatus::Queued) continue;
    if (const auto done = m_jobs.setPriority(id, priority); !done) refuse(done.error(), tr("The priority was not changed"));
  }
}

void JobCommands::tellRefusedByQueue(JobId id, const Error& error) {
  const Job* job = m_jobs.job(id);
  refuse(error, job != nullptr ? tr("The queue could not start “%1”").arg(job->settings.name) : tr("Not started"));
}

void JobCommands::tellTrouble(JobId id, const Trouble& trouble, bool stopped) {
  const Job* job = m_jobs.job(id);
  ToastContent content{.kind = ToastKind::Warning, .title = trouble.message};
  if (job != nullptr) {
    content.title = stopped ? tr("“%1” is in trouble and is stopped").arg(job->settings.name) : tr("“%1” is in trouble").arg(job->settings.name);
    content.detail = trouble.message;
    content.actionText = tr("View");
    content.action = [this, id] { Q_EMIT viewRequested(id); };
    content.topic = id.value;
  }
  qWarning("job %lld: %s", static_cast<long long>(id.value), qUtf8Printable(trouble.message));
  m_toasts.show(content);
  Q_EMIT newsForDesktop(id, content.title, content.detail, true);
}

void JobCommands::tellNoticed(JobId id, const QString& sentence) {
  const Job* job = m_jobs.job(id);
  if (job == nullptr) return;
  qWarning("job %lld: %s", static_cast<long long>(id.value), qUtf8Printable(sentence));
  m_toasts.show({.kind = ToastKind::Warning,
                 .title = job->settings.name,
                 .detail = sentence,
                 .actionText = tr("View"),
                 .action = [this, id] { Q_EMIT viewRequested(id); },
                 .topic = id.value});
}

}  // namespace trainyard
