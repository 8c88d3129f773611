// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/trackio_source.h"
#include "tests/fuzz/memory_file.h"

using namespace trainyard;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::put(QStringLiteral("project.db"), data, size);
  for (const FoundRun& run : findTrackio(fuzz::listed()).runs) fuzz::readAll(run, openTrackio);
  return 0;
}
