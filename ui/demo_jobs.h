// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>

#include "core/jobs/job.h"

namespace trainyard {

/// Three simulated jobs of about five minutes at ten steps a second, to look at the program with.
[[nodiscard]] QList<JobSettings> demoJobs();

}  // namespace trainyard
