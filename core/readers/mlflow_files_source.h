// SPDX-License-Identifier: GPL-3.0-or-later
// MLflow's file store: mlruns/<experiment>/<run>/ with meta.yaml, metrics/, params/ and tags/.
#pragma once

#include "core/readers/run_formats.h"

namespace trainyard {

/// The runs of an experiment's folder, or the one whose folder it is; deleted ones, `.trash`, models, data sets and traces are passed over.
[[nodiscard]] Claim findMlflowFiles(const Folder& folder);
[[nodiscard]] Result<std::unique_ptr<RunSource>> openMlflowFiles(const FoundRun& run, const QByteArray& resume);

}  // namespace trainyard
