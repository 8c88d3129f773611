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
/// It draws beside the picture, where the pixels of a column are neighbours, and is in the picture at finish() or at its end.
class CurveRaster {
 public:
  /// The columns of a picture from `from` up to `end`; the others are left as they are.
  struct Strip {
    int from = 0;
    int end = std::numeric_limits<int>::max();
  };
  /// What the strip shows before the first line.
  enum class Ground { Picture, Clear };
  /// `picture` is Format_ARGB32_Premultiplied, outlives this, and is not copied meanwhile. Several threads may draw into strips
  /// of it that have no column in common.
  explicit CurveRaster(QImage& picture, Strip strip, Ground ground = Ground::Picture);
  explicit CurveRaster(QImage& picture) : CurveRaster(picture, Strip{}) {}
  CurveRaster(CurveRaster&&) = default;
  CurveRaster& operator=(CurveRaster&&) = delete;
  ~CurveRaster() { finish(); }

  /// As exact down a column, but not across it, and quicker: for lines among so many that nobody sees the difference.
  void setRough(bool rough) { m_samples = rough ? 1 : 4; }
  /// Lines and discs are cut there from now on, in pixels of the picture.
  void setLimits(double left, double right) {
    m_left = left;
    m_right = right;
  }
  /// In pixels of the picture, from its upper left corner; `width` > 0. A line of one point is a disc.
  void draw(std::span<const QPointF> line, double width, const QColor& color);
  /// Dashes and the gaps between them, in turns, in pixels along the line; the dashes' ends are round.
  void drawDashed(std::span<const QPointF> line, double width, const QColor& color, std::span<const double> pattern);
  /// The same across columns instead of along the line, and the gaps are faint instead of empty: hides nothing of a line that goes
  /// up and down, and costs no more than a solid one.
  void drawBanded(std::span<const QPointF> line, double width, const QColor& color, std::span<const double> pattern);
  /// Puts what was drawn into the picture; a clear ground as well, when nothing was.
  void finish();

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
  void begin();
  void fillColumn(int column, QRgb color);
  [[nodiscard]] int fillPartly(QRgb* pixels, int from, int end, QRgb color, int covered);

  Strip m_strip;
  Ground m_ground;
  int m_rows;
  qsizetype m_stride;  ///< pixels
  QRgb* m_pixels;
  double m_left = -1e9;
  double m_right = 1e9;
  int m_samples = 4;   ///< vertical lines a pixel column
  std::vector<Interval> m_intervals;  ///< of the strip
  std::vector<QRgb> m_columns;   ///< the strip, column by column; empty before begin() and after finish()
  std::vector<int> m_changes;    ///< of what is covered, from a row of a column to the next; all zero between columns
  std::vector<quint32> m_shares;  ///< of 255, for a column
  int m_first;  ///< those that are somewhere
  int m_last;
};

}  // namespace trainyard
