// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include "core/jobs/job_store.h"

namespace trainyard {

/// A job and the summaries of its series in a fifth of the memory or less, for those that nobody looks at: of a hundred thousand
/// jobs a few are on the screen. Only for this process; nothing of it is ever at rest. `resume` is left out.
[[nodiscard]] QByteArray packed(const Job& job, const std::vector<SeriesSummary>& series);
/// The same again, bit for bit, but that a null text comes back as an empty one.
[[nodiscard]] StoredJob unpacked(const QByteArray& bytes);

}  // namespace trainyard
