// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/system/gpu_probe.h"

#include <dlfcn.h>

#include <QFile>
#include <limits>

namespace trainyard {
namespace {

// What we need of NVML's interface, from NVIDIA's "NVML API Reference Guide". All functions give 0 for success.
using Device = void*;
struct Utilization {
  unsigned gpu;     ///< per cent
  unsigned memory;
};
struct Memory {
  unsigned long long total, free, used;
};

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

}  // namespace

struct GpuProbe::Library {
  void* handle = nullptr;
  int (*init)() = nullptr;
  int (*shutdown)() = nullptr;
  int (*deviceCount)(unsigned*) = nullptr;
  int (*deviceAt)(unsigned, Device*) = nullptr;
  int (*utilization)(Device, Utilization*) = nullptr;
  int (*memory)(Device, Memory*) = nullptr;
  int (*power)(Device, unsigned*) = nullptr;  ///< milliwatts
  int count = 0;
  bool initialized = false;

  template <typename Function>
  bool find(const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(handle, name));
    return function != nullptr;
  }

  bool open(const QByteArray& path) {
    handle = dlopen(path.constData(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) return false;
    const bool whole = find("nvmlInit_v2", init) && find("nvmlShutdown", shutdown) && find("nvmlDeviceGetCount_v2", deviceCount) &&
                       find("nvmlDeviceGetHandleByIndex_v2", deviceAt) && find("nvmlDeviceGetUtilizationRates", utilization) &&
                       find("nvmlDeviceGetMemoryInfo", memory) && find("nvmlDeviceGetPowerUsage", power);
    if (!whole || init() != 0) return false;
    initialized = true;
    unsigned number = 0;
    if (deviceCount(&number) == 0) count = int(number);
    return true;
  }

  ~Library() {
    if (initialized) shutdown();
    if (handle != nullptr) dlclose(handle);
  }
};

GpuProbe::GpuProbe() : m_library(std::make_unique<Library>()) {
  const QByteArray named = qgetenv("TRAINYARD_NVML");
  if (!m_library->open(named.isEmpty() ? QByteArray("libnvidia-ml.so.1") : named) && !named.isEmpty())
    qInfo("TRAINYARD_NVML: %s is no such library; there are no GPUs", named.constData());
}

GpuProbe::~GpuProbe() = default;

int GpuProbe::count() const { return m_library->count; }

std::vector<GpuSample> GpuProbe::sample(const std::vector<int>& indices) const {
  std::vector<GpuSample> samples;
  for (const int index : indices) {
    Device device = nullptr;
    if (index < 0 || index >= m_library->count || m_library->deviceAt(unsigned(index), &device) != 0) continue;
    GpuSample sample{index, unknown, unknown, unknown};
    if (Utilization use{}; m_library->utilization(device, &use) == 0) sample.utilization = double(use.gpu) / 100.0;
    if (Memory memory{}; m_library->memory(device, &memory) == 0) sample.memoryBytes = double(memory.used);
    if (unsigned milliwatts = 0; m_library->power(device, &milliwatts) == 0) sample.powerWatts = double(milliwatts) / 1000.0;
    samples.push_back(sample);
  }
  return samples;
}

}  // namespace trainyard
