// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/smoothing.h"

#include <algorithm>
#include <cmath>

namespace trainyard {
namespace {

constexpr double negligible = 1e-17;  ///< 1 - it is 1

}  // namespace

Smoother::Smoother(double weight)
    : m_weight(weight), m_memory(weight > 0.0 ? size_t(std::ceil(std::log(negligible) / std::log(weight))) : 1) {}

double Smoother::next(double value) {
  if (!std::isfinite(value)) return value;
  m_last = m_last * m_weight + (1.0 - m_weight) * value;
  if (m_debias == 0.0) return m_last;
  m_debias *= m_weight;
  if (m_debias < negligible) m_debias = 0.0;  // else it would go on for ever as a denormal number, which is slow
  return m_last / (1.0 - m_debias);
}

// last[i] = w last[i-1] + (1-w) y[i], summed over the run, gives S = w (S + last before it - last of it) + (1-w) sum of y, so that
// S = sum of y + w / (1-w) (last before it - last of it).
template <typename T>
double Smoother::sumOfNext(std::span<const T> values, double sum, double greatest) {
  const double before = m_last;
  if (m_debias == 0.0 && values.size() > 2 * m_memory) {
    m_last = 0.0;
    for (const T value : values.last(m_memory)) m_last = m_last * m_weight + (1.0 - m_weight) * double(value);
    // After a value that was greater by many powers of ten, what it left is all there is.
    const double forgotten = negligible * std::max(greatest, std::abs(before));
    if (forgotten <= 1e-13 * std::abs(m_last)) return sum + m_weight / (1.0 - m_weight) * (before - m_last);
    m_last = before;
  }
  double all = 0.0;
  for (const T value : values) all += next(double(value));
  return all;
}

template double Smoother::sumOfNext(std::span<const float>, double, double);
template double Smoother::sumOfNext(std::span<const double>, double, double);

void Smoother::settle(double mean, qint64 count) {
  const double left = std::pow(m_weight, double(count));
  m_last = m_last * left + mean * (1.0 - left);
  m_debias *= left;
}

std::vector<double> smoothed(std::span<const double> values, double weight) {
  Smoother smoother(weight);
  std::vector<double> out;
  out.reserve(values.size());
  for (const double value : values) out.push_back(smoother.next(value));
  return out;
}

}  // namespace trainyard
