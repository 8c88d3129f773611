// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "core/jobs/job_service.h"

namespace trainyard {

/// Calls `told` once: when that accepted change of the job is on the disk, or was refused; never when `context` is gone by then.
void whenWritten(QObject& context, JobService& jobs, JobId id, JobChangeKind kind, std::function<void(const Result<void>& written)> told);

}  // namespace trainyard
