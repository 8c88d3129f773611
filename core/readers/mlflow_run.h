// SPDX-License-Identifier: GPL-3.0-or-later
// What MLflow's folders and its database say alike.
#pragma once

#include "core/readers/run_source.h"

namespace trainyard {

/// "FINISHED" or 3 is complete, "FAILED" or 4 failed, "KILLED" or 5 was stopped; others are not known to have ended. `endMs` 0 = not told.
[[nodiscard]] std::optional<Ending> mlflowEnding(const QString& status, qint64 endMs);

/// "experiment/run"; MLflow's experiment "Default" says nothing. A run without a name is called by the begin of its id.
[[nodiscard]] QString mlflowName(const QString& experiment, const QString& run, const QString& id);

/// The parameters, then the tags that are not MLflow's own as "tags/...".
void addMlflow(RunFacts& facts, const QList<KeyValue>& parameters, const QList<KeyValue>& tags);

}  // namespace trainyard
