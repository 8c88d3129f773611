// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong with a training, seen from its values alone. No timer, no clock, no process.
#pragma once

#include <QHash>
#include <QList>
#include <deque>
#include <optional>
#include <vector>

#include "core/metrics/point.h"

namespace trainyard {

enum class TroubleKind { LossNan, LossInfinite, Diverging, Stalled, DiskLow };

struct Trouble {
  TroubleKind kind;
  QString message;  ///< one sentence for people: "Loss became NaN at step 412"
};

struct TroubleLimits {
  double divergingFactor = 10.0;     ///< above the running median by this many times the median (or six times its spread)
  int divergingPoints = 5;           ///< so many in a row: one spike is no divergence
  int leastPoints = 30;              ///< before that nothing is known of what is usual
  int medianWindow = 200;            ///< points that the running median is of
  int calmPoints = 30;               ///< after so many usual ones it may be told again
  double stalledIntervals = 10.0;    ///< without a new value for so many usual intervals
  qint64 stalledLeastMs = 120'000;   ///< and never before this
};

/// The median of the last values, and of their distances from it; a value costs O(window) to add.
class RunningMedian {
 public:
  explicit RunningMedian(int window) : m_window(static_cast<size_t>(window)) {}
  void add(double value);
  [[nodiscard]] size_t count() const { return m_inOrder.size(); }
  [[nodiscard]] double median() const;
  /// The median absolute deviation, O(n log n).
  [[nodiscard]] double spread() const;

 private:
  size_t m_window;
  std::deque<double> m_inOrder;
  std::vector<double> m_sorted;
};

/// Watches one running job. Only series of a loss are judged, and those of the system (isSystemTag) tell nothing.
class TroubleWatch {
 public:
  explicit TroubleWatch(const TroubleLimits& limits = {}) : m_limits(limits) {}

  /// What these points tell, in their order; each kind once a series until it is usual again.
  [[nodiscard]] QList<Trouble> take(const JobPoints& points);
  /// Stalled: told once until a value comes again.
  [[nodiscard]] std::optional<Trouble> checkStalled(qint64 nowMs);

 private:
  struct Series {
    explicit Series(int window) : usual(window) {}
    RunningMedian usual;
    int above = 0;      ///< in a row
    int calm = 0;       ///< usual ones in a row
    bool told = false;
  };
  void judge(const QString& tag, const Point& point, QList<Trouble>& troubles);
  [[nodiscard]] bool isAbove(const Series& series, double value) const;

  TroubleLimits m_limits;
  QHash<QString, Series> m_series;
  qint64 m_lastMs = 0;
  std::deque<qint64> m_intervals;
  bool m_stallTold = false;
};

/// Nearly full: less than 1 GiB is free, or on a disk of less than 20 GiB less than 5 % of it. Sizes in bytes.
[[nodiscard]] std::optional<Trouble> diskTrouble(qint64 freeBytes, qint64 totalBytes);

}  // namespace trainyard
