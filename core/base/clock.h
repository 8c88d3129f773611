// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>

namespace trainyard {

/// The seam through which the core knows the time; tests move it by hand.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Milliseconds since 1970-01-01 UTC.
  [[nodiscard]] virtual qint64 nowMs() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] qint64 nowMs() const override { return QDateTime::currentMSecsSinceEpoch(); }
};

}  // namespace trainyard
