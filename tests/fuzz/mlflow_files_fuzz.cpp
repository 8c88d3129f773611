// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/mlflow_files_source.h"
#include "tests/fuzz/memory_file.h"

using namespace trainyard;

/// The first byte says how much of the input is meta.yaml; the rest is a metric.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const size_t meta = std::min<size_t>(data[0], size - 1);
  fuzz::put(QStringLiteral("meta.yaml"), data + 1, meta);
  fuzz::put(QStringLiteral("metrics/loss"), data + 1 + meta, size - 1 - meta);
  (void)findMlflowFiles(fuzz::listed());
  fuzz::readAll({RunFormat::MlflowFiles, fuzz::folder()}, openMlflowFiles);
  return 0;
}
