// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>
#include <span>
#include <vector>

namespace trainyard {

/// TensorBoard's smoothing: debiased exponential average over finite values, `last = last*w + (1-w)*y; n += 1;
/// out = last / (1 - w^n)`. Values that are not finite pass through and do not count. State is kept, so that appending
/// equals smoothing the whole.
class Smoother {
 public:
  explicit Smoother(double weight);  ///< 0 <= weight < 1
  [[nodiscard]] double next(double value);
  /// The sum of next() for each of `values`, which are all finite; `sum` and `greatest` are their sum and the greatest magnitude of
  /// one of them. But for rounding: of a long run only the last values are walked through.
  template <typename T>
  [[nodiscard]] double sumOfNext(std::span<const T> values, double sum, double greatest);
  /// As if `count` values, all `mean`, had come.
  void settle(double mean, qint64 count);

 private:
  double m_weight;
  double m_last = 0.0;
  double m_debias = 1.0;  // w^n
  size_t m_memory;        ///< what came so many values ago has no weight any more that a double tells
};

[[nodiscard]] std::vector<double> smoothed(std::span<const double> values, double weight);

}  // namespace trainyard
