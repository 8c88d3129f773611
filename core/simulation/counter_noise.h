// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace trainyard {

/// SplitMix64's finalizer (Steele, Lea, Flood 2014): a bijection that scatters every bit.
[[nodiscard]] constexpr quint64 scattered(quint64 x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// 0 <= u < 1, a function of its arguments alone: any step's noise is had without those before it.
[[nodiscard]] constexpr double uniform(qint64 seed, int series, qint64 step, int draw = 0) {
  const quint64 mixed = scattered(scattered(scattered(quint64(seed)) ^ quint64(series * 64 + draw)) ^ quint64(step));
  return double(mixed >> 11) * 0x1.0p-53;
}

/// Mean 0, variance 1, within +-3.47: the sum of four uniforms (Irwin-Hall), free of libm and so the same everywhere.
[[nodiscard]] constexpr double bell(qint64 seed, int series, qint64 step) {
  double sum = 0.0;
  for (int draw = 0; draw < 4; ++draw) sum += uniform(seed, series, step, draw);
  return (sum - 2.0) * 1.7320508075688772;
}

}  // namespace trainyard
