// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/toggle_switch.h"

#include <QPainter>

namespace trainyard {
namespace {

constexpr int grooveWidth = 34;
constexpr int grooveHeight = 20;
constexpr int margin = 2;   ///< room for the ring of the focus
constexpr int motionMs = 140;

}  // namespace

ToggleSwitch::ToggleSwitch(Theme& theme, QWidget* parent) : QAbstractButton(parent), m_theme(theme) {
  setCheckable(true);
  setFocusPolicy(Qt::StrongFocus);
  setCursor(Qt::PointingHandCursor);
  m_motion.setDuration(motionMs);
  m_motion.setEasingCurve(QEasingCurve::OutCubic);
  m_motion.setStartValue(0.0);
  m_motion.setEndValue(0.0);
  connect(&m_motion, &QVariantAnimation::valueChanged, this, qOverload<>(&QWidget::update));
  connect(this, &QAbstractButton::toggled, this, [this](bool on) {
    m_motion.stop();
    m_motion.setStartValue(m_motion.currentValue().toDouble());
    m_motion.setEndValue(on ? 1.0 : 0.0);
    m_motion.setDuration(m_theme.motion() && isVisible() ? motionMs : 0);
    m_motion.start();
  });
}

QSize ToggleSwitch::sizeHint() const { return {grooveWidth + 2 * margin, grooveHeight + 2 * margin}; }

void ToggleSwitch::paintEvent(QPaintEvent*) {
  const Tokens& tokens = m_theme.tokens();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF groove(margin, (height() - grooveHeight) / 2.0, grooveWidth, grooveHeight);
  painter.setPen(Qt::NoPen);
  painter.setBrush(isChecked() ? tokens.accent : tokens.faint);
  painter.drawRoundedRect(groove, grooveHeight / 2.0, grooveHeight / 2.0);
  const double knob = grooveHeight - 6.0;
  const double at = m_motion.currentValue().toDouble() * (grooveWidth - knob - 6.0);
  painter.setBrush(Qt::white);
  painter.drawEllipse(QRectF(groove.left() + 3.0 + at, groove.top() + 3.0, knob, knob));
  if (!hasFocus()) return;
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(tokens.accent, 1.5));
  painter.drawRoundedRect(groove.adjusted(-1.2, -1.2, 1.2, 1.2), grooveHeight / 2.0 + 1, grooveHeight / 2.0 + 1);
}

}  // namespace trainyard
