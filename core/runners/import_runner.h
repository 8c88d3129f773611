// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QThread>
#include <functional>

#include "core/base/clock.h"
#include "core/readers/run_source.h"
#include "core/runners/runner.h"
#include "core/runners/store_pause.h"

namespace trainyard {

class ImportWorker;

/// "Runs" imported jobs: reads their files, and reads on while they grow. A run that tells its end has ended; one that does not, when
/// its files have not grown for `quietMs`: "ended, unknown how". The facade lives in the caller's thread, all files belong to the
/// worker's. While the store does not accept, nothing is read.
class ImportRunner final : public Runner {
  Q_OBJECT
 public:
  static constexpr qint64 quietMs = 10 * 60 * 1000;

  ImportRunner(const JobStore& store, const Clock& clock, QObject* parent = nullptr);
  ~ImportRunner() override;

  /// Whether its files are there.
  [[nodiscard]] Result<void> check(const Job& job) const override;
  void start(const Job& job) override;
  void takeOver(const Job& job, const QByteArray& resume) override;
  /// Reads it no further.
  void stop(JobId job, const Ending& why) override;
  void shutDown() override;

  /// Off: a run is read to its present end once, and then has ended, unknown how if it does not tell. On unless set.
  void setFollowing(bool following);

 Q_SIGNALS:
  /// Bytes of a run's files that were read since the last time.
  void advanced(trainyard::JobId job, qint64 bytes);
  /// All that is there of a run was read, for the first time; told after its points, and after its end where it has ended.
  void caughtUp(trainyard::JobId job);
  void problemsFound(trainyard::JobId job, const QList<trainyard::ReadProblem>& problems);
  /// What was passed over, when the run has ended.
  void passedOver(trainyard::JobId job, const trainyard::SkippedCounts& counts);

 private:
  void tell(std::function<void(ImportWorker&)> what);
  QThread m_thread;
  StorePause m_pause;
  ImportWorker* m_worker = nullptr;  // lives in m_thread, deleted when it finishes; null after shutDown()
};

/// How a run has ended whose files do not say so and have not grown for long: at `atMs`, as far as they tell.
[[nodiscard]] Ending endedUnknownHow(qint64 atMs);

/// What the files of an imported run say that the database calls running, where nobody reads them: nothing while they grow, else
/// that it has ended. No points are read.
[[nodiscard]] std::optional<Ending> endingByFiles(const Job& job, qint64 nowMs);

}  // namespace trainyard

Q_DECLARE_METATYPE(trainyard::ReadProblem)
Q_DECLARE_METATYPE(trainyard::SkippedCounts)
