// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/plot_view.h"

#include <QApplication>
#include <QChart>
#include <QMouseEvent>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace trainyard {
namespace {

constexpr double clickSlack = 4.0;  ///< px the mouse may move in a click without dragging

}  // namespace

PlotView::PlotView(QChart* chart, QWidget* parent) : QChartView(chart, parent) {
  setFrameShape(QFrame::NoFrame);
  setViewportUpdateMode(FullViewportUpdate);  // a frame is drawn as a whole
  setFocusPolicy(Qt::NoFocus);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_click.setSingleShot(true);
  m_click.setInterval(QApplication::doubleClickInterval());
  connect(&m_click, &QTimer::timeout, this, [this] { Q_EMIT clicked(shareAt(m_pressedX)); });
  viewport()->setMouseTracking(true);
  setMouseTracking(true);
}

void PlotView::cancelDrag() {
  if (m_drag == Drag::None) return;
  endDrag();
}

double PlotView::shareAt(double x) const {
  const QRectF area = chart()->plotArea();
  return area.width() > 0 ? std::clamp((x - area.left()) / area.width(), 0.0, 1.0) : 0.0;
}

bool PlotView::isOverPlot(const QPointF& position) const {
  return chart()->plotArea().adjusted(-4, -4, 4, 4).contains(position);
}

void PlotView::endDrag() {
  m_drag = Drag::None;
  viewport()->unsetCursor();
  Q_EMIT bandChanged(std::nullopt);
}

void PlotView::mousePressEvent(QMouseEvent* event) {
  Q_EMIT pressed();
  const bool left = event->button() == Qt::LeftButton;
  if (!isOverPlot(event->position()) || (!left && event->button() != Qt::MiddleButton)) {
    event->ignore();
    return;
  }
  const bool pans = !left || event->modifiers().testFlag(Qt::ShiftModifier);
  m_drag = pans ? Drag::Pan : Drag::Zoom;
  m_pressedX = m_lastX = event->position().x();
  if (pans) viewport()->setCursor(Qt::ClosedHandCursor);
  event->accept();
}

void PlotView::mouseMoveEvent(QMouseEvent* event) {
  const double x = event->position().x();
  if (m_drag == Drag::Pan) {
    if (const double width = chart()->plotArea().width(); width > 0) Q_EMIT panned((x - m_lastX) / width);
    m_lastX = x;
  } else if (m_drag == Drag::Zoom && std::abs(x - m_pressedX) >= clickSlack) {
    Q_EMIT bandChanged(std::pair(shareAt(m_pressedX), shareAt(x)));
  }
  if (m_drag == Drag::Zoom || isOverPlot(event->position()))
    Q_EMIT hovered(shareAt(x));
  else
    Q_EMIT hoverLeft();
  event->accept();
}

void PlotView::mouseReleaseEvent(QMouseEvent* event) {
  const Drag drag = m_drag;
  if (drag == Drag::None) return;
  endDrag();
  const double x = event->position().x();
  if (drag == Drag::Zoom && std::abs(x - m_pressedX) < clickSlack && event->button() == Qt::LeftButton) m_click.start();
  if (drag != Drag::Zoom || std::abs(x - m_pressedX) < clickSlack) return;
  const double start = shareAt(m_pressedX);
  const double end = shareAt(x);
  if (start != end) Q_EMIT zoomChosen(std::min(start, end), std::max(start, end));
}

void PlotView::mouseDoubleClickEvent(QMouseEvent* event) {
  m_click.stop();
  if (event->button() == Qt::LeftButton && isOverPlot(event->position())) Q_EMIT resetChosen();
  event->accept();
}

void PlotView::wheelEvent(QWheelEvent* event) {
  const double steps = event->angleDelta().y() / 120.0;
  if (steps == 0.0 || !isOverPlot(event->position())) {
    event->ignore();  // the column of charts scrolls
    return;
  }
  Q_EMIT wheelTurned(shareAt(event->position().x()), steps);
  event->accept();
}

void PlotView::leaveEvent(QEvent* event) {
  QChartView::leaveEvent(event);
  Q_EMIT hoverLeft();
}

void PlotView::resizeEvent(QResizeEvent* event) {
  QChartView::resizeEvent(event);
  Q_EMIT resized();
}

void PlotView::paintEvent(QPaintEvent* event) {
  QChartView::paintEvent(event);
  Q_EMIT frameDrawn();
}

}  // namespace trainyard
