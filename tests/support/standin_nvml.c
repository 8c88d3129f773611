/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stand-in for NVIDIA's management library: it is not NVML, and there is no GPU. It answers the few calls that GpuProbe makes with
 * fixed values: as many GPUs as STANDIN_GPUS says (two unless it is set), of which the second tells no power. */
#include <stdlib.h>

int nvmlInit_v2(void) { return 0; }
int nvmlShutdown(void) { return 0; }

int nvmlDeviceGetCount_v2(unsigned* count) {
  const char* told = getenv("STANDIN_GPUS");
  *count = told ? (unsigned)atoi(told) : 2;
  return 0;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
  *device = (void*)(size_t)(index + 1);
  return 0;
}

int nvmlDeviceGetUtilizationRates(void* device, unsigned* rates) {
  rates[0] = 50u + (unsigned)(size_t)device;
  rates[1] = 10;
  return 0;
}

int nvmlDeviceGetMemoryInfo(void* device, unsigned long long* memory) {
  memory[0] = 8000000000ull;
  memory[2] = (size_t)device * 1000000000ull;
  memory[1] = memory[0] - memory[2];
  return 0;
}

int nvmlDeviceGetPowerUsage(void* device, unsigned* milliwatts) {
  if ((size_t)device == 2) return 3; /* not supported */
  *milliwatts = 250500;
  return 0;
}
