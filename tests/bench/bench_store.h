// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

#include "core/storage/storage.h"
#include "tests/bench/made_points.h"

namespace trainyard {

/// A Storage whose answers are waited for, in an event loop of the caller's thread.
class BenchStore {
 public:
  explicit BenchStore(const QString& dir, Opening how = Opening::Whole);  ///< opens it
  ~BenchStore();

  void addJob(JobId id);
  /// With a point in each of two series.
  void addEndedJob(JobId id);
  /// Appends `pointsPerSeries` points to each of `series` series of a job, `chunk` of each at a time, a turn of the event loop
  /// each and as fast as accepting() allows; returns when all are committed. Seconds.
  double fill(JobId job, int series, qint64 pointsPerSeries, qint64 chunk, const MadePoints& made);
  /// The answer to a request; ms.
  double read(const SeriesQuery& query, JobPoints& answer);
  void close();

  /// Until all jobs are there.
  void waitUntilComplete();
  /// How long open() took, and what is there.
  [[nodiscard]] double openedMs() const { return m_openedMs; }
  [[nodiscard]] const std::vector<StoredJob>& openedJobs() const { return m_opened.jobs; }
  [[nodiscard]] Storage& storage() { return *m_storage; }
  [[nodiscard]] qint64 committedPoints() const { return m_committed; }
  void waitUntil(const std::function<bool()>& done);

 private:
  std::unique_ptr<Storage> m_storage;
  qint64 m_committed = 0;
  double m_openedMs = 0.0;
  OpenedStore m_opened;
};

[[nodiscard]] QString tagOf(int series);
/// What of the heap is in use.
[[nodiscard]] double heldMiB();
/// Bytes of the database with its WAL.
[[nodiscard]] qint64 bytesOf(const QString& dir);
/// Takes a file out of the page cache, as far as the kernel lets it.
void forgetFile(const QString& path);

}  // namespace trainyard
