// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>
#include <deque>
#include <map>

#include "core/jobs/job_service.h"
#include "core/jobs/trouble_watch.h"
#include "ui/toasts/toast_stack.h"

namespace trainyard {

enum class QueueMove { First, Sooner, Later };

/// What a key or a button does to jobs, and the toast in which every action and every asynchronous error ends.
class JobCommands final : public QObject {
  Q_OBJECT
 public:
  JobCommands(JobService& jobs, JobStore& store, ToastStack& toasts, QObject* parent = nullptr);

  void add(const JobSettings& settings, bool start);
  /// As above, but that the job could not be added is the caller's to tell, beside its form.
  [[nodiscard]] Result<void> tryAdd(const JobSettings& settings, bool start);
  /// Three simulated jobs, the first of them started.
  void addDemo();
  /// Each acts on those of the jobs that allow it; one toast tells the outcome of all.
  void start(const QList<JobId>& ids);
  void stop(const QList<JobId>& ids);
  void runAgain(const QList<JobId>& ids);
  /// Not of a job whose run another program made: nobody here knows how it is run.
  [[nodiscard]] static bool canRunAgain(const Job& job);
  void remove(const QList<JobId>& ids);
  void rename(JobId id, const QString& name);
  /// Before another queued job, or behind all (no job).
  void moveInQueue(JobId id, JobId before);
  /// Those of the jobs that are queued, together and in their order.
  void moveInQueue(const QList<JobId>& ids, QueueMove move);
  void setPriority(const QList<JobId>& ids, int priority);
  void tellRefusedByQueue(JobId id, const Error& error);
  /// No job: it is everybody's trouble.
  void tellTrouble(JobId id, const Trouble& trouble, bool stopped);
  /// Brings back what the last delete removed; again: the one before.
  void undoRemove();
  [[nodiscard]] bool canUndo() const { return !m_removed.empty(); }

 Q_SIGNALS:
  void undoChanged(bool possible);
  /// The user asks to see this job: from a toast's View, or because it was just added.
  void viewRequested(trainyard::JobId id);
  /// For the desktop, should nobody look at the window: a run has ended, or is in trouble.
  void newsForDesktop(trainyard::JobId id, const QString& title, const QString& detail, bool urgent);

 private:
  /// What is told once for all jobs that it happened to in one turn of the event loop.
  enum class News { Added, Started, Stopped, Deleted, Restored };

  void changeCommitted(JobId id, JobChangeKind kind);
  void changeRefused(JobId id, JobChangeKind kind, const Error& error);
  void note(News news, JobId id);
  void tellNews();
  [[nodiscard]] ToastContent toastFor(News news, const QList<JobId>& ids);
  [[nodiscard]] ToastContent toastForOne(News news, JobId id) const;
  void addUndo(ToastContent& content, const QList<JobId>& ids);
  void tellEnded(const Job& job);
  void tellNoticed(JobId id, const QString& sentence);
  void refuse(const Error& error, const QString& title);
  void storageTroubled(const Error& error);
  void storageRecovered();

  JobService& m_jobs;
  JobStore& m_store;
  ToastStack& m_toasts;
  std::deque<QList<JobId>> m_removed;
  QHash<JobId, bool> m_added;       ///< created here and not committed yet; the value: to be started
  QHash<JobId, QString> m_names;    ///< of jobs on their way to be deleted
  std::map<News, QList<JobId>> m_news;
  ToastId m_storageToast = 0;
};

}  // namespace trainyard
