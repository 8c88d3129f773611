// SPDX-License-Identifier: GPL-3.0-or-later
// MLflow's database (mlflow.db): tables runs, experiments, metrics, params and tags.
#pragma once

#include "core/readers/run_formats.h"

namespace trainyard {

/// Each run that is not deleted.
[[nodiscard]] Claim findMlflowDatabase(const Folder& folder);
[[nodiscard]] Result<std::unique_ptr<RunSource>> openMlflowDatabase(const FoundRun& run, const QByteArray& resume);

}  // namespace trainyard
