// SPDX-License-Identifier: GPL-3.0-or-later
// Hugging Face Trainer: trainer_state.json in the output directory and in its checkpoint-N folders, each the whole history so far.
#pragma once

#include "core/readers/run_formats.h"

namespace trainyard {

/// The output directory is the run; asked for a checkpoint, it is the folder above it.
[[nodiscard]] Claim findTrainerState(const Folder& folder);
/// Reads the state with the highest global_step. It is written anew at each save: entries that are those of the one before are not given again.
[[nodiscard]] Result<std::unique_ptr<RunSource>> openTrainerState(const FoundRun& run, const QByteArray& resume);

}  // namespace trainyard
