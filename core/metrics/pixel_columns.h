// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>

namespace trainyard {

/// A range of an x axis divided into pixel columns of one width. `to` > `from`, `count` > 0.
struct PixelColumns {
  double from = 0.0;
  double to = 1.0;
  int count = 1;

  /// 0..count-1, never falling with x; what lies outside belongs to the first or the last column.
  [[nodiscard]] int columnOf(double x) const {
    // Multiplied first: the quotient of whole numbers is rounded to a whole one only where it is one.
    const double column = std::floor((x - from) * count / (to - from));
    if (!(column > 0.0)) return 0;
    return column < count - 1 ? static_cast<int>(column) : count - 1;
  }
  friend bool operator==(const PixelColumns&, const PixelColumns&) = default;
};

}  // namespace trainyard
