// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/crosshair_item.h"

#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>

namespace trainyard {
namespace {

constexpr double padding = 10.0;
constexpr double rowHeight = 17.0;
constexpr double gap = 10.0;  ///< between the crosshair and its box

}  // namespace

CrosshairItem::CrosshairItem(QGraphicsItem* parent)
    : QGraphicsItem(parent), m_plain(fontFor(TextRole::Small)), m_bold(m_plain) {
  m_bold.setWeight(QFont::DemiBold);
  setAcceptedMouseButtons(Qt::NoButton);
  setZValue(20);
}

void CrosshairItem::setPlotArea(const QRectF& area) {
  if (area == m_area) return;
  prepareGeometryChange();
  m_area = area;
  layOut();
}

void CrosshairItem::setTokens(const Tokens& tokens) {
  m_tokens = tokens;
  update();
}

void CrosshairItem::setReadout(std::optional<Readout> readout) {
  if (!readout && !m_readout) return;
  m_readout = std::move(readout);
  layOut();
  update();
}

void CrosshairItem::setBand(std::optional<std::pair<double, double>> band) {
  if (band == m_band) return;
  m_band = band;
  update();
}

QRectF CrosshairItem::boxRect() const { return m_box; }

int CrosshairItem::rowsFitting(double height) { return static_cast<int>((height - 2 * padding + 7.0) / rowHeight) - 1; }

QRectF CrosshairItem::boundingRect() const { return m_area.adjusted(-5, -5, 5, 5); }

void CrosshairItem::layOut() {
  m_box = QRectF();
  if (!m_readout || m_readout->rows.empty()) return;
  const QFontMetricsF plain(m_plain);
  const QFontMetricsF bold(m_bold);
  double width = plain.horizontalAdvance(m_readout->heading);
  double heights = 0.0;
  int spots = 0;
  for (const ReadoutRow& row : m_readout->rows) {
    double needed = 14.0 + plain.horizontalAdvance(row.label) + 20.0 + bold.horizontalAdvance(row.value);
    if (!row.smoothed.isEmpty()) needed += plain.horizontalAdvance(row.smoothed) + 10.0;
    width = std::max(width, needed);
    if (row.spot) {
      heights += row.spot->y();
      ++spots;
    }
  }
  const double height = rowHeight * static_cast<double>(m_readout->rows.size() + 1) + 2 * padding - 7.0;
  m_box.setSize({std::max(130.0, width) + 2 * padding, height});
  const bool fitsRight = m_readout->x + gap + m_box.width() <= m_area.right() - 2.0;
  const double left = fitsRight ? m_readout->x + gap : m_readout->x - gap - m_box.width();
  const bool curvesAreLow = spots == 0 || heights / spots > m_area.center().y();
  const double top = curvesAreLow ? m_area.top() + 6.0 : m_area.bottom() - 6.0 - height;
  m_box.moveTopLeft({std::clamp(left, m_area.left(), std::max(m_area.left(), m_area.right() - m_box.width())),
                     std::clamp(top, m_area.top(), std::max(m_area.top(), m_area.bottom() - height))});
}

void CrosshairItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
  if (m_band) {
    QColor fill = m_tokens.accent;
    fill.setAlphaF(0.12F);
    const QRectF band(QPointF(m_band->first, m_area.top()), QPointF(m_band->second, m_area.bottom()));
    painter->fillRect(band.normalized(), fill);
    painter->setPen(QPen(m_tokens.accent, 1));
    for (const double x : {m_band->first, m_band->second})
      painter->drawLine(QPointF(x, m_area.top()), QPointF(x, m_area.bottom()));
  }
  if (!m_readout) return;
  painter->setRenderHint(QPainter::Antialiasing, false);
  painter->setPen(QPen(m_tokens.faint, 1, Qt::DotLine));
  painter->drawLine(QPointF(m_readout->x, m_area.top()), QPointF(m_readout->x, m_area.bottom()));
  painter->setRenderHint(QPainter::Antialiasing);
  for (const ReadoutRow& row : m_readout->rows) {
    if (!row.spot || !boundingRect().contains(*row.spot)) continue;
    painter->setPen(QPen(m_tokens.surface, 1.5));
    painter->setBrush(row.color);
    painter->drawEllipse(*row.spot, 3.5, 3.5);
  }
  if (!m_band && !m_box.isEmpty()) drawBox(*painter);
}

void CrosshairItem::drawBox(QPainter& painter) const {
  painter.setPen(QPen(m_tokens.line, 1));
  painter.setBrush(m_tokens.raised);
  painter.drawRoundedRect(m_box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
  QRectF line(m_box.left() + padding, m_box.top() + padding - 4.0, m_box.width() - 2 * padding, rowHeight);
  painter.setFont(m_plain);
  painter.setPen(m_tokens.muted);
  painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, m_readout->heading);
  for (const ReadoutRow& row : m_readout->rows) {
    line.translate(0, rowHeight);
    painter.setPen(Qt::NoPen);
    painter.setBrush(row.color);
    painter.drawEllipse(QPointF(line.left() + 3.5, line.center().y()), 3.5, 3.5);
    painter.setPen(m_tokens.text);
    painter.setFont(m_plain);
    painter.drawText(line.adjusted(14, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, row.label);
    painter.setFont(m_bold);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, row.value);
    if (row.smoothed.isEmpty()) continue;
    const double taken = QFontMetricsF(m_bold).horizontalAdvance(row.value) + 10.0;
    painter.setFont(m_plain);
    painter.setPen(m_tokens.muted);
    painter.drawText(line.adjusted(0, 0, -taken, 0), Qt::AlignRight | Qt::AlignVCenter, row.smoothed);
  }
}

}  // namespace trainyard
