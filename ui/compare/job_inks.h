// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QHash>
#include <QList>

#include "core/base/ids.h"
#include "ui/theme/theme.h"

class QPainter;

namespace trainyard {

/// How a job's curve is drawn wherever jobs are compared: its colour depends on its number alone, so that it is the same in every
/// chart and every session (unless more than 9 beside each other share it); its dashes tell it from those of the same colour beside it.
struct JobInk {
  static constexpr int colors = 12;
  static constexpr int patterns = 9;

  int hue = 0;   ///< of `colors`
  int dash = 0;  ///< of `patterns`; 0 = solid

  /// Chosen to be far apart in OKLab, also as the colour-blind see them (Machado 2009), with 3 : 1 on the theme's grounds.
  [[nodiscard]] QColor color(const Tokens& tokens) const;
  /// Dashes and the gaps between them, in line widths; empty = solid.
  [[nodiscard]] QList<qreal> pattern() const;
  friend bool operator==(const JobInk&, const JobInk&) = default;
};

/// No two are alike while there are at most `colors` times `patterns` jobs; those with the fewer dashes come first.
[[nodiscard]] QHash<JobId, JobInk> inksOf(const QList<JobId>& jobs);

/// A piece of the curve from `from` to the right, as a legend shows it.
void drawSample(QPainter& painter, const JobInk& ink, const Tokens& tokens, const QPointF& from, double width);

}  // namespace trainyard

Q_DECLARE_METATYPE(trainyard::JobInk)
