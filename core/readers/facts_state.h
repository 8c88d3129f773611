// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>

#include "core/readers/run_source.h"

namespace trainyard {

/// What a reader has heard of a run so far, for its place: name, parameters, times, ending, and the counts of what was passed over.
[[nodiscard]] QJsonObject factsState(const RunFacts& facts, const SkippedCounts& skipped);
void restoreFacts(const QJsonObject& state, RunFacts& facts, SkippedCounts& skipped);

}  // namespace trainyard
