// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <vector>

#include "core/jobs/job.h"
#include "core/storage/database.h"

namespace trainyard {

/// The table `jobs`. All calls on the connection's thread, writes inside a transaction of the caller. Not to outlive
/// the connection, for it keeps statements.
class JobTable {
 public:
  explicit JobTable(const Database& database);

  /// Inserts the job or replaces its row.
  [[nodiscard]] Result<void> save(const Job& job) const;
  /// Removes the row; its series and points go with it.
  [[nodiscard]] Result<void> remove(JobId id) const;
  /// False when there is no such job.
  [[nodiscard]] Result<bool> saveProgress(JobId id, const Progress& progress);
  /// Where the reader of the job's files goes on, beside its points.
  [[nodiscard]] Result<void> saveResume(JobId id, const QByteArray& resume);
  /// Of the jobs that are running.
  [[nodiscard]] Result<QHash<JobId, QByteArray>> resumes() const;
  /// Of one job, whatever its status; empty where there is none.
  [[nodiscard]] Result<QByteArray> resume(JobId id) const;
  /// Those with an id below `before`, at most `most` of them; newest first, deleted ones that can still be brought back included.
  [[nodiscard]] Result<std::vector<Job>> newest(JobId before, qint64 most) const;
  /// The queued and the running ones with an id below `before`, newest first.
  [[nodiscard]] Result<std::vector<Job>> open(JobId before) const;
  /// Greater than every id that was ever given.
  [[nodiscard]] Result<JobId> nextId() const;

 private:
  [[nodiscard]] Result<std::vector<Job>> select(const QString& condition, JobId before, qint64 most) const;
  const Database& m_database;
  Statement m_saveProgress;
  Statement m_saveResume;
};

}  // namespace trainyard
