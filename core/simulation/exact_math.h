// SPDX-License-Identifier: GPL-3.0-or-later
// Elementary functions of additions, multiplications and divisions alone: IEEE 754 fixes each result to the bit, where
// a C library's may differ by its version or the processor. Accurate to some units in the last place; tests hold them
// against the C library.
#pragma once

#include <QtGlobal>
#include <bit>
#include <numbers>

namespace trainyard {

/// e^x; 0 below -700. x <= 700.
[[nodiscard]] constexpr double exponential(double x) {
  if (x < -700.0) return 0.0;
  // ln 2 in two parts, the first with zeros at its end, so that k * high is exact (Cody and Waite 1980).
  constexpr double high = 6.93147180369123816490e-01;
  constexpr double low = 1.90821492927058770002e-10;
  const qint64 k = qint64(x / std::numbers::ln2 + (x < 0.0 ? -0.5 : 0.5));
  const double r = (x - double(k) * high) - double(k) * low;
  double sum = 1.0;
  for (int n = 14; n > 0; --n) sum = 1.0 + r / n * sum;
  return sum * std::bit_cast<double>(quint64(k + 1023) << 52);
}

/// The natural logarithm of a normal number x > 0.
[[nodiscard]] constexpr double logarithm(double x) {
  const quint64 bits = std::bit_cast<quint64>(x);
  int k = int(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & 0xfffffffffffffULL) | 0x3ff0000000000000ULL);
  if (m > std::numbers::sqrt2) {
    m *= 0.5;
    ++k;
  }
  const double s = (m - 1.0) / (m + 1.0);  // ln m = 2 artanh s, |s| < 0.172
  double sum = 0.0;
  for (int n = 23; n > 0; n -= 2) sum = sum * s * s + 1.0 / n;
  return double(k) * std::numbers::ln2 + 2.0 * s * sum;
}

/// x^y for x >= 0 and y > 0.
[[nodiscard]] constexpr double power(double x, double y) { return x > 0.0 ? exponential(y * logarithm(x)) : 0.0; }

/// cos x for 0 <= x <= pi.
[[nodiscard]] constexpr double cosine(double x) {
  const bool beyond = x > std::numbers::pi / 2;
  const double r = beyond ? std::numbers::pi - x : x;
  double sum = 1.0;
  for (int n = 24; n > 0; n -= 2) sum = 1.0 - r * r / (double(n) * double(n - 1)) * sum;
  return beyond ? -sum : sum;
}

}  // namespace trainyard
