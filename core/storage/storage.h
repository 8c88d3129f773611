// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QThread>
#include <memory>

#include "core/jobs/job_store.h"
#include "core/metrics/metric_reader.h"

namespace trainyard {

enum class OpenMode { ReadWrite, ReadOnly };

struct WrittenBatch;

/// What is read once when the database opens: all of it, or what a window needs at first.
enum class Opening { Whole, NewestFirst };

/// Jobs newest first.
struct OpenedStore {
  std::vector<StoredJob> jobs;
  JobId nextId;
  bool complete = true;  ///< false = older jobs follow
};

/// The database of one data directory: `dataDir`/trainyard.db, SQLite in WAL mode. The facade lives in the caller's
/// thread; one storage thread writes (and is the only writer), one reading thread answers MetricReader requests.
/// Waiting work goes into one transaction; at most one is in flight. A write that fails is retried `maxRetries` times
/// with growing pauses (1.5 s in all); then changes are refused, and points are kept and tried again every few seconds
/// until they are written. `troubled` is told when the first retry fails too: a failure that passes at once is nobody's
/// trouble. A Storage is opened once; before `opened`, work waits. Where nothing can be written (ReadOnly, opening
/// failed, closed) changes are refused and accepting() is false.
class Storage final : public JobStore {
  Q_OBJECT
 public:
  static constexpr int maxRetries = 4;
  static constexpr int batchMs = 50;          ///< points wait at most this long (and for the batch in flight)
  static constexpr qint64 backlogLimit = 600'000;  ///< points waiting; above it accepting() is false. So many that a flood of 20 series fills chunks at once

  Storage(const QString& dataDir, OpenMode mode, QObject* parent = nullptr);
  ~Storage() override;

  /// Opens, migrates, reads all jobs; or first the newest ones and all that wait or run, and then the others in portions, while
  /// work is done as ever. Answered by `opened` or `openFailed`. ReadOnly creates no database and changes
  /// none (SQLite may leave an empty -wal and a -shm beside it): where there is none yet, there are no jobs.
  void open(Opening how = Opening::Whole);
  /// Writes what waits, closes in the worker and waits for it. What could not be written, or was refused and not
  /// written since, is an error (StorageWrite, StorageFull, or why the database was not open); its changes get no other
  /// answer.
  [[nodiscard]] Result<void> close();

  quint64 submit(Job job) override;
  quint64 submitRemoval(Job job) override;
  void append(const JobPoints& points) override;
  void hurry() override;
  [[nodiscard]] bool accepting() const override;
  void requestResume(JobId job) override;
  void retryNow() override;

  [[nodiscard]] MetricReader& reader();
  [[nodiscard]] QString databasePath() const;
  /// Bytes of the database and its WAL, as of the last commit.
  [[nodiscard]] qint64 sizeBytes() const;

 Q_SIGNALS:
  void opened(const trainyard::OpenedStore& store);
  void openFailed(const trainyard::Error& error);
  /// The next portion, each job once, until one is complete.
  void olderRead(const trainyard::OpenedStore& portion);
  /// A portion could not be read, and no other follows.
  void olderFailed(const trainyard::Error& error);

 private:
  [[nodiscard]] quint64 take(JobChange change);
  void refuseLater(quint64 ticket, const Error& error);
  void sendSoon(int ms);
  void send();
  void takeOpened(const OpenedStore& store, qint64 bytes);
  void takeOlder(const OpenedStore& portion);
  void readOlder();
  void takeOpenFailure(const Error& error);
  void takeWritten(quint64 number, const WrittenBatch& written, qint64 bytes);
  void takeFailure(quint64 number, const Error& error);
  void refuseChanges(const Error& error);
  void flushBeforeClosing();
  void hearWorker();
  [[nodiscard]] Result<void> unwritten();

  struct State;
  std::unique_ptr<State> m_state;
};

}  // namespace trainyard

Q_DECLARE_METATYPE(trainyard::OpenedStore)
