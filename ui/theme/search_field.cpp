// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/search_field.h"

#include <QAction>
#include <QKeyEvent>
#include <QPainter>

#include "ui/theme/icons.h"
#include "ui/theme/key_hint.h"

namespace trainyard {

SearchField::SearchField(Theme& theme, const QString& placeholder, const QString& shortcut, QWidget* parent)
    : QLineEdit(parent), m_theme(theme), m_shortcut(shortcut) {
  setPlaceholderText(placeholder);
  connect(&theme, &Theme::changed, this, &SearchField::offerClear);
  connect(this, &QLineEdit::textChanged, this, &SearchField::offerClear);
}

/// Our cross, in the colour of the theme; Qt's own button looks for its icon all over the disk, and before the window is there.
void SearchField::offerClear() {
  if (m_clear == nullptr) {
    if (text().isEmpty()) return;
    m_clear = addAction(QIcon(), QLineEdit::TrailingPosition);
    connect(m_clear, &QAction::triggered, this, &QLineEdit::clear);
  }
  const QColor color = m_theme.tokens().muted;
  m_clear->setIcon(glyphIcon(Glyph::Close, color, color));
  m_clear->setVisible(!text().isEmpty());
}

bool SearchField::event(QEvent* event) {
  // Escape is this field's own while it has the focus, not the window's.
  if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
    event->accept();
    return true;
  }
  return QLineEdit::event(event);
}

void SearchField::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) {
    text().isEmpty() ? Q_EMIT leaveRequested() : clear();
    return;
  }
  if (event->key() == Qt::Key_Down) {
    Q_EMIT leaveRequested();
    return;
  }
  QLineEdit::keyPressEvent(event);
}

void SearchField::paintEvent(QPaintEvent* event) {
  QLineEdit::paintEvent(event);
  if (!text().isEmpty() || m_shortcut.isEmpty()) return;
  QPainter painter(this);
  const QSize size = keyHintSize(m_shortcut);
  drawKeyHint(painter, {width() - size.width() - 10, (height() - size.height()) / 2, size.width(), size.height()}, m_shortcut,
              m_theme.tokens().muted, m_theme.tokens().line);
}

}  // namespace trainyard
