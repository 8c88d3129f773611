// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/readers/run_formats.h"

namespace trainyard {

/// TensorBoard's event files: a folder that holds files with "tfevents" in their names is one run. All of its files are followed, for a restarted
/// program writes another one and several writers may write at once; they are read in the order of their names.
[[nodiscard]] Claim findTensorBoard(const Folder& folder);
[[nodiscard]] Result<std::unique_ptr<RunSource>> openTensorBoard(const FoundRun& run, const QByteArray& resume);

}  // namespace trainyard
