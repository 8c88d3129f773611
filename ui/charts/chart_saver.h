// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPointer>

#include "core/base/settings.h"
#include "ui/charts/points_export.h"

namespace trainyard {

class MetricChart;

/// A chart that is to be saved, and the series that are shown in it.
struct SavedChart {
  QPointer<MetricChart> chart;
  QString name;                  ///< for the file: "resnet50 Loss"
  QList<ExportedSeries> series;
  bool ofManyJobs = false;
};

/// Saves a chart as the file's name says: what is seen as PNG (with twice the pixels) or SVG, or all points of its series as CSV
/// at full resolution.
class ChartSaver final : public QObject {
  Q_OBJECT
 public:
  ChartSaver(MetricReader& reader, Settings& settings, QWidget* window);
  /// Asks for the file, and saves.
  void ask(const SavedChart& chart);
  /// InvalidInput for other endings than .png, .svg and .csv.
  void save(const SavedChart& chart, const QString& path);

 Q_SIGNALS:
  /// `points` 0 = a picture.
  void saved(const QString& path, qint64 points);
  void failed(const trainyard::Error& error);

 private:
  [[nodiscard]] Result<void> savePng(MetricChart& chart, const QString& path) const;
  [[nodiscard]] Result<void> saveSvg(MetricChart& chart, const QString& path) const;

  MetricReader& m_reader;
  Settings& m_settings;
  QWidget* m_window;
};

}  // namespace trainyard
