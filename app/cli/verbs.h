// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "app/cli/command_line.h"
#include "app/yard.h"
#include "core/api/job_json.h"

namespace trainyard::cli {

[[nodiscard]] int listVerb(const CommandLine& line);
[[nodiscard]] int showVerb(const CommandLine& line);
[[nodiscard]] int metricsVerb(const CommandLine& line);
[[nodiscard]] int newVerb(const CommandLine& line);
[[nodiscard]] int checkVerb(const CommandLine& line);
[[nodiscard]] int rmVerb(const CommandLine& line);
[[nodiscard]] int importVerb(const CommandLine& line);
[[nodiscard]] int queueVerb(const CommandLine& line);
[[nodiscard]] int serveVerb(const CommandLine& line);

/// Opens the yard and waits until it is ready or has failed.
[[nodiscard]] Result<void> openAndWait(Yard& yard);

}  // namespace trainyard::cli
