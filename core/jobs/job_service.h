// SPDX-License-Identifier: GPL-3.0-or-later
// The use cases: everything that a person, a script or a shortcut can do to a job. Lives in the UI thread, holds the
// truth in memory, never waits.
#pragma once

#include <QHash>
#include <QObject>
#include <array>
#include <memory>
#include <set>
#include <vector>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/jobs/job.h"
#include "core/jobs/job_store.h"
#include "core/runners/runner.h"

namespace trainyard {

struct JobServiceDependencies {
  JobStore& store;
  Runner& simulatedRunner;
  Runner& commandRunner;
  Runner& importRunner;
  const Clock& clock;
  Runner* mlflowRunner = nullptr;  ///< null where the API is never on
};

/// A change of a job's row that was accepted and is on its way to the disk.
enum class JobChangeKind { Created, Started, Renamed, Moved, Deleted, Restored, Ended, Purged, Imported, Reopened, Described };

/// Views read committed state only: a job or a point is seen once it is on the disk. Commands are checked against what
/// was accepted last, so that a second Start during the first is refused. An action that returned an error changed nothing.
class JobService final : public QObject {
  Q_OBJECT
 public:
  explicit JobService(const JobServiceDependencies& dependencies, QObject* parent = nullptr);
  ~JobService() override;

  /// Takes over what the store held at start-up: all of it, newest first, or the newest jobs and all that wait or run, and `loadMore`
  /// follows. Call once, before anything else. Emits `jobsLoaded` and `opened`, and `loaded` when that was all.
  void load(std::vector<StoredJob> jobs, JobId nextId, bool whole = true);
  /// A portion of the older jobs, newest first, each job once, until one is the last. Emits `jobsLoaded`, and `loaded` after the last.
  void loadMore(std::vector<StoredJob> jobs, bool last);
  /// Gives the jobs found running to their runners: a simulated run goes on, a program is found again, or what became of it.
  /// For the owner of the data directory.
  void resumeInterrupted();
  /// One job found running, as above; NotAllowed when it was not.
  [[nodiscard]] Result<void> resume(JobId id);
  /// Removes for good the jobs deleted in an earlier session. For when all jobs are there.
  void purgeDeleted();

  [[nodiscard]] Result<JobId> create(const JobSettings& settings);
  /// A run that another program has made or makes: it runs at once, for as long as its files are read or its program reports. InvalidInput
  /// for settings that are no import.
  [[nodiscard]] Result<JobId> import(const JobSettings& settings);
  /// An imported job that has ended, whose files have grown or whose program reports again: it runs again. NotAllowed for others and while it runs.
  [[nodiscard]] Result<void> importAgain(JobId id);
  /// A running command job whose program has begun that run of MLflow, and reports its points beside what is read of its log. NotAllowed for others.
  [[nodiscard]] Result<void> attach(JobId id, const QString& run);
  /// Only from queued. The runner starts when the change is committed. A command job is given GPUs, where there are some.
  [[nodiscard]] Result<void> start(JobId id);
  /// From running or queued: becomes failed with that reason. Again while stopping: escalates.
  [[nodiscard]] Result<void> stop(JobId id, const Ending& why);
  [[nodiscard]] Result<void> stop(JobId id) { return stop(id, stoppedByUser()); }
  [[nodiscard]] static Ending stoppedByUser();
  /// A new queued job with the settings of an ended (or any) one.
  [[nodiscard]] Result<JobId> runAgain(JobId id);
  [[nodiscard]] Result<void> rename(JobId id, const QString& name);
  /// -1 low, 0 normal, 1 high; InvalidInput for others. Only of a queued job.
  [[nodiscard]] Result<void> setPriority(JobId id, int priority);
  /// To the place before another queued job, or to the end of the queue, whose priority it takes; only of queued jobs.
  [[nodiscard]] Result<void> moveInQueue(JobId id, JobId before);
  /// Hides the job; `restore` undoes it until the program is left. A running job is refused.
  [[nodiscard]] Result<void> remove(JobId id);
  [[nodiscard]] Result<void> restore(JobId id);

  /// Removes an ended or queued job for good, with all its points; nothing brings it back.
  [[nodiscard]] Result<void> purge(JobId id);

  /// Null when there is no such (listed) job. Valid until the next signal.
  [[nodiscard]] const Job* job(JobId id) const;
  /// Summaries of the job's series, by tag order; empty when unknown.
  [[nodiscard]] const std::vector<SeriesSummary>& series(JobId id) const;
  /// Null when the job has no such series.
  [[nodiscard]] const SeriesSummary* series(JobId id, const QString& tag) const;
  /// All listed jobs, newest first.
  [[nodiscard]] std::vector<JobId> jobs() const;
  /// How many jobs are listed, and those of a status.
  [[nodiscard]] int count() const;
  [[nodiscard]] int count(JobStatus status) const { return m_counts[size_t(status)]; }
  /// True from an accepted action until it is committed, refused, or (Stop) the process has ended.
  [[nodiscard]] bool isBusy(JobId id) const;
  /// Where the stopping of a run is; none sent while it is not being stopped.
  [[nodiscard]] StopStage stopStage(JobId id) const;
  /// Whether its run was asked to stop, from that moment on.
  [[nodiscard]] bool isStopping(JobId id) const;
  /// The jobs that wait, as they were accepted, in the order in which the queue starts them.
  [[nodiscard]] std::vector<const Job*> queue() const;
  /// The jobs that run, as they were accepted, those whose start or end is on its way to the disk included.
  [[nodiscard]] std::vector<const Job*> running() const;
  /// How many GPUs there are to give; 0 at first.
  void setGpuCount(int count) { m_gpuCount = count; }
  [[nodiscard]] int gpuCount() const { return m_gpuCount; }
  /// Whether `id`, or another attempt of it, is complete.
  [[nodiscard]] bool isFulfilled(JobId id) const;
  /// Whether an attempt of it waits or runs. While older jobs are still being read, one that is not known yet may.
  [[nodiscard]] bool isOpen(JobId id) const;
  [[nodiscard]] qint64 pointCount() const;
  /// Whether the newest jobs and all that wait or run are there, and commands are taken.
  [[nodiscard]] bool isOpened() const { return m_opened; }
  /// Whether all jobs are there. Before, a job that is not there yet is refused with InUse, for it may come.
  [[nodiscard]] bool isLoaded() const { return m_loaded; }

 Q_SIGNALS:
  /// The newest jobs and all that wait or run are there.
  void opened();
  /// All jobs are there.
  void loaded();
  /// Jobs that were at rest are listed now, newest first.
  void jobsLoaded(const QList<trainyard::JobId>& ids);
  void jobAdded(trainyard::JobId id);
  /// Any committed change of its row, its progress or its busy state; at most once a job and committed batch.
  void jobsChanged(const QList<trainyard::JobId>& ids);
  void jobRemoved(trainyard::JobId id);
  void pointsCommitted(const trainyard::JobPoints& points);
  /// An accepted change is on the disk. A stop is committed as Ended.
  void changeCommitted(trainyard::JobId id, trainyard::JobChangeKind kind);
  /// One sentence about a running job that whoever watches it should read.
  void jobNoticed(trainyard::JobId id, const QString& sentence);
  /// An accepted change could not be written; nothing changed.
  void changeRefused(trainyard::JobId id, trainyard::JobChangeKind kind, const trainyard::Error& error);

 private:
  struct Entry;
  /// A job that has ended is packed while nobody asks for it.
  struct Slot {
    JobId id;
    bool listed = false;           ///< of a packed one
    std::unique_ptr<Entry> entry;  ///< null while it is packed
    QByteArray packed;
  };
  struct Pending {
    JobId id;
    JobChangeKind kind;
  };

  [[nodiscard]] Entry* find(JobId id) const;
  [[nodiscard]] Slot* slotOf(JobId id) const;
  Entry& insert(std::unique_ptr<Entry> entry);
  void erase(JobId id);
  void addStored(std::vector<StoredJob>& jobs);
  void pack(Slot& slot) const;
  void packSoon(JobId id) const;
  void packForgotten() const;
  void noteListed(const Entry& entry, int by);
  [[nodiscard]] Error unknown(JobId id) const;
  [[nodiscard]] Result<Entry*> findFor(JobId id, JobAction action) const;
  [[nodiscard]] static bool isRunElsewhere(const Job& job);
  [[nodiscard]] Runner& runnerOf(const Job& job) const;
  void connectRunner(Runner& runner);
  void submit(Entry& entry, JobChangeKind kind);
  void apply(const CommittedBatch& batch);
  void applyPoints(const JobPoints& points);
  void applySummaries(const JobSummaries& summaries);
  void applyChange(const JobChange& change);
  void applyRefusal(quint64 ticket, const Error& error);
  void runStarted(Entry& entry);
  void takeOver(Entry& entry);
  [[nodiscard]] bool isAwaited(JobId id) const;
  [[nodiscard]] JobId firstAttempt(JobId id) const;
  void noteOpen(const Entry& entry);
  void takeStopping(JobId id, const StopStage& stage);
  [[nodiscard]] Result<JobId> add(const JobSettings& settings, const Job* earlier);
  void spreadQueue(const std::vector<const Job*>& order);
  void takePoints(const JobPoints& points);
  [[nodiscard]] static JobPoints beside(Entry& entry, JobPoints points);
  void takeFacts(JobId id, const RunFacts& facts, qint64 filesMs);
  void guessStart(Entry& entry, const JobPoints& points);
  void takeResume(JobId id, const QByteArray& resume);
  void takeEnding(JobId id, const Ending& ending);
  void end(Entry& entry, const Ending& ending);

  JobServiceDependencies m_deps;
  mutable std::vector<Slot> m_slots;  ///< by id; what is packed and what is not is nobody's concern outside
  mutable std::vector<JobId> m_unpacked;
  mutable QObject m_laterTurn;
  mutable bool m_packing = false;
  QHash<JobId, QList<JobId>> m_attempts;  ///< the later ones, by the first
  std::array<int, 4> m_counts{};          ///< listed jobs, by their status on the disk
  std::set<JobId> m_open;  ///< accepted as queued or running
  QHash<quint64, Pending> m_pending;
  JobId m_nextId{1};
  qint64 m_pointCount = 0;
  int m_gpuCount = 0;
  bool m_opened = false;
  bool m_loaded = false;
};

/// Of two queued jobs: whether the queue starts the first one sooner.
[[nodiscard]] bool isSooner(const Job& job, const Job& other);

}  // namespace trainyard
