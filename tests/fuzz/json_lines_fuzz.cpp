// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/json_lines_source.h"
#include "tests/fuzz/memory_file.h"

using namespace trainyard;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::put(QStringLiteral("x.jsonl"), data, size);
  for (const FoundRun& run : findJsonLines(fuzz::listed()).runs) fuzz::readAll(run, openJsonLines);
  return 0;
}
