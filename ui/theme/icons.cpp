// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/icons.h"

#include <QIconEngine>
#include <QPainterPath>

namespace trainyard {
namespace {

// All glyphs are drawn in a square of 16 units.

void stroke(QPainter& painter, const QColor& color, const QPainterPath& path, double width = 1.6) {
  painter.setPen(QPen(color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  painter.setBrush(Qt::NoBrush);
  painter.drawPath(path);
}

void fill(QPainter& painter, const QColor& color, const QPainterPath& path) {
  painter.setPen(Qt::NoPen);
  painter.setBrush(color);
  painter.drawPath(path);
}

QPainterPath lines(std::initializer_list<std::initializer_list<QPointF>> parts) {
  QPainterPath path;
  for (const auto& part : parts) {
    bool first = true;
    for (const QPointF& point : part) {
      first ? path.moveTo(point) : path.lineTo(point);
      first = false;
    }
  }
  return path;
}

QPainterPath circle(double x, double y, double radius) {
  QPainterPath path;
  path.addEllipse(QPointF(x, y), radius, radius);
  return path;
}

QPainterPath closed(std::initializer_list<QPointF> points) {
  QPainterPath path = lines({points});
  path.closeSubpath();
  return path;
}

void drawRepeat(QPainter& painter, const QColor& color) {
  QPainterPath path;
  path.arcMoveTo(QRectF(3, 3, 10, 10), 60);
  path.arcTo(QRectF(3, 3, 10, 10), 60, 290);
  stroke(painter, color, path);
  stroke(painter, color, lines({{{10.5, 1.2}, {10.8, 4.4}, {13.9, 3.9}}}));
}

void drawKeyboard(QPainter& painter, const QColor& color) {
  QPainterPath frame;
  frame.addRoundedRect(QRectF(1.5, 4, 13, 8.5), 1.5, 1.5);
  stroke(painter, color, frame, 1.3);
  stroke(painter, color, lines({{{4.2, 6.8}, {4.3, 6.8}}, {{7, 6.8}, {7.1, 6.8}}, {{9.8, 6.8}, {9.9, 6.8}}, {{5, 9.8}, {11, 9.8}}}), 1.4);
}

void drawSpinner(QPainter& painter, const QColor& color, double phase) {
  QPainterPath arc;
  const double start = -360.0 * phase + 90.0;
  arc.arcMoveTo(QRectF(2.5, 2.5, 11, 11), start);
  arc.arcTo(QRectF(2.5, 2.5, 11, 11), start, -270);
  stroke(painter, color, arc);
}

void drawTrash(QPainter& painter, const QColor& color) {
  stroke(painter, color, lines({{{2.5, 4.5}, {13.5, 4.5}}, {{6, 4.3}, {6, 2.5}, {10, 2.5}, {10, 4.3}}}), 1.4);
  stroke(painter, color, lines({{{4, 4.6}, {4.6, 13.5}, {11.4, 13.5}, {12, 4.6}}}), 1.4);
}

void drawEye(QPainter& painter, const QColor& color) {
  QPainterPath path;
  path.moveTo(1.5, 8);
  path.quadTo(8, 0.5, 14.5, 8);
  path.quadTo(8, 15.5, 1.5, 8);
  stroke(painter, color, path, 1.4);
  fill(painter, color, circle(8, 8, 2));
}

}  // namespace

void drawGlyph(QPainter& painter, Glyph glyph, const QRectF& rect, const QColor& color, double phase) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.translate(rect.topLeft());
  painter.scale(rect.width() / 16.0, rect.height() / 16.0);
  switch (glyph) {
    case Glyph::Play: fill(painter, color, closed({{4, 2.5}, {13.5, 8}, {4, 13.5}})); break;
    case Glyph::Stop: fill(painter, color, closed({{3, 3}, {13, 3}, {13, 13}, {3, 13}})); break;
    case Glyph::Plus: stroke(painter, color, lines({{{8, 3}, {8, 13}}, {{3, 8}, {13, 8}}})); break;
    case Glyph::Check: stroke(painter, color, lines({{{3, 8.5}, {6.5, 12}, {13, 4.5}}}), 1.8); break;
    case Glyph::Cross:
    case Glyph::Error: stroke(painter, color, lines({{{4, 4}, {12, 12}}, {{12, 4}, {4, 12}}}), 1.8); break;
    case Glyph::Close: stroke(painter, color, lines({{{4.5, 4.5}, {11.5, 11.5}}, {{11.5, 4.5}, {4.5, 11.5}}}), 1.4); break;
    case Glyph::Info:
      stroke(painter, color, circle(8, 8, 6.2), 1.4);
      stroke(painter, color, lines({{{8, 7.5}, {8, 11}}, {{8, 5}, {8, 5.05}}}), 1.6);
      break;
    case Glyph::Warning:
      stroke(painter, color, closed({{8, 2}, {14.5, 13.5}, {1.5, 13.5}}), 1.4);
      stroke(painter, color, lines({{{8, 6.5}, {8, 9.5}}, {{8, 11.5}, {8, 11.55}}}), 1.5);
      break;
    case Glyph::Search:
      stroke(painter, color, circle(7, 7, 4.5), 1.5);
      stroke(painter, color, lines({{{10.5, 10.5}, {14, 14}}}), 1.5);
      break;
    case Glyph::ChevronDown: stroke(painter, color, lines({{{4, 6}, {8, 10}, {12, 6}}}), 1.6); break;
    case Glyph::Dot: fill(painter, color, circle(8, 8, 4)); break;
    case Glyph::Eye: drawEye(painter, color); break;
    case Glyph::Repeat: drawRepeat(painter, color); break;
    case Glyph::Trash: drawTrash(painter, color); break;
    case Glyph::Pencil: stroke(painter, color, closed({{3, 13}, {3.6, 10}, {10.8, 2.8}, {13.2, 5.2}, {6, 12.4}}), 1.4); break;
    case Glyph::Keyboard: drawKeyboard(painter, color); break;
    case Glyph::Spinner: drawSpinner(painter, color, phase); break;
    case Glyph::ArrowLeft: stroke(painter, color, lines({{{13, 8}, {3, 8}}, {{7, 4}, {3, 8}, {7, 12}}})); break;
    case Glyph::Follow: stroke(painter, color, lines({{{3, 8}, {11, 8}}, {{8, 5}, {11, 8}, {8, 11}}, {{13.5, 3.5}, {13.5, 12.5}}})); break;
  }
  painter.restore();
}

namespace {

/// Draws a glyph when somebody looks at it, and at the size at which they do: most icons are in menus that are never opened.
class GlyphEngine final : public QIconEngine {
 public:
  GlyphEngine(Glyph glyph, const QColor& color, const QColor& disabled, int size) : m_glyph(glyph), m_color(color), m_disabled(disabled), m_size(size) {}
  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
    const double margin = double(rect.width()) / m_size;
    drawGlyph(*painter, m_glyph, QRectF(rect).adjusted(margin, margin, -margin, -margin), mode == QIcon::Disabled ? m_disabled : m_color);
  }
  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
    QPixmap pixmap(size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paint(&painter, QRect(QPoint(), size), mode, state);
    return pixmap;
  }
  [[nodiscard]] QIconEngine* clone() const override { return new GlyphEngine(*this); }

 private:
  Glyph m_glyph;
  QColor m_color;
  QColor m_disabled;
  int m_size;
};

}  // namespace

QIcon glyphIcon(Glyph glyph, const QColor& color, const QColor& disabled, int size) { return QIcon(new GlyphEngine(glyph, color, disabled, size)); }

}  // namespace trainyard
