// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/trainer_state_source.h"
#include "tests/fuzz/memory_file.h"

using namespace trainyard;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::put(QStringLiteral("trainer_state.json"), data, size);
  for (const FoundRun& run : findTrainerState(fuzz::listed()).runs) fuzz::readAll(run, openTrainerState);
  return 0;
}
