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
  bool rough = false;          ///< CurveRaster::setRough
};

/// Where curves are drawn: into a picture, pixel by pixel, which is fast; or, for a printer and for what is made of shapes, as
/// shapes of a painter. The coordinates are the painter's; both look the same.
class CurveCanvas {
 public:
  /// Shapes.
  explicit CurveCanvas(QPainter& painter) : m_painter(&painter) {}
  /// Pixels of a strip of the picture, whose pixel (0, 0) begins at `origin`, with `scale` pixels for each px.
  CurveCanvas(QImage& picture, const QPointF& origin, double scale, CurveRaster::Strip strip, CurveRaster::Ground ground)
      : m_raster(std::in_place, picture, strip, ground), m_origin(origin), m_scale(scale), m_left(origin.x() + strip.from / scale),
        m_right(origin.x() + strip.end / scale) {}

  /// Lines are cut there from now on, dots are not: one at an edge is whole.
  void setLimits(double left, double right) {
    m_lineLeft = left;
    m_lineRight = right;
  }
  /// x never falls. A line of one point is a dot.
  void line(const QPolygonF& points, const CurveInk& ink);
  void dot(const QPointF& point, double radius, const QColor& color);
  /// Puts what was drawn into the picture, if that was not done yet at the end.
  void finish() {
    if (m_raster) m_raster->finish();
  }
  /// Of nothing left or right of these is there anything to see.
  [[nodiscard]] double left() const { return m_left; }
  [[nodiscard]] double right() const { return m_right; }

 private:
  void rasterLine(const QPolygonF& points, const CurveInk& ink);

  QPainter* m_painter = nullptr;  // of shapes
  std::optional<CurveRaster> m_raster;
  QPointF m_origin;
  double m_scale = 1.0;
  double m_left = -1e9;
  double m_right = 1e9;
  double m_lineLeft = -1e6;
  double m_lineRight = 1e6;
  std::vector<QPointF> m_pixels;  // kept for the next line
};

}  // namespace trainyard
