// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line.h"
#include "core/base/settings.h"
namespace trainyard::cli {
CommandLine parse(int argc, char** argv) { CommandLine l; l.dataDir = defaultDataDir(); for (int i = 1; i + 1 < argc; ++i) if (QString::fromUtf8(argv[i]) == QStringLiteral("--data-dir")) l.dataDir = QString::fromUtf8(argv[i+1]); return l; }
int run(int, char**, const CommandLine&) { return 0; }
int tell(const Error& error) { fprintf(stderr, "trainyard: %s\n", qPrintable(error.message)); return 1; }
}
