// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/curve_canvas.h"

#include <QPainter>
#include <algorithm>

namespace trainyard {
namespace {

QPen penOf(const CurveInk& ink) {
  QPen pen(ink.color, ink.width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
  pen.setCosmetic(ink.hair);
  if (ink.pattern.isEmpty()) return pen;
  pen.setCapStyle(Qt::FlatCap);
  pen.setDashPattern(ink.pattern);
  return pen;
}

}  // namespace

void CurveCanvas::line(const QPolygonF& points, const CurveInk& ink) {
  if (points.isEmpty()) return;
  if (points.size() == 1) return dot(points.first(), ink.hair ? 1.0 : 2.5, ink.color);
  if (m_raster) return rasterLine(points, ink);
  m_painter->save();
  m_painter->setClipRect(QRectF(QPointF(m_lineLeft, -1e6), QPointF(m_lineRight, 1e6)), Qt::IntersectClip);
  m_painter->setPen(penOf(ink));
  m_painter->drawPolyline(points);
  m_painter->restore();
}

void CurveCanvas::rasterLine(const QPolygonF& points, const CurveInk& ink) {
  m_pixels.clear();
  for (const QPointF& point : points) m_pixels.push_back((point - m_origin) * m_scale);
  const double width = ink.hair ? ink.width : ink.width * m_scale;
  m_raster->setRough(ink.rough);
  m_raster->setLimits((m_lineLeft - m_origin.x()) * m_scale, (m_lineRight - m_origin.x()) * m_scale);
  if (ink.pattern.isEmpty()) return m_raster->draw(m_pixels, width, ink.color);
  std::vector<double> pattern;
  if (ink.hair) {  // one of many
    for (const qreal part : ink.pattern) pattern.push_back(part * width);
    return m_raster->drawBanded(m_pixels, width, ink.color, pattern);
  }
  for (qsizetype i = 0; i < ink.pattern.size(); ++i)  // round ends make a dash longer by its width
    pattern.push_back(std::max(0.0, ink.pattern[i] + (i % 2 == 0 ? -1.0 : 1.0)) * width);
  m_raster->drawDashed(m_pixels, width, ink.color, pattern);
}

void CurveCanvas::dot(const QPointF& point, double radius, const QColor& color) {
  if (m_raster) {
    const QPointF pixel = (point - m_origin) * m_scale;
    m_raster->setRough(false);
    m_raster->setLimits(-1e9, 1e9);
    return m_raster->draw({&pixel, 1}, 2 * radius * m_scale, color);
  }
  m_painter->setPen(Qt::NoPen);
  m_painter->setBrush(color);
  m_painter->drawEllipse(point, radius, radius);
  m_painter->setBrush(Qt::NoBrush);
}

}  // namespace trainyard
