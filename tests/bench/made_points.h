// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <random>
#include <vector>

#include "core/metrics/point.h"

namespace trainyard {

/// Points as a training makes them: steps in order, 100 ms +- 20 ms apart, a noisy value. From tables, so that making one costs
/// next to nothing; the tables are longer than any chunk.
class MadePoints {
 public:
  enum class Values { Float32, Double };
  explicit MadePoints(Values values) : m_jitter(size), m_noise(size) {
    std::mt19937_64 random(1);
    std::normal_distribution<double> noise(0.0, 0.05);
    std::uniform_int_distribution<qint64> jitter(-20, 20);
    for (size_t i = 0; i < size; ++i) {
      const double value = 0.5 + noise(random);
      m_noise[i] = values == Values::Float32 ? double(float(value)) : value;
      m_jitter[i] = jitter(random);
    }
  }
  [[nodiscard]] Point at(int series, qint64 step) const {
    const size_t place = size_t(step + series * 7'919) % size;
    return {step, 1'700'000'000'000 + step * 100 + m_jitter[place], m_noise[place]};
  }
  void fill(std::vector<Point>& points, int series, qint64 from, qint64 count) const {
    points.reserve(size_t(count));
    for (qint64 step = from; step < from + count; ++step) points.push_back(at(series, step));
  }

 private:
  static constexpr size_t size = 1 << 20;
  std::vector<qint64> m_jitter;
  std::vector<double> m_noise;
};

}  // namespace trainyard
