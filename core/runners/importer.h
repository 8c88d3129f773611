// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QFileSystemWatcher>
#include <QFutureWatcher>
#include <QObject>
#include <QSet>
#include <QTimer>
#include <deque>
#include <map>
#include <memory>

#include "core/jobs/job_service.h"
#include "core/runners/import_runner.h"

namespace trainyard {

/// How far an import is.
struct ImportProgress {
  int runs = 0;
  int done = 0;
  qint64 bytes = 0;      ///< of the runs' files, as they were found
  qint64 bytesRead = 0;
  qint64 leftMs = -1;    ///< -1 = not known yet
  /// 0..1
  [[nodiscard]] double fraction() const;
};

/// What an import came to.
struct ImportSum {
  int added = 0;       ///< runs that were not known before
  int grown = 0;       ///< known ones that were read on
  int known = 0;       ///< known ones of which nothing is new, or that are being followed
  qint64 points = 0;   ///< that these runs have now and had not before; of those that a restart overtook the last
  bool cancelled = false;
  QList<JobId> jobs;   ///< of all these runs
  QList<ReadProblem> problems;
  SkippedCounts skipped;
};

/// What a found run is to the jobs that there are.
enum class FoundKind { New, Grown, Known };

/// Brings runs from the disk: finds them in a thread of its own, makes a job of each, and has a few at a time read by the
/// ImportRunner. Folders that are watched are looked at again whenever something in them changes (and every few seconds, for disks that
/// do not tell), and what is new in them is imported.
class Importer final : public QObject {
  Q_OBJECT
 public:
  static constexpr int mostAtOnce = 24;  ///< runs that are read in turns

  Importer(JobService& jobs, ImportRunner& runner, QObject* parent = nullptr);
  ~Importer() override;

  /// Looks for runs in files and under folders. Answered by `found` with the number of this search, unless it is given up.
  quint64 find(const QStringList& paths);
  void stopFinding(quint64 search);
  [[nodiscard]] FoundKind kindOf(const FoundRun& run) const;

  /// Imports runs that were found, beside those that are being imported. Answered by one `finished` with the number of this import
  /// when all are on the disk; a run that another import is reading already is known to this one.
  quint64 take(const std::vector<FoundRun>& runs, const std::vector<ReadProblem>& problems = {}) { return enqueue(runs, problems, true); }
  /// All imports: what was read stays; what was not begun is left out.
  void cancel();
  [[nodiscard]] bool isImporting() const { return !m_batches.empty(); }
  [[nodiscard]] const ImportProgress& progress() const { return m_progress; }

  /// Folders that are followed for ever, absolute.
  void setWatched(const QStringList& folders);
  [[nodiscard]] const QStringList& watched() const { return m_watched; }

 Q_SIGNALS:
  void finding(quint64 search, qint64 files);
  void found(quint64 search, const trainyard::FoundRuns& runs);
  /// Of all imports together.
  void progressed(const trainyard::ImportProgress& progress);
  /// `asked` = somebody wanted it; else it came from a watched folder.
  void finished(quint64 import, const trainyard::ImportSum& sum, bool asked);
  void watchedChanged();

 private:
  using Search = QFutureWatcher<FoundRuns>;
  [[nodiscard]] static QFuture<FoundRuns> search(const QStringList& paths);
  /// What one take() gave.
  struct Batch {
    ImportSum sum;
    bool asked = true;
    qsizetype open = 0;  ///< runs that wait or are being read
  };
  struct Waiting {
    quint64 batch;
    FoundRun run;
  };
  /// A run that is read for the first time since it was found.
  struct Reading {
    quint64 batch;
    FoundKind kind;
    QString path;
    qint64 left;    ///< bytes
    qint64 before;  ///< points that the job had
  };
  void hearJobs();
  void hearRunner();
  quint64 enqueue(const std::vector<FoundRun>& runs, const std::vector<ReadProblem>& problems, bool asked);
  void beginSome();
  [[nodiscard]] Result<std::pair<JobId, FoundKind>> beginReading(const FoundRun& run);
  void beginOne(const Waiting& one);
  void takeCaughtUp(JobId id);
  void closeWhenWritten(JobId id);
  void takeRefused(JobId id, JobChangeKind kind, const Error& error);
  void close(Batch& batch, qint64 bytesLeft);
  void tellProgress();
  void goOn();
  void lookAgain();
  void takeSeen();
  void folderChanged();
  [[nodiscard]] bool watchFolders(const QStringList& folders);
  [[nodiscard]] bool isWanted(const FoundRun& run) const;
  [[nodiscard]] JobId known(const FoundRun& run) const;
  void note(JobId id);

  JobService& m_jobs;
  ImportRunner& m_runner;
  QHash<QString, JobId> m_known;     ///< by identity
  quint64 m_lastNumber = 0;          ///< of searches and imports
  std::map<quint64, Batch> m_batches;
  std::deque<Waiting> m_waiting;
  std::map<JobId, Reading> m_reading;
  std::map<JobId, Reading> m_caughtUp;      ///< read to their end, but perhaps not all of it is on the disk yet
  QHash<JobId, QByteArray> m_unwritten;     ///< the newest place in their files that is on its way to the disk
  QSet<QString> m_leftOut;                  ///< by a cancel(): the watch does not bring them back
  QHash<QString, qint64> m_begunAt;         ///< when a run that the watch took up had changed last
  QSet<QString> m_notWatched;               ///< folders of which the system does not tell
  ImportProgress m_progress;
  QElapsedTimer m_since;
  QTimer m_beginTimer;
  QTimer m_tell;
  std::map<quint64, std::unique_ptr<Search>> m_searches;
  Search m_look;                     ///< at the watched folders
  QElapsedTimer m_lookTook;
  QElapsedTimer m_sinceChange;
  QTimer m_lookTimer;
  QStringList m_watched;
  QFileSystemWatcher m_watcher;
};

}  // namespace trainyard

Q_DECLARE_METATYPE(trainyard::FoundRuns)
Q_DECLARE_METATYPE(trainyard::ImportProgress)
Q_DECLARE_METATYPE(trainyard::ImportSum)
