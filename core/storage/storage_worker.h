// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <memory>
#include <set>
#include <variant>

#include "core/jobs/job_store.h"
#include "core/storage/database.h"
#include "core/storage/job_table.h"
#include "core/storage/metric_table.h"

namespace trainyard {

/// What waits to be written, in the order in which it was given.
using WriteOperation = std::variant<JobChange, JobPoints>;
using WriteBatch = std::vector<WriteOperation>;

/// What became of a batch that was written. It does not repeat the points: who gave them has them.
struct WrittenBatch {
  std::vector<size_t> kept;  ///< places in the batch, rising; the points at others had no job
  std::vector<JobSummaries> summaries;
};

/// Lives in the storage thread: the only writer, the owner of the writing connection. One batch is one transaction, all
/// or nothing. An empty batch only tries whether the file can be written. Points of a job that is not at rest (it was
/// removed) have no place and are left out.
class StorageWorker final : public QObject {
  Q_OBJECT
 public:
  StorageWorker(QString path, OpenMode mode);
  ~StorageWorker() override;

  void open(Opening how = Opening::Whole);
  /// The next portion of older jobs. Answered by `olderRead` or `olderFailed`.
  void readOlder();
  void write(quint64 number, const WriteBatch& batch);
  /// Answered by `resumeRead`.
  void readResume(JobId job);
  void close();

 Q_SIGNALS:
  void opened(const trainyard::OpenedStore& store, qint64 bytes);
  void openFailed(const trainyard::Error& error);
  void olderRead(const trainyard::OpenedStore& portion);
  void olderFailed(const trainyard::Error& error);
  void written(quint64 number, const trainyard::WrittenBatch& batch, qint64 bytes);
  void resumeRead(trainyard::JobId job, const QByteArray& resume);
  void writeFailed(quint64 number, const trainyard::Error& error);

 private:
  [[nodiscard]] Result<OpenedStore> load(Opening how);
  [[nodiscard]] Result<OpenedStore> portion(qint64 most);
  [[nodiscard]] Result<void> addOpen(OpenedStore& store);
  [[nodiscard]] Result<WrittenBatch> apply(const WriteBatch& batch);
  [[nodiscard]] Result<void> tryWriting() const;
  // Whether the operation had a place.
  [[nodiscard]] Result<bool> apply(const JobChange& change, WrittenBatch& written);
  [[nodiscard]] Result<bool> apply(const JobPoints& points, WrittenBatch& written);
  void sealOldSeries();
  void giveSpaceBack();
  [[nodiscard]] qint64 bytes() const;

  QString m_path;
  OpenMode m_mode;
  JobId m_readDownTo;         ///< jobs with this id or a greater one are told already
  std::set<JobId> m_toldOpen;  ///< older ones that are told already
  qint64 m_freed = 0;  ///< pages of the file that may be free; 0 = not worth a look
  Database m_database;
  struct Tables {
    explicit Tables(const Database& database) : jobs(database), metrics(database) {}
    JobTable jobs;
    MetricTable metrics;
  };
  std::unique_ptr<Tables> m_tables;  ///< while a database is open that has them
};

}  // namespace trainyard

Q_DECLARE_METATYPE(trainyard::WrittenBatch)
