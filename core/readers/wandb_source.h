// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/readers/run_formats.h"

namespace trainyard {

/// What W&B keeps on the disk, offline and online: run-<id>.wandb in a folder of its own, or wandb-history.jsonl of its first years.
[[nodiscard]] Claim findWandb(const Folder& folder);
[[nodiscard]] Result<std::unique_ptr<RunSource>> openWandb(const FoundRun& run, const QByteArray& resume);

}  // namespace trainyard
