// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QList>
#include <QPolygonF>
#include <optional>

#include "ui/charts/curve_raster.h"

class QPainter;

namespace trainyard {

/// How a line is drawn.
struct CurveInk {
  QColor color;
  double width = 1.0;          ///< px
  bool hair = false;           ///< a line of the device's own pixels, of the same width at every scale
  QList<qreal> pattern = {};   ///< dashes and the gaps between them, in widths; none = solid
};

/// Where curves are drawn: into a picture, pixel by pixel, which is fast; or, for a printer and for what is made of shapes, as
/// shapes of a painter. The coordinates are the painter's; both look the same.
class CurveCanvas {
 public:
  /// Shapes.
  explicit CurveCanvas(QPainter& painter) : m_painter(painter) {}
  /// Pixels; `painter` draws into the picture, whose pixel (0, 0) begins at `origin`, with `scale` pixels for each px. Only the
  /// columns of pixels from `from` on are drawn.
  CurveCanvas(QPainter& painter, QImage& picture, const QPointF& origin, double scale, int from)
      : m_painter(painter), m_raster(std::in_place, picture, from), m_origin(origin), m_scale(scale), m_left(origin.x() + from / scale) {}

  /// x never falls. A line of one point is a dot.
  void line(const QPolygonF& points, const CurveInk& ink);
  void dot(const QPointF& point, double radius, const QColor& color);
  [[nodiscard]] QPainter& painter() { return m_painter; }
  /// Of nothing left of this is there anything to see.
  [[nodiscard]] double left() const { return m_left; }

 private:
  void rasterLine(const QPolygonF& points, const CurveInk& ink);

  QPainter& m_painter;
  std::optional<CurveRaster> m_raster;
  QPointF m_origin;
  double m_scale = 1.0;
  double m_left = -1e9;
  std::vector<QPointF> m_pixels;  // kept for the next line
};

}  // namespace trainyard
