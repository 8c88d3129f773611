// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QStringList>
#include <optional>

#include "core/metrics/pixel_columns.h"
#include "core/metrics/point.h"

namespace trainyard {

/// Which part of a job's history is wanted.
struct SeriesQuery {
  JobId job = {};
  QStringList tags = {};  ///< empty = all series of the job
  qint64 fromStep = 0;
  qint64 toStep = std::numeric_limits<qint64>::max();
  int pixelWidth = 0;   ///< 0 = full resolution; else at most 2 finite points (min and max) per pixel column and series,
                        ///< columns dividing [fromStep, toStep] cut to the series' extent; NaN points are kept, one a column
  std::optional<PixelColumns> columns = {};  ///< instead of pixelWidth: these columns over steps
  double smoothing = 0.0;      ///< with columns: SeriesPoints::smoothed is given; 0..0.999
  bool summariesOnly = false;  ///< with columns: at once, and only as exact as the chunks' summaries are
  bool withTimes = true;       ///< with columns: false = wall times may be 0, which is faster
};

/// Reads committed history without making the caller wait.
class MetricReader : public QObject {
  Q_OBJECT
 public:
  using QObject::QObject;
  /// Answered by exactly one `loaded` or `loadFailed` with the number returned.
  virtual quint64 request(const SeriesQuery& query) = 0;

 Q_SIGNALS:
  void loaded(quint64 request, const trainyard::JobPoints& points);
  void loadFailed(quint64 request, const trainyard::Error& error);
};

}  // namespace trainyard
