// SPDX-License-Identifier: GPL-3.0-or-later
// DVCLive: a folder with plots/metrics/**.tsv, a series each, and params.yaml.
#pragma once

#include "core/readers/run_formats.h"

namespace trainyard {

[[nodiscard]] Claim findDvcLive(const Folder& folder);
[[nodiscard]] Result<std::unique_ptr<RunSource>> openDvcLive(const FoundRun& run, const QByteArray& resume);

}  // namespace trainyard
