// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QList>

#include "core/base/ids.h"
#include "ui/theme/theme.h"

namespace trainyard {

/// How a job's curve is drawn wherever jobs are compared. It depends on the job's number alone, so a job looks the same in
/// every chart and every session.
struct JobInk {
  int hue = 0;            ///< 0..7
  bool alternate = false; ///< the darker variant of its colour
  QList<qreal> pattern;   ///< of dashes, in line widths; empty = solid
  /// Okabe and Ito's colours for the colour-blind, shifted until each has a contrast of 3 : 1 on the theme's grounds.
  [[nodiscard]] QColor color(const Tokens& tokens) const;
};

inline constexpr int distinctInks = 48;  ///< 8 hues, each in 2 lightnesses with 3 patterns

/// Neighbouring numbers differ in hue; numbers less than 48 apart differ in hue, lightness or pattern.
[[nodiscard]] JobInk inkOf(JobId id);

}  // namespace trainyard
