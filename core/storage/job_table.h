// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/jobs/job.h"
#include "core/storage/database.h"

namespace trainyard {

/// The table `jobs`. All calls on the connection's thread, writes inside a transaction of the caller.
class JobTable {
 public:
  explicit JobTable(const Database& database) : m_database(database) {}

  /// Inserts the job or replaces its row.
  [[nodiscard]] Result<void> save(const Job& job) const;
  /// Removes the row; its series and points go with it.
  [[nodiscard]] Result<void> remove(JobId id) const;
  [[nodiscard]] Result<void> saveProgress(JobId id, const Progress& progress) const;
  /// Newest first, deleted ones that can still be brought back included.
  [[nodiscard]] Result<std::vector<Job>> all() const;
  /// Greater than every id that was ever given.
  [[nodiscard]] Result<JobId> nextId() const;

 private:
  const Database& m_database;
};

}  // namespace trainyard
