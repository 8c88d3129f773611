// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/hint_button.h"

#include <QStyleOptionButton>
#include <QStylePainter>

#include "ui/theme/key_hint.h"

namespace trainyard {
namespace {

constexpr int padding = 12;
constexpr int gap = 6;
constexpr int glyphSize = 12;
constexpr int buttonHeight = 30;

}  // namespace

HintButton::HintButton(Theme& theme, const QString& text, QWidget* parent) : QPushButton(text, parent), m_theme(theme) {
  QFont font = fontFor(TextRole::Body);
  font.setWeight(QFont::Medium);
  setFont(font);
  setCursor(Qt::PointingHandCursor);
  m_spin.setStartValue(0.0);
  m_spin.setEndValue(1.0);
  m_spin.setDuration(900);
  m_spin.setLoopCount(-1);
  connect(&m_spin, &QVariantAnimation::valueChanged, this, qOverload<>(&QWidget::update));
}

void HintButton::setKind(const char* kind) { setProperty("kind", QString::fromLatin1(kind)); }

void HintButton::setHint(const QString& keys) {
  m_hint = keys;
  setToolTip(keys.isEmpty() ? text() : tr("%1 (%2)").arg(text(), keys));
  updateGeometry();
}

void HintButton::setGlyph(Glyph glyph) {
  m_glyph = glyph;
  updateGeometry();
}

void HintButton::setBusy(bool busy) {
  if (m_busy == busy) return;
  m_busy = busy;
  setEnabled(!busy);
  if (busy && m_theme.motion())
    m_spin.start();
  else
    m_spin.stop();
  update();
}

QSize HintButton::sizeHint() const {
  int width = 2 * padding + fontMetrics().horizontalAdvance(text());
  if (m_glyph) width += glyphSize + gap;
  if (!m_hint.isEmpty()) width += gap + keyHintSize(m_hint).width();
  return {width, buttonHeight};
}

QColor HintButton::textColor() const {
  const Tokens& tokens = m_theme.tokens();
  const QString kind = property("kind").toString();
  if (kind == u"primary") return tokens.accentText;
  if (!isEnabled()) return tokens.faint;
  return kind == u"danger" ? tokens.red : tokens.text;
}

void HintButton::paintEvent(QPaintEvent*) {
  QStyleOptionButton option;
  initStyleOption(&option);
  option.text.clear();
  option.icon = {};
  QStylePainter painter(this);
  painter.drawControl(QStyle::CE_PushButton, option);
  const QColor color = textColor();
  int x = (width() - sizeHint().width()) / 2 + padding;
  if (m_glyph) {
    const QRectF box(x, (height() - glyphSize) / 2.0, glyphSize, glyphSize);
    drawGlyph(painter, m_busy ? Glyph::Spinner : *m_glyph, box, color, m_spin.currentValue().toDouble());
    x += glyphSize + gap;
  }
  painter.setFont(font());
  painter.setPen(color);
  const int textWidth = fontMetrics().horizontalAdvance(text());
  painter.drawText(QRect(x, 0, textWidth + 1, height()), Qt::AlignVCenter | Qt::AlignLeft, text());
  x += textWidth + gap;
  if (m_hint.isEmpty()) return;
  const QSize size = keyHintSize(m_hint);
  QColor border = property("kind").toString() == u"primary" ? color : m_theme.tokens().line;
  if (property("kind").toString() == u"primary") border.setAlphaF(0.6F);
  const QColor keys = property("kind").toString() == u"primary" ? color : m_theme.tokens().muted;
  drawKeyHint(painter, {x, (height() - size.height()) / 2, size.width(), size.height()}, m_hint, keys, border);
}

}  // namespace trainyard
