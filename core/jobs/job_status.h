// SPDX-License-Identifier: GPL-3.0-or-later
// The states of a job and what may be done in each: the one table that the list, the page, the menus, the shortcuts and
// the command line read.
#pragma once

#include <QList>
#include <QString>

#include "core/base/error.h"

namespace trainyard {

enum class JobStatus { Queued, Running, Complete, Failed };

enum class JobAction { Start, Stop, View, RunAgain, Rename, Delete };

/// Why a job ended. The words for people are in Job::reason.
enum class EndKind {
  None, Completed, StoppedByUser, ExitCode, Signal, LossNan, CouldNotStart, Lost, StorageError, OutOfMemory, Trouble, Unknown
};

inline constexpr JobStatus allJobStatuses[] = {JobStatus::Queued, JobStatus::Running, JobStatus::Complete,
                                               JobStatus::Failed};

/// The actions that a job of this status offers, most important first.
[[nodiscard]] const QList<JobAction>& allowedActions(JobStatus status);
[[nodiscard]] bool isAllowed(JobStatus status, JobAction action);
/// The one action on the job's card: Start, Stop or View.
[[nodiscard]] JobAction primaryAction(JobStatus status);

/// The edges queued -> running -> complete | failed and queued -> failed; anything else is NotAllowed.
[[nodiscard]] Result<JobStatus> transition(JobStatus from, JobStatus to);
[[nodiscard]] bool isEnded(JobStatus status);
/// Whether a run that ended so is complete: it says so, or nothing says otherwise.
[[nodiscard]] bool isSuccess(EndKind kind);

/// Stable words for files and scripts: "queued", "running", "complete", "failed"; and for EndKind "none", "completed",
/// "stopped", "exit", "signal", "nan", "start", "lost", "storage", "memory", "trouble" (stopped by its watch), "unknown" (an imported run: its files do not tell).
[[nodiscard]] QString toKey(JobStatus status);
[[nodiscard]] QString toKey(EndKind kind);
/// The status or kind of a key, or InvalidInput.
[[nodiscard]] Result<JobStatus> jobStatusFromKey(const QString& key);
[[nodiscard]] Result<EndKind> endKindFromKey(const QString& key);

/// Words for people, translated.
[[nodiscard]] QString toText(JobStatus status);
[[nodiscard]] QString toText(JobAction action);

}  // namespace trainyard
