// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>
#include <vector>

class QVBoxLayout;

namespace trainyard {

class MetricChart;

/// Charts below each other. The first two that are shown fill what is seen, whatever follows them below.
class ChartColumn final : public QScrollArea {
  Q_OBJECT
 public:
  /// What a chart may take at the right beside the scroll bar: all while there is none, or never its place.
  enum class Edge { Flush, Steady };

  ChartColumn(Edge edge, QWidget* parent);
  /// Children of `widget()`, in this order, also for the Tab key.
  void setCharts(const std::vector<MetricChart*>& charts);
  /// Those after the first two are this high, and not as high as those.
  void setFurtherHeight(int height);
  /// When others are shown.
  void shareHeight();

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  QVBoxLayout* m_column;
  int m_furtherHeight = 0;
};

}  // namespace trainyard
