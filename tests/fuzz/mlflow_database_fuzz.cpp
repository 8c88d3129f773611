// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/mlflow_database_source.h"
#include "tests/fuzz/memory_file.h"

using namespace trainyard;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::put(QStringLiteral("mlflow.db"), data, size);
  for (const FoundRun& run : findMlflowDatabase(fuzz::listed()).runs) fuzz::readAll(run, openMlflowDatabase);
  return 0;
}
