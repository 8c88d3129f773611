// SPDX-License-Identifier: GPL-3.0-or-later
// Which of the machine's GPUs a job gets. Pure.
#pragma once

#include <set>
#include <vector>

#include "core/jobs/job.h"

namespace trainyard {

/// The GPUs of a machine with `count` that running jobs hold, by index: those that they were given, or that their own
/// CUDA_VISIBLE_DEVICES names.
[[nodiscard]] std::set<int> heldDevices(const std::vector<const Job*>& running, int count);
/// How many GPUs the job wants of a machine that has `count`; none when its own CUDA_VISIBLE_DEVICES decides.
[[nodiscard]] int wantedDevices(const Job& job, int count);
/// The lowest free ones as CUDA_VISIBLE_DEVICES ("0,2"); when too few are free, held ones as well. Empty when it wants none.
[[nodiscard]] QString chooseDevices(const Job& job, const std::vector<const Job*>& running, int count);

}  // namespace trainyard
