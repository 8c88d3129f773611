// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/curve_layer.h"

#include <QPaintDevice>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace trainyard {
namespace {

constexpr double overhang = 4.0;  ///< beyond the plot area, so that a line or a dot on its edge is whole
constexpr double dotSpacing = 10.0;  ///< px between points from which each gets a dot

/// Qt's raster engine strokes a wide antialiased polyline in time that grows with the square of its points; short
/// pieces with round ends look the same (in an opaque colour) and cost their length.
void drawInPieces(QPainter& painter, const QPolygonF& line) {
  constexpr qsizetype piece = 8;
  for (qsizetype i = 0; i + 1 < line.size(); i += piece)
    painter.drawPolyline(line.constData() + i, static_cast<int>(std::min(piece + 1, line.size() - i)));
}

void drawLine(QPainter& painter, const QPolygonF& line) {
  if (line.isEmpty()) return;
  if (line.size() == 1) {
    const double radius = painter.pen().isCosmetic() ? 1.0 : 2.5;
    painter.save();
    painter.setBrush(painter.pen().color());
    painter.setPen(Qt::NoPen);
    painter.drawEllipse(line.first(), radius, radius);
    painter.restore();
  } else if (painter.pen().isCosmetic() || painter.pen().style() != Qt::SolidLine) {
    painter.drawPolyline(line);
  } else {
    drawInPieces(painter, line);
  }
}

QPen thinPen(const QColor& color) {
  QPen pen(color, 1.0);
  pen.setCosmetic(true);
  return pen;
}

QPen widePen(const QColor& color, double width, bool dashed, const QList<qreal>& pattern = {}) {
  QPen pen(color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
  pen.setCosmetic(width <= 1.0);  // for which Qt has a fast way
  if (dashed) {
    pen.setCapStyle(Qt::FlatCap);
    pen.setDashPattern({3.5, 2.5});
  }
  if (!pattern.isEmpty()) {
    pen.setCapStyle(Qt::FlatCap);
    pen.setDashPattern(pattern);
  }
  return pen;
}

QColor faded(QColor color, double alpha) {
  color.setAlphaF(static_cast<float>(alpha));
  return color;
}

void drawSign(QPainter& painter, Oddity oddity, double x, const QRectF& area) {
  const double bottom = area.bottom() - 5.0;
  const double top = area.top() + 5.0;
  switch (oddity) {
    case Oddity::NaN:
      painter.drawLine(QPointF(x - 3, bottom - 3), QPointF(x + 3, bottom + 3));
      painter.drawLine(QPointF(x - 3, bottom + 3), QPointF(x + 3, bottom - 3));
      return;
    case Oddity::PositiveInfinity:
      painter.drawPolygon(QPolygonF{{x - 4, top + 3}, {x + 4, top + 3}, {x, top - 4}});
      return;
    case Oddity::NegativeInfinity:
    case Oddity::NotPositive:
      painter.drawPolygon(QPolygonF{{x - 4, bottom - 3}, {x + 4, bottom - 3}, {x, bottom + 4}});
      return;
  }
}

}  // namespace

struct CurveLayer::Prepared {
  DrawnSeries style;
  Reduction reduction;
  bool dotted = false;  ///< so few points that each gets a dot
};

CurveLayer::CurveLayer(QGraphicsItem* parent) : QGraphicsItem(parent) {
  setCacheMode(QGraphicsItem::DeviceCoordinateCache);
  setAcceptedMouseButtons(Qt::NoButton);
  setZValue(10);
}

void CurveLayer::setPlotArea(const QRectF& area) {
  if (area == m_area) return;
  prepareGeometryChange();
  m_area = area;
  update();
}

void CurveLayer::setScene(CurveScene scene) {
  m_scene = std::move(scene);
  update();
}

QPointF CurveLayer::toPixel(double x, double y) const {
  const double down = std::clamp(m_scene.y.position(y), -100.0, 100.0);
  const double across = std::clamp(m_scene.x.position(x), -100.0, 100.0);
  return {m_area.left() + across * m_area.width(), m_area.bottom() - down * m_area.height()};
}

QRectF CurveLayer::boundingRect() const { return m_area.adjusted(-overhang, -overhang, overhang, overhang); }

void CurveLayer::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
  ++m_drawings;
  painter->setRenderHint(QPainter::Antialiasing);
  if (!m_scene.message.isEmpty()) {
    painter->setPen(m_scene.muted);
    painter->drawText(m_area, Qt::AlignCenter | Qt::TextWordWrap, m_scene.message);
  }
  const int columns = std::max(1, static_cast<int>(m_area.width() * painter->device()->devicePixelRatioF()));
  std::vector<Prepared> prepared;
  for (const DrawnSeries& series : m_scene.series) {
    Prepared one{series, reduceToColumns(*series.buffer, m_scene.x.from, m_scene.x.to, columns, m_scene.y.log), false};
    const auto visible = one.reduction.visible;
    if (visible > 1 && visible <= static_cast<std::size_t>(columns)) {
      const std::size_t first = series.buffer->lowerBound(m_scene.x.from);
      const double left = toPixel(series.buffer->x(first), 1).x();
      const double spread = toPixel(series.buffer->x(first + visible - 1), 1).x() - left;
      one.dotted = spread / static_cast<double>(visible - 1) >= dotSpacing;
    }
    prepared.push_back(std::move(one));
  }
  painter->setClipRect(boundingRect());
  for (const Prepared& one : prepared) drawBand(*painter, one.style, columns);
  for (const Prepared& one : prepared) drawSeries(*painter, one, true);
  for (const Prepared& one : prepared) drawSeries(*painter, one, false);
  for (const Prepared& one : prepared) drawOdd(*painter, one);
}

void CurveLayer::drawSeries(QPainter& painter, const Prepared& prepared, bool under) const {
  const DrawnSeries& style = prepared.style;
  if (under) {
    if (!style.smooth || !style.withRaw) return;
    const QColor faint = faded(style.color, 0.42);
    drawRaw(painter, prepared, thinPen(faint));
    if (prepared.dotted) {
      painter.setBrush(faint);
      drawDots(painter, prepared, 1.7);
    }
    return;
  }
  if (style.smooth) {
    drawSmoothed(painter, prepared, widePen(style.color, style.width, style.dashed, style.pattern));
    return;
  }
  const bool few = prepared.reduction.raw.size() <= static_cast<std::size_t>(std::max(1.0, m_area.width()));
  QPen pen = few ? widePen(style.color, std::min(style.width, style.dashed ? 1.6 : 1.8), style.dashed, style.pattern)
                 : thinPen(style.color);
  drawRaw(painter, prepared, pen);
  if (prepared.dotted) {
    painter.setBrush(style.color);
    drawDots(painter, prepared, 1.9);
  }
}

void CurveLayer::drawRaw(QPainter& painter, const Prepared& prepared, const QPen& pen) const {
  painter.setPen(pen);
  const SeriesBuffer& buffer = *prepared.style.buffer;
  QPolygonF line;
  for (const std::size_t index : prepared.reduction.raw) {
    if (index == Reduction::lineBreak) {
      drawLine(painter, line);
      line.clear();
    } else {
      line.append(toPixel(buffer.x(index), buffer.value(index)));
    }
  }
  drawLine(painter, line);
}

void CurveLayer::drawSmoothed(QPainter& painter, const Prepared& prepared, const QPen& pen) const {
  painter.setPen(pen);
  QPolygonF line;
  for (const CurvePoint& point : prepared.reduction.smoothed) {
    if (std::isnan(point.y)) {
      drawLine(painter, line);
      line.clear();
    } else {
      line.append(toPixel(point.x, point.y));
    }
  }
  drawLine(painter, line);
}

void CurveLayer::drawDots(QPainter& painter, const Prepared& prepared, double radius) const {
  painter.setPen(Qt::NoPen);
  const SeriesBuffer& buffer = *prepared.style.buffer;
  for (const std::size_t index : prepared.reduction.raw)
    if (index != Reduction::lineBreak)
      painter.drawEllipse(toPixel(buffer.x(index), buffer.value(index)), radius, radius);
  painter.setBrush(Qt::NoBrush);
}

void CurveLayer::drawBand(QPainter& painter, const DrawnSeries& series, int columns) const {
  if (series.band.first == nullptr) return;
  painter.setPen(Qt::NoPen);
  painter.setBrush(faded(series.color, 0.18));
  const auto fill = [&](QPolygonF& upper, QPolygonF& lower) {
    std::reverse(lower.begin(), lower.end());
    painter.drawPolygon(upper + lower);
    upper.clear();
    lower.clear();
  };
  QPolygonF upper;
  QPolygonF lower;
  for (const BandColumn& column : reduceBand(*series.band.first, *series.band.second, m_scene.x.from, m_scene.x.to, columns)) {
    if (std::isnan(column.low)) {
      fill(upper, lower);
    } else {
      upper << toPixel(column.x, column.high);
      lower << toPixel(column.x, m_scene.y.log && column.low <= 0.0 ? m_scene.y.from : column.low);
    }
  }
  fill(upper, lower);
}

void CurveLayer::drawOdd(QPainter& painter, const Prepared& prepared) const {
  constexpr double apart = 8.0;  // px; a long stretch of NaN is a row of signs, not a smear
  std::array<double, 4> lastAt;
  lastAt.fill(-1e9);
  for (const OddPoint& odd : prepared.reduction.odd) {
    const double x = toPixel(prepared.style.buffer->x(odd.index), 1.0).x();
    double& last = lastAt[static_cast<std::size_t>(odd.oddity)];
    if (x < m_area.left() - 1 || x > m_area.right() + 1 || x - last < apart) continue;
    last = x;
    const QColor color = odd.oddity == Oddity::NotPositive ? m_scene.muted : m_scene.warning;
    const bool cross = odd.oddity == Oddity::NaN;
    painter.setPen(cross ? QPen(color, 1.6, Qt::SolidLine, Qt::RoundCap) : QPen(Qt::NoPen));
    painter.setBrush(cross ? QBrush(Qt::NoBrush) : QBrush(color));
    drawSign(painter, odd.oddity, x, m_area);
  }
}

}  // namespace trainyard
