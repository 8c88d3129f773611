// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QImage>
#include <QPointF>
#include <limits>
#include <span>
#include <vector>

namespace trainyard {

/// Draws lines into a picture, antialiased, with round ends and joins. A line whose x never falls, widened by a disc, meets
/// each vertical line in one interval; so what Qt's painter strokes as a path of thousands of pieces is one run of pixels a
/// column here, and costs the pixels that it covers. No pixel of a line is painted twice, so that translucent ones are even.
class CurveRaster {
 public:
  /// The columns of a picture from `from` up to `end`; the others are left as they are.
  struct Strip {
    int from = 0;
    int end = std::numeric_limits<int>::max();
  };
  /// `picture` is Format_ARGB32_Premultiplied, outlives this, and is not copied meanwhile. Several threads may draw into strips
  /// of it that have no column in common.
  explicit CurveRaster(QImage& picture, Strip strip);
  explicit CurveRaster(QImage& picture) : CurveRaster(picture, Strip{}) {}

  /// Half as exact across a column, and quicker: for lines among so many that nobody sees the difference.
  void setRough(bool rough) { m_samples = rough ? 2 : 4; }
  /// In pixels of the picture, from its upper left corner; `width` > 0. A line of one point is a disc.
  void draw(std::span<const QPointF> line, double width, const QColor& color);
  /// Dashes and the gaps between them, in turns, in pixels along the line; the dashes' ends are round.
  void drawDashed(std::span<const QPointF> line, double width, const QColor& color, std::span<const double> pattern);
  /// The same across columns instead of along the line, and the gaps are faint instead of empty: hides nothing of a line that goes
  /// up and down, and costs no more than a solid one.
  void drawBanded(std::span<const QPointF> line, double width, const QColor& color, std::span<const double> pattern);

 private:
  /// Where a line meets a vertical line; nowhere while top > bottom.
  struct Interval {
    float top;
    float bottom;
  };

  void widen(const QPointF& a, const QPointF& b, double radius);
  void widen(std::span<const QPointF> line, double radius);
  void fill(const QColor& color);
  template <typename InkOf>
  void fillWith(const InkOf& inkOf);
  void fillColumn(int column, QRgb color);
  [[nodiscard]] float fillPartly(QRgb* pixels, int from, int end, QRgb color, float covered);
  void fillWholly(QRgb* pixels, int from, int end, QRgb color) const;

  Strip m_strip;
  int m_rows;
  qsizetype m_stride;  ///< pixels
  QRgb* m_pixels;
  int m_samples = 4;   ///< vertical lines a pixel column
  std::vector<Interval> m_intervals;  ///< of the strip
  std::vector<float> m_changes;  ///< for a column, all zero before and after
  int m_first;  ///< those that are somewhere
  int m_last;
};

}  // namespace trainyard
