// SPDX-License-Identifier: GPL-3.0-or-later
// Values written down once, to the bit. A change here breaks the promise that a run continues as it began.
#include <catch2/catch.hpp>

#include "core/simulation/training_simulator.h"
#include "tests/support/fakes.h"

using namespace trainyard;

namespace {

struct Golden {
  qint64 step;
  std::vector<double> values;  ///< train/loss, train/accuracy, lr, and at an epoch's end val/loss, val/accuracy
};

const Golden resnet18[] = {
    {1, {0x1.30388cbebfeb7p+1, 0x1.2e552a313f24ep-3, 0x1.5d867c3ece2a6p-11}},
    {2, {0x1.3241b4dc734ccp+1, 0x1.15e6df075c4cp-3, 0x1.5d867c3ece2a6p-10}},
    {100,
     {0x1.8eddb231c6627p+0, 0x1.7e00ae1569227p-2, 0x1.1111111111111p-4, 0x1.dcfc7db826cf8p+0, 0x1.6f9a66062c656p-2}},
    {1499, {0x1.42657a68a88adp-3, 0x1.daf4493a05485p-1, 0x1.bbdfdb9a6b5cp-5}},
    {1500,
     {0x1.58f90e128954ep-3, 0x1.e1ae50dce4085p-1, 0x1.bb6cac069b234p-5, 0x1.a13e94d123d58p-3, 0x1.d5c7c2ebeacf5p-1}},
    {3000, {0x1.99edb636319e7p-4, 0x1.e7961a1e46f48p-1, 0x0p+0, 0x1.13ad6d252279ap-3, 0x1.dd0b07019fa46p-1}},
};

}  // namespace

TEST_CASE("ResNet-18 with seed 42 is the same to the bit for ever", "[simulation]") {
  JobSettings settings = test::simulatedSettings();
  settings.model = QStringLiteral("ResNet-18");
  settings.learningRate = 0.1;
  REQUIRE(settings.seed == 42);
  for (const Golden& golden : resnet18) {
    INFO("step " << golden.step);
    const auto step = simulateStep(settings, golden.step);
    REQUIRE(step);
    std::vector<double> values;
    for (const TaggedValue& one : step->values) values.push_back(one.value);
    CHECK(values == golden.values);
  }
}

TEST_CASE("a diverging run ends at the same step for ever", "[simulation]") {
  JobSettings settings = test::simulatedSettings();
  settings.model = QStringLiteral("GPT-2 small");
  settings.learningRate = 1e-2;
  qint64 end = 1;
  while (!simulateStep(settings, end)->diverged) ++end;
  CHECK(end == 142);
}
