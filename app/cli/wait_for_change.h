// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/job_service.h"

namespace trainyard::cli {

/// Waits until the change of a job that was just accepted is on the disk, or was refused.
[[nodiscard]] Result<void> waitForChange(JobService& jobs, JobId id);

}  // namespace trainyard::cli
