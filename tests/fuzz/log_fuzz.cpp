// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/log_source.h"
#include "tests/fuzz/memory_file.h"

using namespace trainyard;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::put(QStringLiteral("train.log"), data, size);
  for (const FoundRun& run : findLogs(fuzz::listed()).runs) fuzz::readAll(run, openLog);
  return 0;
}
