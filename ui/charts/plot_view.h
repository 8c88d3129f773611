// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QChartView>
#include <QTimer>
#include <optional>

namespace trainyard {

/// The view of a chart: turns the mouse into what it means for the x axis. Positions are shares of the plot area's
/// width, 0 at its left edge and 1 at its right one.
class PlotView final : public QChartView {
  Q_OBJECT
 public:
  explicit PlotView(QChart* chart, QWidget* parent = nullptr);
  /// Gives up a drag that is under way.
  void cancelDrag();
  [[nodiscard]] bool isDragging() const { return m_drag != Drag::None; }

 Q_SIGNALS:
  void pressed();
  void clicked(double share);  ///< once, and neither dragged nor the first of two
  void hovered(double share);
  void hoverLeft();
  void bandChanged(std::optional<std::pair<double, double>> shares);
  void zoomChosen(double fromShare, double toShare);
  void wheelTurned(double share, double steps);  ///< steps > 0 = zoom in; 1 = one notch
  void panned(double byShare);                   ///< the content was pulled by this part of the width to the right
  void resetChosen();
  void resized();
  void frameDrawn();

 protected:
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  enum class Drag { None, Zoom, Pan };
  [[nodiscard]] double shareAt(double x) const;
  [[nodiscard]] bool isOverPlot(const QPointF& position) const;
  void endDrag();

  Drag m_drag = Drag::None;
  QTimer m_click;  ///< a second click within its time makes it a double one
  double m_pressedX = 0.0;
  double m_lastX = 0.0;
};

}  // namespace trainyard
