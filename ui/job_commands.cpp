// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/job_commands.h"

#include "core/base/format.h"
#include "ui/demo_jobs.h"

namespace trainyard {
namespace {

constexpr size_t undoDepth = 20;

QString quoted(const QString& name) {
  constexpr int longest = 48;
  return QStringLiteral("“%1”").arg(name.size() > longest ? name.left(longest - 1) + QChar(u'…') : name);
}

}  // namespace

JobCommands::JobCommands(JobService& jobs, JobStore& store, ToastStack& toasts, QObject* parent)
    : QObject(parent), m_jobs(jobs), m_store(store), m_toasts(toasts) {
  connect(&m_jobs, &JobService::changeCommitted, this, &JobCommands::changeCommitted);
  connect(&m_jobs, &JobService::changeRefused, this, &JobCommands::changeRefused);
  connect(&m_jobs, &JobService::jobNoticed, this, &JobCommands::tellNoticed);
  connect(&m_store, &JobStore::troubled, this, &JobCommands::storageTroubled);
  connect(&m_store, &JobStore::recovered, this, &JobCommands::storageRecovered);
}

void JobCommands::add(const JobSettings& settings, bool start) {
  if (const auto added = tryAdd(settings, start); !added) refuse(added.error(), tr("The job was not added"));
}

Result<void> JobCommands::tryAdd(const JobSettings& settings, bool start) {
  const auto id = m_jobs.create(settings);
  if (!id) return tl::make_unexpected(id.error());
  m_added.insert(*id, start);
  if (!start) return {};
  if (const auto started = m_jobs.start(*id); !started) refuse(started.error(), tr("Added, but not started"));
  return {};
}

void JobCommands::addDemo() {
  QList<JobSettings> jobs = demoJobs();
  const JobSettings started = jobs.takeFirst();  // added last: the newest is on top, and is the one that is shown
  for (const JobSettings& settings : jobs) add(settings, false);
  add(started, true);
}

void JobCommands::start(const QList<JobId>& ids) {
  for (const JobId id : ids) {
    const Job* job = m_jobs.job(id);
    if (job != nullptr && ids.size() > 1 && !isAllowed(job->status, JobAction::Start)) continue;
    if (const auto done = m_jobs.start(id); !done) refuse(done.error(), tr("Not started"));
  }
}

void JobCommands::stop(const QList<JobId>& ids) {
  for (const JobId id : ids) {
    const Job* job = m_jobs.job(id);
    if (job != nullptr && ids.size() > 1 && !isAllowed(job->status, JobAction::Stop)) continue;
    if (const auto done = m_jobs.stop(id); !done) refuse(done.error(), tr("Not stopped"));
  }
}

bool JobCommands::canRunAgain(const Job& job) {
  const JobSource source = job.settings.source;
  return isAllowed(job.status, JobAction::RunAgain) && source != JobSource::Imported && source != JobSource::Mlflow;
}

void JobCommands::runAgain(const QList<JobId>& ids) {
  for (const JobId id : ids) {
    const Job* job = m_jobs.job(id);
    if (job != nullptr && ids.size() > 1 && !canRunAgain(*job)) continue;
    const auto created = m_jobs.runAgain(id);
    if (created)
      m_added.insert(*created, false);
    else
      refuse(created.error(), tr("Not queued again"));
  }
}

void JobCommands::remove(const QList<JobId>& ids) {
  for (const JobId id : ids) {
    const Job* job = m_jobs.job(id);
    if (job != nullptr && ids.size() > 1 && !isAllowed(job->status, JobAction::Delete)) continue;
    const QString name = job != nullptr ? job->settings.name : QString();
    if (const auto done = m_jobs.remove(id); !done) {
      refuse(done.error(), tr("Not deleted"));
      continue;
    }
    m_names.insert(id, name);
  }
}

void JobCommands::rename(JobId id, const QString& name) {
  if (const auto done = m_jobs.rename(id, name); !done) refuse(done.error(), tr("Not renamed"));
}

void JobCommands::undoRemove() {
  if (m_removed.empty()) return;
  const QList<JobId> ids = m_removed.back();
  m_removed.pop_back();
  for (const JobId id : ids)
    if (const auto done = m_jobs.restore(id); !done) refuse(done.error(), tr("Not brought back"));
  Q_EMIT undoChanged(canUndo());
}

void JobCommands::changeCommitted(JobId id, JobChangeKind kind) {
  if (kind == JobChangeKind::Deleted) return note(News::Deleted, id);
  const Job* job = m_jobs.job(id);
  if (job == nullptr) return;
  switch (kind) {
    case JobChangeKind::Created:
      if (!m_added.contains(id)) return;
      if (!m_added.take(id)) note(News::Added, id);
      Q_EMIT viewRequested(id);
      return;
    case JobChangeKind::Started:
      return note(News::Started, id);
    case JobChangeKind::Renamed:
      m_toasts.show({.kind = ToastKind::Success, .title = tr("Renamed to %1").arg(quoted(job->settings.name))});
      return;
    case JobChangeKind::Restored:
      return note(News::Restored, id);
    case JobChangeKind::Ended:
      if (job->settings.source == JobSource::Imported) return;  // the import tells of all its runs at once
      return job->ending.kind == EndKind::StoppedByUser ? note(News::Stopped, id) : tellEnded(*job);
    default:
      return;
  }
}

void JobCommands::note(News news, JobId id) {
  if (m_news.empty()) QMetaObject::invokeMethod(this, &JobCommands::tellNews, Qt::QueuedConnection);
  m_news[news] << id;
}

void JobCommands::tellNews() {
  for (const auto& [news, ids] : std::exchange(m_news, {})) m_toasts.show(toastFor(news, ids));
}

ToastContent JobCommands::toastFor(News news, const QList<JobId>& ids) {
  ToastContent content;
  const int count = static_cast<int>(ids.size());
  if (count == 1) {
    content = toastForOne(news, ids.first());
  } else {
    content.kind = news == News::Stopped || news == News::Deleted ? ToastKind::Info : ToastKind::Success;
    switch (news) {
      case News::Added: content.title = tr("%n jobs added to the queue", nullptr, count); break;
      case News::Started: content.title = tr("%n jobs started", nullptr, count); break;
      case News::Stopped: content.title = tr("%n jobs stopped", nullptr, count); break;
      case News::Deleted: content.title = tr("%n jobs deleted", nullptr, count); break;
      case News::Restored: content.title = tr("%n jobs are back", nullptr, count); break;
    }
    content.title.replace(QStringLiteral("%n"), QString::number(count));
  }
  if (news == News::Deleted) addUndo(content, ids);
  if (news == News::Restored) Q_EMIT viewRequested(ids.first());
  for (const JobId id : ids) m_names.remove(id);
  return content;
}

ToastContent JobCommands::toastForOne(News news, JobId id) const {
  const Job* job = m_jobs.job(id);
  const QString name = quoted(job != nullptr ? job->settings.name : m_names.value(id));
  if (news == News::Deleted || job == nullptr) return {.kind = ToastKind::Info, .title = tr("%1 deleted").arg(name)};
  const Progress& progress = job->progress;
  switch (news) {
    case News::Started: {
      const bool command = job->settings.source == JobSource::Command;
      return {.kind = ToastKind::Success,
              .title = tr("%1 started").arg(name),
              .detail = command ? job->settings.command.line.simplified()
                                : tr("Step %1 of %2").arg(countText(progress.step + 1), countText(progress.totalSteps))};
    }
    case News::Stopped:
      return {.kind = ToastKind::Info,
              .title = tr("%1 stopped").arg(name),
              .detail = job->startedMs == 0 ? tr("Before it began") : tr("At step %1").arg(countText(progress.step))};
    case News::Restored:
      return {.kind = ToastKind::Success, .title = tr("%1 is back").arg(name)};
    default:
      return {.kind = ToastKind::Success, .title = tr("%1 added to the queue").arg(name)};
  }
}

void JobCommands::addUndo(ToastContent& content, const QList<JobId>& ids) {
  m_removed.push_back(ids);
  if (m_removed.size() > undoDepth) m_removed.pop_front();
  Q_EMIT undoChanged(true);
  content.actionText = tr("Undo");
  content.action = [this, ids] {
    const auto known = std::find(m_removed.begin(), m_removed.end(), ids);
    if (known == m_removed.end()) return;  // undone by the keyboard already
    m_removed.erase(known);
    m_removed.push_back(ids);
    undoRemove();
  };
}

void JobCommands::tellEnded(const Job& job) {
  const QString name = quoted(job.settings.name);
  ToastContent content;
  if (job.status == JobStatus::Complete) {
    const QString time = durationText(job.endedMs - job.startedMs);
    content = {.kind = ToastKind::Success,
               .title = tr("%1 is complete").arg(name),
               .detail = tr("%1 steps in %2").arg(countText(job.progress.step), time)};
  } else {
    const QString retry = isRetried(job) ? tr(" · attempt %1 in %2").arg(job.attempt + 1).arg(durationText(job.settings.scheduling.retryDelayS * 1000LL))
                                         : QString();
    content = {.kind = ToastKind::Error, .title = tr("%1 failed").arg(name), .detail = job.ending.reason + retry, .topic = job.id.value};
  }
  content.actionText = tr("View");
  content.action = [this, id = job.id] { Q_EMIT viewRequested(id); };
  m_toasts.show(content);
  Q_EMIT newsForDesktop(job.id, content.title, content.detail, job.status == JobStatus::Failed);
}

void JobCommands::changeRefused(JobId id, JobChangeKind kind, const Error& error) {
  static const QHash<JobChangeKind, const char*> titles{
      {JobChangeKind::Created, QT_TR_NOOP("The job was not added")}, {JobChangeKind::Started, QT_TR_NOOP("Not started")},
      {JobChangeKind::Renamed, QT_TR_NOOP("Not renamed")},           {JobChangeKind::Moved, QT_TR_NOOP("Not moved")},
               {JobChangeKind::Deleted, QT_TR_NOOP("Not deleted")},
      {JobChangeKind::Restored, QT_TR_NOOP("Not brought back")},     {JobChangeKind::Purged, QT_TR_NOOP("Not cleared")}};
  m_added.remove(id);
  m_names.remove(id);
  refuse(error, tr(titles.value(kind, QT_TR_NOOP("Not saved"))));
}

void JobCommands::refuse(const Error& error, const QString& title) {
  qWarning("%s: %s %s", qUtf8Printable(title), qUtf8Printable(error.message), qUtf8Printable(error.detail));
  m_toasts.show({.kind = ToastKind::Error, .title = title, .detail = error.message});
}

void JobCommands::storageTroubled(const Error& error) {
  qWarning("storage: %s %s", qUtf8Printable(error.message), qUtf8Printable(error.detail));
  m_storageToast = m_toasts.show({.kind = ToastKind::Error,
                                  .title = tr("Saving failed; runs are paused"),
                                  .detail = error.message,
                                  .actionText = tr("Try again"),
                                  .action = [this] { m_store.retryNow(); }});
}

void JobCommands::storageRecovered() {
  m_toasts.update(m_storageToast,
                  {.kind = ToastKind::Success, .title = tr("Saving works again"), .detail = tr("Nothing was lost.")});
  m_storageToast = 0;
}

}  // namespace trainyard
