// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/dvclive_source.h"
#include "tests/fuzz/memory_file.h"

using namespace trainyard;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::put(QStringLiteral("plots/metrics/train/loss.tsv"), data, size);
  for (const FoundRun& run : findDvcLive(fuzz::listed()).runs) fuzz::readAll(run, openDvcLive);
  return 0;
}
