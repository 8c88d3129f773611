// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that other programs wrote: how one is found under a path, and how its files become points. A reader never believes a
// length, a count or a name in a file; whatever a file holds, it neither crashes, nor hangs, nor takes memory out of proportion.
#pragma once

#include <QStringList>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/base/error.h"
#include "core/jobs/run_facts.h"
#include "core/metrics/point.h"

namespace trainyard {

/// What wrote the files of a run.
enum class RunFormat {
  TensorBoard, Wandb, MlflowFiles, MlflowDatabase, Trackio, TrainerState, LightningCsv, KerasCsv, UltralyticsCsv, DvcLive, JsonLines, Table, Log
};

/// "tensorboard", "wandb", "mlflow", "mlflow-db", "trackio", "trainer-state", "lightning", "keras", "ultralytics", "dvclive", "jsonl",
/// "table", "log": the stable word for files and scripts.
[[nodiscard]] QString toKey(RunFormat format);
[[nodiscard]] Result<RunFormat> runFormatFromKey(const QString& key);
/// "TensorBoard", "Weights & Biases", ...: for people, translated.
[[nodiscard]] QString toText(RunFormat format);

/// A run on the disk. `path` and `run` with `format` are its identity, the same at each visit.
struct FoundRun {
  RunFormat format = RunFormat::Log;
  QString path;          ///< absolute and clean: the folder of a run that is a folder, else its file or database
  QString run = {};      ///< which one of a database; else empty
  QString name = {};     ///< for people: the folder below the path that was asked for, or what the format calls it
  qint64 bytes = 0;      ///< of the files that hold its points; 0 = not known (a database)
  qint64 changedMs = 0;  ///< when they changed last, ms since 1970 UTC; 0 = not known
};

/// Reads one run on from where it was, again and again while its files grow.
class RunSource {
 public:
  static constexpr qint64 mostAtOnce = 4 << 20;  ///< bytes of files in one part
  static constexpr int mostSeries = 100'000;     ///< more are a problem, told once, and left out
  static constexpr int longestTag = 1'000;       ///< characters; longer ones are cut

  virtual ~RunSource() = default;

  struct Part {
    JobPoints points;   ///< `job` is none, for the reader does not know it; `resume` is set whenever the place moved
    bool more = false;  ///< there is more to read at once; else: until the files grow
    qint64 bytes = 0;   ///< of the files that were read for it; 0 where that is not known (a database)
  };
  /// One bounded part. A partial last record waits for the rest of it. Files that became shorter or were replaced are read anew
  /// (then the points overtake those before) and told by a notice. `nowMs` dates points whose files have no times.
  [[nodiscard]] virtual Part read(qint64 nowMs) = 0;
  /// No more will come: what a partial last record (a line without its newline) gives.
  [[nodiscard]] virtual JobPoints finish(qint64 nowMs) { Q_UNUSED(nowMs); return {}; }
  /// As far as was read.
  [[nodiscard]] virtual RunFacts facts() const = 0;
  [[nodiscard]] virtual SkippedCounts skipped() const { return {}; }
  /// The problems since the last call, at most 100; more are counted in the last one.
  [[nodiscard]] virtual std::vector<ReadProblem> takeProblems() { return {}; }
  /// One sentence, once, when a file became shorter, was replaced or is gone.
  [[nodiscard]] virtual QString takeNotice() { return {}; }
  /// Whether it became so since the last call that the run is read anew: what was told of it before no longer holds.
  [[nodiscard]] virtual bool takeAnew() { return false; }
  /// The files and folders whose change means that there is more to read.
  [[nodiscard]] virtual QStringList watched() const = 0;
};

/// Opens a run for reading. `resume`: of the last part that is kept, or empty; one of another version or of other files begins anew.
/// NotFound when the files are gone, StorageOpen when they cannot be read.
[[nodiscard]] Result<std::unique_ptr<RunSource>> openRun(const FoundRun& run, const QByteArray& resume);

/// Where the output of a run's program is beside its metrics, by the format's custom; empty where the format keeps none. It may not be there.
[[nodiscard]] QString outputOf(RunFormat format, const QString& path);

/// What is under a path.
struct FoundRuns {
  std::vector<FoundRun> runs;         ///< in the order of their paths
  std::vector<ReadProblem> problems;  ///< folders without rights, links in a circle, files that promise a format and break it
  qint64 files = 0;                   ///< looked at
  QStringList folders;                ///< that were entered, the first `mostFolders` of them
  static constexpr qsizetype mostFolders = 8'000;
  bool whole = true;                  ///< false when `keepOn` stopped it
};

/// Finds the runs in a file or under a folder, by what the files hold, not by their names alone. Follows no link into a folder that was
/// seen. `keepOn` is asked often with the number of files so far; false = stop. `path` that does not exist: NotFound.
[[nodiscard]] Result<FoundRuns> findRuns(const QString& path, const std::function<bool(qint64 files)>& keepOn = {});

}  // namespace trainyard
