// SPDX-License-Identifier: GPL-3.0-or-later
// How a LogCanvas paints its lines.
#include <QPainter>
#include <QScrollBar>
#include <algorithm>
#include <array>

#include "ui/monitor/log_canvas.h"

namespace trainyard {
namespace {

/// The sixteen colours of terminals, each with enough contrast on the ground of its theme.
constexpr std::array<QRgb, 16> onLight{0xff1f2430, 0xffb3261e, 0xff1a7f37, 0xff8a5a00, 0xff2f4bd1, 0xff8e2a9e, 0xff0b7285, 0xff5c6675,
                                       0xff475467, 0xffc4281c, 0xff15803d, 0xff9a6700, 0xff4453d6, 0xffa626a4, 0xff0a7b83, 0xff344054};
constexpr std::array<QRgb, 16> onDark{0xff8b94a5, 0xffff7a70, 0xff4ade80, 0xfffbbf24, 0xff8c97ff, 0xffe59aff, 0xff4fd6e0, 0xffd5dae3,
                                      0xff98a2b3, 0xffff9c94, 0xff86efac, 0xfffde68a, 0xffaab2ff, 0xfff0b8ff, 0xff8be9f0, 0xffffffff};

bool isDark(const Theme& theme) { return theme.tokens().dark; }

}  // namespace

QColor LogCanvas::colorOf(int color) const {
  if (color >= TextStyle::trueColor) return QColor::fromRgb(QRgb(color & 0xffffff) | 0xff000000);
  return QColor::fromRgb((isDark(m_theme) ? onDark : onLight)[size_t(std::clamp(color, 0, 15))]);
}

double LogCanvas::xOf(const QString& text, qsizetype column) const {
  return QFontMetricsF(viewport()->font()).horizontalAdvance(text.left(column));
}

void LogCanvas::paintEvent(QPaintEvent*) {
  QPainter painter(viewport());
  painter.setFont(viewport()->font());
  painter.translate(margin - horizontalScrollBar()->value(), margin / 2);
  const int last = std::min(int(m_rows.size()), m_top + linesShown() + 2);
  for (int i = m_top, y = 0; i < last; ++i, y += lineHeight()) {
    const LogRow& row = m_rows[size_t(i)];
    if (m_marked >= row.offset && m_marked < row.next)
      painter.fillRect(QRectF(horizontalScrollBar()->value() - margin, y, viewport()->width(), lineHeight()), m_theme.tokens().accentSoft);
    paintSelection(painter, row, y);
    paintMatches(painter, row, y);
    paintRow(painter, row, y);
  }
}

void LogCanvas::paintRow(QPainter& painter, const LogRow& row, int y) const {
  const QString& text = row.line.text;
  const int base = y + viewport()->fontMetrics().ascent() + 1;
  const auto drawPart = [&](qsizetype from, qsizetype length, const TextStyle& style) {
    if (length <= 0) return;
    const double x = xOf(text, from);
    if (style.background != TextStyle::none) {
      QColor ground = colorOf(style.background);
      ground.setAlpha(70);  // the text keeps its contrast
      painter.fillRect(QRectF(x, y, xOf(text, from + length) - x, lineHeight()), ground);
    }
    QFont font = viewport()->font();
    if (style.bold) font.setBold(true);
    painter.setFont(font);
    const Tokens& tokens = m_theme.tokens();
    painter.setPen(style.foreground != TextStyle::none ? colorOf(style.foreground) : style.dim ? tokens.muted : tokens.text);
    painter.drawText(QPointF(x, base), text.mid(from, length));
  };
  qsizetype at = 0;
  for (const StyledSpan& span : row.line.spans) {
    drawPart(at, span.from - at, {});
    drawPart(span.from, span.length, span.style);
    at = span.from + span.length;
  }
  drawPart(at, text.size() - at, {});
}

void LogCanvas::paintMatches(QPainter& painter, const LogRow& row, int y) const {
  if (m_query.term.isEmpty()) return;
  const auto sensitivity = m_query.isCaseSensitive() ? Qt::CaseSensitive : Qt::CaseInsensitive;
  QColor ground = m_theme.tokens().amber;
  ground.setAlpha(isDark(m_theme) ? 110 : 90);
  const QString& text = row.line.text;
  for (qsizetype at = text.indexOf(m_query.term, 0, sensitivity); at >= 0;
       at = text.indexOf(m_query.term, at + m_query.term.size(), sensitivity)) {
    const double x = xOf(text, at);
    painter.fillRect(QRectF(x - 1, y, xOf(text, at + m_query.term.size()) - x + 2, lineHeight()), ground);
  }
}

void LogCanvas::paintSelection(QPainter& painter, const LogRow& row, int y) const {
  const auto [from, to] = std::minmax(m_anchor, m_cursor);
  if (from == to || row.offset < from.row || row.offset > to.row) return;
  const qsizetype first = row.offset == from.row ? from.column : 0;
  const bool ends = row.offset == to.row;
  const double x = xOf(row.line.text, first);
  const double right = ends ? xOf(row.line.text, to.column) : xOf(row.line.text, row.line.text.size()) + 8;
  QColor ground = m_theme.tokens().accent;
  ground.setAlpha(70);
  painter.fillRect(QRectF(x, y, right - x, lineHeight()), ground);
}

}  // namespace trainyard
