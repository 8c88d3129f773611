// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/house_style.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyleOption>

namespace trainyard {

/// Fusion mixes the box's edge from the ground's colour, which on a dark ground is next to nothing.
void HouseStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const {
  if (element != PE_IndicatorCheckBox) return QProxyStyle::drawPrimitive(element, option, painter, widget);
  const QPalette& palette = option->palette;
  const bool isOn = option->state.testFlag(State_On);
  const bool isEnabled = option->state.testFlag(State_Enabled);
  const bool isFocused = option->state.testFlag(State_HasFocus) || option->state.testFlag(State_MouseOver);
  const QColor ink = isEnabled ? palette.color(QPalette::Highlight) : palette.color(QPalette::Disabled, QPalette::Text);
  const QColor edge = isOn || (isFocused && isEnabled) ? ink : palette.color(isEnabled ? QPalette::PlaceholderText : QPalette::Mid);
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setPen(QPen(edge, 1.2));
  painter->setBrush(isOn ? ink : palette.color(QPalette::Base));
  const QRectF box = QRectF(option->rect).adjusted(0.6, 0.6, -0.6, -0.6);
  painter->drawRoundedRect(box, 4, 4);
  if (isOn) {
    const auto at = [&box](double x, double y) { return QPointF(box.left() + box.width() * x, box.top() + box.height() * y); };
    QPainterPath tick(at(0.24, 0.53));
    tick.lineTo(at(0.43, 0.71));
    tick.lineTo(at(0.77, 0.31));
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(palette.color(QPalette::HighlightedText), 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter->drawPath(tick);
  }
  painter->restore();
}

}  // namespace trainyard
