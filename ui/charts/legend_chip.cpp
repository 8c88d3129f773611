// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/legend_chip.h"

#include <QPainter>

namespace trainyard {
namespace {

constexpr int sampleWidth = 14;
constexpr int inset = 4;

}  // namespace

LegendChip::LegendChip(Theme& theme, const QString& label, bool dashed, QWidget* parent)
    : QAbstractButton(parent), m_theme(theme), m_dashed(dashed) {
  setText(label);
  setCheckable(true);
  setChecked(true);
  setFont(fontFor(TextRole::Secondary));
  setFocusPolicy(Qt::TabFocus);
  setCursor(Qt::PointingHandCursor);
  setAttribute(Qt::WA_Hover);
  setAccessibleName(tr("Show %1").arg(label));
  setToolTip(tr("Show or hide %1").arg(label));
}

void LegendChip::setColor(const QColor& color) {
  m_color = color;
  update();
}

QSize LegendChip::sizeHint() const {
  return {inset + sampleWidth + 7 + fontMetrics().horizontalAdvance(text()) + inset + 1, 20};
}

void LegendChip::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const Tokens& tokens = m_theme.tokens();
  const QColor sample = isChecked() ? m_color : tokens.line;
  const double middle = height() / 2.0;
  painter.setPen(Qt::NoPen);
  painter.setBrush(sample);
  const int dashes = m_dashed ? 2 : 1;
  const double part = m_dashed ? (sampleWidth - 4) / 2.0 : sampleWidth;
  for (int dash = 0; dash < dashes; ++dash)
    painter.drawRoundedRect(QRectF(inset + dash * (part + 4), middle - 1.5, part, 3), 1.5, 1.5);
  QFont font = this->font();
  font.setStrikeOut(!isChecked());
  painter.setFont(font);
  painter.setPen(underMouse() ? tokens.text : tokens.muted);
  painter.drawText(rect().adjusted(inset + sampleWidth + 7, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, text());
  if (hasFocus()) {
    painter.setPen(QPen(tokens.accent, 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
  }
}

}  // namespace trainyard
