// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/known_facts.h"
#include "core/readers/yaml_values.h"

using namespace trainyard;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto values = readYaml(QByteArray(reinterpret_cast<const char*>(data), qsizetype(size)));
  if (values && values->size() > RunFacts::mostParameters) abort();
  RunFacts facts;
  if (values) addParameters(facts, *values);
  return 0;
}
