// SPDX-License-Identifier: GPL-3.0-or-later
// A file with a JSON object a line: detectron2's metrics.json, mmengine's scalars.json, mmcv's .log.json, DETR's log.txt,
// trainer_log.jsonl, our metrics.jsonl.
#pragma once

#include "core/readers/run_formats.h"

namespace trainyard {

/// By content: lines that are objects with a step-like key and another number. Of mmengine's folder vis_data, whose dated files hold what
/// scalars.json holds, only that is a run.
[[nodiscard]] Claim findJsonLines(const Folder& folder);
[[nodiscard]] Result<std::unique_ptr<RunSource>> openJsonLines(const FoundRun& run, const QByteArray& resume);

}  // namespace trainyard
