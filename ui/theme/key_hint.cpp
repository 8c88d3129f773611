// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/key_hint.h"

#include <QFontMetrics>

namespace trainyard {
namespace {

constexpr int boxHeight = 17;
constexpr int padding = 5;
constexpr int gap = 6;

QString shown(const QString& keys) { return keys.size() > 1 ? QString(keys).replace(u'+', u' ').simplified() : keys; }

}  // namespace

QSize keyHintSize(const QString& keys) {
  return {QFontMetrics(fontFor(TextRole::Small)).horizontalAdvance(shown(keys)) + 2 * padding, boxHeight};
}

void drawKeyHint(QPainter& painter, const QRect& rect, const QString& keys, const QColor& text, const QColor& border) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(border);
  painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
  painter.setFont(fontFor(TextRole::Small));
  painter.setPen(text);
  painter.drawText(rect, Qt::AlignCenter, shown(keys));
  painter.restore();
}

KeyHints::KeyHints(Theme& theme, QStringList keys, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_keys(std::move(keys)) {
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  setAccessibleName(m_keys.join(tr(" or ")));
}

QSize KeyHints::sizeHint() const {
  int width = 0;
  for (const QString& keys : m_keys) width += keyHintSize(keys).width() + gap;
  return {std::max(0, width - gap), boxHeight + 2};
}

void KeyHints::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  int x = 0;
  for (const QString& keys : m_keys) {
    const QSize size = keyHintSize(keys);
    drawKeyHint(painter, {x, 1, size.width(), size.height()}, keys, m_theme.tokens().muted, m_theme.tokens().line);
    x += size.width() + gap;
  }
}

}  // namespace trainyard
