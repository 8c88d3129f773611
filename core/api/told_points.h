// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHashFunctions>
#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "core/metrics/point.h"

namespace trainyard {

/// The newest points that were logged of a metric, as many as a call may have: a client that has not heard the answer tells them again, and
/// MLflow 3 tells the newest again when it links them to a model. MLflow's own store keeps each step, time and value once.
class ToldPoints {
 public:
  static constexpr size_t most = 1'024;

  [[nodiscard]] bool contains(const Point& point) const { return std::find(m_marks.begin(), m_marks.end(), markOf(point)) != m_marks.end(); }
  void add(const Point& point) {
    if (m_marks.size() < most)
      m_marks.push_back(markOf(point));
    else
      m_marks[m_next] = markOf(point);
    m_next = (m_next + 1) % most;
  }

 private:
  /// 64 bits that no two of a thousand points share.
  [[nodiscard]] static size_t markOf(const Point& point) { return qHashMulti(0, point.step, point.wallMs, std::isnan(point.value) ? 0 : std::bit_cast<quint64>(point.value)); }

  std::vector<size_t> m_marks;
  size_t m_next = 0;
};

}  // namespace trainyard
