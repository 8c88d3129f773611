// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/smoothing.h"

#include <cmath>

namespace trainyard {
namespace {

constexpr double negligible = 1e-17;  ///< 1 - it is 1

}  // namespace

Smoother::Smoother(double weight) : m_weight(weight) {}

double Smoother::next(double value) {
  if (!std::isfinite(value)) return value;
  m_last = m_last * m_weight + (1.0 - m_weight) * value;
  if (m_debias == 0.0) return m_last;
  m_debias *= m_weight;
  if (m_debias < negligible) m_debias = 0.0;  // else it would go on for ever as a denormal number, which is slow
  return m_last / (1.0 - m_debias);
}

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
