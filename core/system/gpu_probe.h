// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <memory>
#include <vector>

namespace trainyard {

/// What one GPU does at a moment. A value that the driver does not tell is NaN.
struct GpuSample {
  int index = 0;             ///< as NVML counts: by PCI bus
  double utilization = 0.0;  ///< 0..1, of the last moments
  double memoryBytes = 0.0;  ///< in use by all programs
  double powerWatts = 0.0;
};

/// The machine's NVIDIA GPUs, by the driver's management library (NVML), which is looked for at run time: libnvidia-ml.so.1, or
/// what the environment variable TRAINYARD_NVML names. Without it there are no GPUs, which is no error. Calls may take
/// milliseconds: not for the UI thread.
class GpuProbe {
 public:
  GpuProbe();
  ~GpuProbe();
  [[nodiscard]] int count() const;
  /// Of the GPUs with these indices; those that do not answer are left out.
  [[nodiscard]] std::vector<GpuSample> sample(const std::vector<int>& indices) const;

 private:
  struct Library;
  std::unique_ptr<Library> m_library;
};

}  // namespace trainyard
