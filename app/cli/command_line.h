// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>
#include "core/base/error.h"
namespace trainyard::cli {
struct CommandLine { bool window = true; QString dataDir; };
CommandLine parse(int argc, char** argv);
int run(int argc, char** argv, const CommandLine& line);
int tell(const Error& error);
}
