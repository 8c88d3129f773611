// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QMetaType>
#include <QString>

#include "core/base/ids.h"
#include "core/jobs/job_status.h"
#include "core/jobs/unread.h"

namespace trainyard {

/// Mlflow: a program that reports by MLflow's protocol; `imported.run` is the run's id.
enum class JobSource { Simulated, Command, Imported, Mlflow };

/// "simulated", "command", "imported" or "mlflow": the stable word for files and scripts.
[[nodiscard]] QString toKey(JobSource source);
[[nodiscard]] Result<JobSource> jobSourceFromKey(const QString& key);

/// A named setting in the order it was written: a free parameter or an environment variable.
struct KeyValue {
  QString key;
  QString value;
  friend bool operator==(const KeyValue&, const KeyValue&) = default;
};

/// How a command job is run: `line` by /bin/sh in `workingDirectory` with `environment` added to the program's own.
struct CommandSettings {
  QString line;
  QString workingDirectory;   ///< absolute
  QList<KeyValue> environment;
  QString pattern;            ///< the user's regular expression for log lines, or empty
  friend bool operator==(const CommandSettings&, const CommandSettings&) = default;
};

/// Which run on the disk an imported job is, as it was found there (FoundRun): its identity.
struct ImportSettings {
  QString format;  ///< RunFormat's key
  QString path;    ///< absolute
  QString run;     ///< which one of a database; else empty
  friend bool operator==(const ImportSettings&, const ImportSettings&) = default;
};

/// What is done when a running job gets into trouble (NaN, diverging, stalled): whoever watches is told in any case.
enum class TroubleResponse { Tell, Stop, StopAndRetry };

/// "tell", "stop", "retry": the stable word for files and scripts.
[[nodiscard]] QString toKey(TroubleResponse response);
[[nodiscard]] Result<TroubleResponse> troubleResponseFromKey(const QString& key);

/// When the queue starts a job, and what follows its failure.
struct Scheduling {
  int priority = 0;          ///< -1 low, 0 normal, 1 high
  JobId after = {};          ///< waits until that job is complete; none = 0
  int retries = 0;           ///< 0..100 new attempts after a failure
  int retryDelayS = 10;      ///< 0..86,400 seconds before each
  TroubleResponse onTrouble = TroubleResponse::Tell;
  int gpus = 1;              ///< 0..64 NVIDIA GPUs, where the machine has some
  friend bool operator==(const Scheduling&, const Scheduling&) = default;
};

/// What the user asked for. It never changes after the job was created, but for the name and the priority; of an imported job it is
/// what its files tell, as far as they were read.
struct JobSettings {
  QString name;
  QString model;
  QString dataset;
  JobSource source = JobSource::Simulated;
  qint64 epochs = 0;          ///< 1..1,000,000; 0 = not told (command jobs only)
  double learningRate = 0.0;  ///< > 0 and finite; 0 = not told (command jobs only)
  qint64 batchSize = 0;       ///< 1..1,048,576; 0 = not told
  qint64 seed = 0;            ///< 0..2^53
  qint64 stepsPerEpoch = 100; ///< 1..10,000,000
  QList<KeyValue> parameters;
  CommandSettings command;
  Scheduling scheduling;
  ImportSettings imported;

  friend bool operator==(const JobSettings&, const JobSettings&) = default;
};

/// How far a run is, in steps (optimizer updates, or whatever its log counts). `totalSteps` 0 = not known.
struct Progress {
  qint64 step = 0;
  qint64 totalSteps = 0;
  double epoch = 0.0;  ///< epochs done, may be fractional

  /// 0..1; 0 when the total is not known.
  [[nodiscard]] double fraction() const;
  friend bool operator==(const Progress&, const Progress&) = default;
};

struct Ending {
  EndKind kind = EndKind::None;
  int code = 0;      ///< exit code or signal number, for ExitCode and Signal; `readNoFurther` for an imported run that somebody left
  static constexpr int readNoFurther = 1;
  QString reason;    ///< one sentence for people: "Loss became NaN at step 412"; empty when complete and nothing is to be said
  qint64 atMs = 0;   ///< when, if the teller knows better than who hears it; in ms since 1970 UTC, 0 = now
  friend bool operator==(const Ending&, const Ending&) = default;
};

/// A training job: a queue entry and, once started, its one run. Times are ms since 1970 UTC; 0 = not yet.
struct Job {
  JobId id;
  JobSettings settings;
  JobStatus status = JobStatus::Queued;
  Progress progress;
  qint64 createdMs = 0;
  qint64 startedMs = 0;
  qint64 endedMs = 0;
  qint64 deletedMs = 0;  ///< set while the deletion can still be undone; such a job is not listed
  Ending ending;
  double queuePosition = 0.0;  ///< the lower, the sooner among jobs of the same priority; its id unless it was moved
  JobId retryOf = {};          ///< the first attempt, when this is a later one
  int attempt = 1;             ///< 1..
  qint64 notBeforeMs = 0;      ///< the queue does not start it sooner
  qint64 filesMs = 0;          ///< of an imported job: when its files had changed last, as they were read
  Unread unread;               ///< of an imported job
  QString devices;             ///< the GPUs that it was given, as CUDA_VISIBLE_DEVICES: "0,2"

  friend bool operator==(const Job&, const Job&) = default;
};

/// epochs x stepsPerEpoch of a simulated job; 0 for a command job, whose log tells.
[[nodiscard]] qint64 plannedSteps(const JobSettings& settings);

/// Whether another attempt follows this end: a failure that nobody asked for, with retries left; trouble for which the job was
/// stopped is tried again at least once where that was chosen.
[[nodiscard]] bool isRetried(const Job& job);

}  // namespace trainyard

Q_DECLARE_METATYPE(trainyard::Job)
