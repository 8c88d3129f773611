// SPDX-License-Identifier: GPL-3.0-or-later
// What a job's supervisor has written into the job's directory (app/supervisor writes it).
#pragma once

#include <QString>
#include <optional>

#include "core/base/error.h"
#include "core/jobs/job.h"
#include "core/system/process_identity.h"

namespace trainyard {

/// Which run of which job records are of: a job's folder may hold those of a job of another database.
[[nodiscard]] QString runName(const Job& job);
/// The tag of an MLflow run that names the run of the command job whose program began it.
inline constexpr char runTag[] = "trainyard.run";
/// What stands before that name in the address of the local API which that program is told: MLflow's clients put their paths behind it.
inline constexpr char runPath[] = "/run/";

/// process.json, or what of it supervisor.lock tells a second time.
struct ProcessRecord {
  QString run;
  QString bootId;
  ProcessIdentity supervisor;
  qint64 startedMs = 0;
};

/// exit.json. Times are ms; `clockSetMs`: how far the clock was set while it ran.
struct ExitRecord {
  QString run;
  std::optional<int> code;
  std::optional<int> signal;
  qint64 endedMs = 0;
  qint64 clockSetMs = 0;
  qint64 peakResidentBytes = 0;
  bool killedForMemory = false;
  int stopSignals = 0;  ///< how many of SIGINT, SIGTERM, SIGKILL were sent to stop it
  bool stoppedBySystem = false;
  int leftBehind = 0;   ///< processes that outlived the program and were ended
};

/// stop.json: the last signal of a stop, and when (ms since 1970) the next is due; 0 = none is.
struct StopRecord {
  int signals = 0;
  qint64 nextMs = 0;
};

/// jobs/<id> in the data directory.
[[nodiscard]] QString jobDirectory(const QString& dataDir, JobId id);
[[nodiscard]] QString outputLogPath(const QString& dataDir, JobId id);

/// Whether there are records of a run, and of which; a run of an unknown name where all of them are damaged.
enum class RecordsOf { Nobody, ThisRun, AnotherRun };
[[nodiscard]] RecordsOf recordsIn(const QString& directory, const QString& run);
/// NotFound when there is no such file, InvalidInput when it is damaged, StorageRead when it cannot be read now: a sentence that
/// names it.
[[nodiscard]] Result<ProcessRecord> readProcessRecord(const QString& directory);
[[nodiscard]] Result<ExitRecord> readExitRecord(const QString& directory);
[[nodiscard]] std::optional<StopRecord> readStopRecord(const QString& directory);

/// Why a stop was asked for, kept beside the records so that it outlives the window that asked.
void writeStopReason(const QString& directory, const Ending& why);
[[nodiscard]] std::optional<Ending> readStopReason(const QString& directory);

/// How a run that left `exit` has ended, in words. `lastError`: the newest line of its log that looks like an error.
[[nodiscard]] Ending endingFrom(const ExitRecord& exit, const std::optional<Ending>& stopReason, const QString& lastError);

/// What the records say of a run that the database calls running; nothing when it still is, or when they do not say. No points
/// are read.
[[nodiscard]] std::optional<Ending> endingByRecords(const QString& directory, const QString& run);

}  // namespace trainyard
