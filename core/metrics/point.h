// SPDX-License-Identifier: GPL-3.0-or-later
// What a run tells: points of series. Values only; nothing here knows a database or a window.
#pragma once

#include <QHash>
#include <QList>
#include <QMetaType>
#include <QString>
#include <limits>
#include <vector>

#include "core/base/ids.h"
#include "core/jobs/job.h"

namespace trainyard {

/// One value of a series. `step` >= 0; `wallMs` = ms since 1970 UTC; `value` may be NaN or infinite.
struct Point {
  qint64 step = 0;
  qint64 wallMs = 0;
  double value = 0.0;
};

/// Points of one series of one job in step order. `tag` is the series' name: "train/loss", "val/accuracy", "lr", ...
struct SeriesPoints {
  QString tag;
  std::vector<Point> points;
  /// Of points that stand for more of them: beside each the mean of the smoothed values of its pixel column. Else empty.
  std::vector<double> smoothed = {};
};

/// What one job told since the last batch: points, and how far it is.
struct JobPoints {
  JobId job;
  std::vector<SeriesPoints> series;
  Progress progress;
  /// Where their reader goes on after them, in its own words; kept in the same transaction as the points, so that a
  /// crash neither loses nor doubles one. Empty = it has nothing to remember.
  QByteArray resume = {};
  /// The greatest number of those who wait until such points are written; 0 = nobody. Points with one come from a program that reports to the API.
  quint64 receipt = 0;
};

/// What is kept beside a series so that tiles and cards need not read its points. Extremes are over finite values; the
/// steps of the extremes are their first occurrences. `count` includes NaN and infinities.
struct SeriesSummary {
  QString tag;
  qint64 count = 0;
  qint64 nanCount = 0;
  Point last;
  Point min{0, 0, std::numeric_limits<double>::quiet_NaN()};
  Point max{0, 0, std::numeric_limits<double>::quiet_NaN()};
};

/// Adds points that come after all that the summary has seen.
void extend(SeriesSummary& summary, const std::vector<Point>& points);

}  // namespace trainyard

Q_DECLARE_METATYPE(trainyard::JobPoints)
