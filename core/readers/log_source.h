// SPDX-License-Identifier: GPL-3.0-or-later
// Plain logs, read as the output of command jobs is. The last format that is asked, for many files look like a log.
#pragma once

#include "core/readers/run_formats.h"

namespace trainyard {

/// Files called .log or .out, and .txt with "log", "stdout" or "train" in the name, whose first 256 kB give two points of a loss or an accuracy.
[[nodiscard]] Claim findLogs(const Folder& folder);
[[nodiscard]] Result<std::unique_ptr<RunSource>> openLog(const FoundRun& run, const QByteArray& resume);

}  // namespace trainyard
