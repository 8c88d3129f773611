// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include "core/system/gpu_probe.h"
#include "tests/core/command_shop.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

struct StandIn {
  StandIn() { qputenv("TRAINYARD_NVML", STANDIN_NVML); }
  ~StandIn() { qunsetenv("TRAINYARD_NVML"); }
};

}  // namespace

TEST_CASE("the driver's library tells of the GPUs, here a stand-in for it", "[gpu]") {
  const StandIn standIn;
  const GpuProbe probe;
  REQUIRE(probe.count() == 2);
  const auto samples = probe.sample({0, 1, 7});
  REQUIRE(samples.size() == 2);
  CHECK(samples[0].utilization == 0.51);
  CHECK(samples[0].memoryBytes == 1e9);
  CHECK(samples[0].powerWatts == 250.5);
  CHECK(samples[1].index == 1);
  CHECK(std::isnan(samples[1].powerWatts));
}

TEST_CASE("without the library there are no GPUs", "[gpu]") {
  qputenv("TRAINYARD_NVML", "/no/such/library.so");
  CHECK(GpuProbe().count() == 0);
  qunsetenv("TRAINYARD_NVML");
}

TEST_CASE("a job sees the GPUs that it was given, and their use is measured with its own", "[gpu][command]") {
  const StandIn standIn;
  Shop shop;
  std::optional<int> told;
  QObject::connect(shop.runner.get(), &CommandRunner::gpusFound, shop.runner.get(), [&](int count) { told = count; });
  Job job = shop.job("echo step=1 visible=$CUDA_VISIBLE_DEVICES; echo order=$CUDA_DEVICE_ORDER; exec sleep 300");
  job.devices = QStringLiteral("1");
  shop.runner->findGpus();
  REQUIRE(QTest::qWaitFor([&] { return told.has_value(); }, patience));
  CHECK(*told == 2);
  shop.start(job);
  REQUIRE(shop.waitFor("system/gpu_utilization/1", 1));
  CHECK(shop.firstValue("system/gpu_utilization/1") == 0.52);
  CHECK(shop.firstValue("system/gpu_memory_megabytes/1") == 2000.0);
  CHECK_FALSE(shop.series.contains("system/gpu_power_watts/1"));
  CHECK_FALSE(shop.series.contains("system/gpu_utilization/0"));
  REQUIRE(shop.waitFor("visible"));
  CHECK(shop.log().contains("visible=1\norder=PCI_BUS_ID\n"));
  CHECK(shop.firstValue("visible") == 1.0);
  shop.stop(shop.id);
  REQUIRE(shop.waitForEnd());
}
