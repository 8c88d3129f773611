// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QGraphicsItem>
#include <QImage>
#include <vector>

#include "ui/charts/axis_scale.h"
#include "ui/charts/curve_canvas.h"
#include "ui/charts/curve_reduction.h"

namespace trainyard {

/// How one series is drawn. `buffer` outlives the layer's use of it.
struct DrawnSeries {
  const SeriesBuffer* buffer = nullptr;
  QColor color;
  bool dashed = false;
  bool smooth = false;  ///< the smoothed curve over faint raw values; else the raw values alone
  bool withRaw = true;  ///< else the smoothed curve alone
  double width = 2.0;   ///< px of the smoothed curve
  QList<qreal> pattern = {};  ///< of dashes, where given
  std::pair<const SeriesBuffer*, const SeriesBuffer*> band = {};  ///< lower and upper edge of what lies behind it
  friend bool operator==(const DrawnSeries&, const DrawnSeries&) = default;
};

/// Everything a frame of curves is made from.
struct CurveScene {
  AxisScale x;
  AxisScale y;
  std::vector<DrawnSeries> series;
  QColor warning;     ///< of the signs for NaN and the infinities
  QColor muted;       ///< of the signs for what a logarithmic axis cannot show, and of the message
  QColor ground;
  QString message;    ///< in the middle of the plot instead of curves: "Waiting for the first point"
};

/// The curves of a chart over Qt Charts' plot area. Draws at most two points per pixel column and series. What it drew
/// is kept as a picture until the scene changes, so that a moving crosshair does not draw the curves again; and where a
/// scene has no more than new points at the ends of its curves, only the columns of pixels from there on are drawn anew.
class CurveLayer final : public QGraphicsItem {
 public:
  explicit CurveLayer(QGraphicsItem* parent);
  ~CurveLayer() override;

  void setPlotArea(const QRectF& area);
  void setScene(CurveScene scene);
  [[nodiscard]] const CurveScene& curves() const { return m_scene; }
  [[nodiscard]] QRectF plotArea() const { return m_area; }
  /// Where a value lies in the item's coordinates.
  [[nodiscard]] QPointF toPixel(double x, double y) const;
  /// How often the curves were drawn.
  [[nodiscard]] quint64 drawings() const { return m_drawings; }

  [[nodiscard]] QRectF boundingRect() const override;
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 private:
  struct Prepared;
  void paintPicture(QPainter& painter, const QTransform& toDevice);
  void drawPicture();
  void reduce(int columns);
  [[nodiscard]] std::optional<double> extend();
  void judge(Prepared& one) const;
  void drawBands(QPainter& painter) const;
  void drawLines(CurveCanvas& canvas) const;
  void drawStrips(int from, CurveRaster::Ground ground);
  void drawSeries(CurveCanvas& canvas, const Prepared& prepared, bool under) const;
  void drawBand(QPainter& painter, const DrawnSeries& series) const;
  void drawSigns(QPainter& painter) const;
  void drawOdd(QPainter& painter, const Prepared& prepared) const;
  void drawLine(CurveCanvas& canvas, const std::vector<CurvePoint>& points, const CurveInk& ink) const;
  void drawDots(CurveCanvas& canvas, const Prepared& prepared, double radius, const QColor& color) const;

  QRectF m_area;
  CurveScene m_scene;
  QImage m_picture;          // of the scene, on what it was painted to last
  QPointF m_origin;          // of the picture, in the item's coordinates
  double m_scale = 1.0;      // pixels of the picture for one of the item's
  bool m_isDrawn = false;    // the scene, in the picture
  bool m_mayExtend = false;  // the picture is of the same scene with fewer points, if anything has changed at all
  int m_columns = 0;         // that the curves are reduced to
  std::vector<Prepared> m_prepared;
  bool m_isPainted = false;  // the scene, anywhere
  quint64 m_drawings = 0;
};

}  // namespace trainyard
