// SPDX-License-Identifier: GPL-3.0-or-later
// One field at a time, from text to value. Messages are short, for below the field, and begin with a capital.
#pragma once

#include "core/jobs/job_draft.h"

namespace trainyard {

[[nodiscard]] QString draftText(const char* source);

/// `linesAllowed`: line ends and tabs are none.
[[nodiscard]] bool hasControl(const QString& text, bool linesAllowed = false);

struct WholeRange {
  qint64 least;
  qint64 most;
  bool optional;     ///< may be empty
  qint64 whenEmpty;
};

[[nodiscard]] Result<qint64> checkWhole(const QString& text, const WholeRange& range);
[[nodiscard]] Result<TroubleResponse> checkTroubleResponse(const QString& text);
/// "low", "normal", "high" or nothing to -1, 0, 1; and back.
[[nodiscard]] Result<int> checkPriority(const QString& text);
[[nodiscard]] QString priorityKey(int priority);
[[nodiscard]] Result<double> checkLearningRate(const QString& text, bool optional);
/// Trimmed, at most 200 characters, no control characters.
[[nodiscard]] Result<QString> checkText(const QString& text, bool required);
[[nodiscard]] Result<QString> checkCommandLine(const QString& text);
[[nodiscard]] Result<QList<KeyValue>> checkEnvironment(const QString& text);
/// Each named group is a metric, but for `step`, `epoch`, `total` and `epochs`, which are progress; `name` is the name of the
/// metric whose value is in `value`. At least one group must be a metric. InvalidPattern.
[[nodiscard]] Result<QString> checkPattern(const QString& text);
/// The home directory for nothing, "~" expanded, absolute and clean.
[[nodiscard]] QString expandedDirectory(const QString& text);
[[nodiscard]] Result<void> checkWorkingDirectory(const QString& directory);

}  // namespace trainyard
