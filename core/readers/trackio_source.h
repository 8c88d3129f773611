// SPDX-License-Identifier: GPL-3.0-or-later
// Trackio's database, one for each project: a row of JSON for each call of log().
#pragma once

#include "core/readers/run_formats.h"

namespace trainyard {

[[nodiscard]] Claim findTrackio(const Folder& folder);
[[nodiscard]] Result<std::unique_ptr<RunSource>> openTrackio(const FoundRun& run, const QByteArray& resume);

}  // namespace trainyard
