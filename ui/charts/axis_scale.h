// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

#include "ui/charts/metric_chart.h"

namespace trainyard {

struct Tick {
  double value = 0.0;
  QString label;
  friend bool operator==(const Tick&, const Tick&) = default;
};

/// The range and the ticks of an axis. `log`: positions are powers of ten, see `position`.
struct AxisScale {
  double from = 0.0;
  double to = 1.0;
  bool log = false;
  QList<Tick> ticks;

  /// Where the value lies on the axis, 0..1 inside of it. A value <= 0 on a logarithmic axis is at minus infinity.
  [[nodiscard]] double position(double value) const;
  /// The value at a position; the inverse of `position`.
  [[nodiscard]] double valueAt(double position) const;
  friend bool operator==(const AxisScale&, const AxisScale&) = default;
};

/// The smallest of 1, 2, 2.5, 5 x 10^k that divides `span` into at most `count` parts. span > 0, count > 0.
[[nodiscard]] double niceInterval(double span, int count);

/// x axis over exactly `range`, with about one tick per `tickCount`-th of it. Steps "1,500"; epochs "12", "0.5"; times
/// "40 s", "2 min", "1 h 20 min".
[[nodiscard]] AxisScale xScale(XAxisKind kind, const XRange& range, int tickCount);

/// y axis that shows [min, max] with a little headroom, its ends on ticks. Starts at zero when that costs little room.
[[nodiscard]] AxisScale linearScale(double min, double max, int tickCount);
/// Values are shares of one, labels "25%"; never beyond 0..100 % unless the values are.
[[nodiscard]] AxisScale percentScale(double min, double max, int tickCount);
/// 0 < min <= max. Ends and ticks are 1, 2, 5 x 10^k over few decades, powers of ten over many.
[[nodiscard]] AxisScale logScale(double min, double max, int tickCount);

/// "1,500"; "0.25"; "1.5M"; "2e-5": as many digits as ticks `interval` apart need. `extent` is the largest value of
/// the axis, so that all its labels are written in one way.
[[nodiscard]] QString tickText(double value, double interval, double extent = 0.0);
/// "40 s", "2 min", "1 h 20 min", "3 d 4 h", "2.5 s".
[[nodiscard]] QString timeTickText(double seconds, double interval);

}  // namespace trainyard
