// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overlays/shortcut_item_delegate.h"

#include <QPainter>

#include "ui/theme/key_hint.h"

namespace trainyard {
namespace {

constexpr int rowHeight = 36;
constexpr int padding = 10;

}  // namespace

ShortcutItemDelegate::ShortcutItemDelegate(Theme& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) {}

QSize ShortcutItemDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const { return {200, rowHeight}; }

void ShortcutItemDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const Tokens& tokens = m_theme.tokens();
  const bool enabled = (index.flags() & Qt::ItemIsEnabled) != 0;
  const bool selected = enabled && (option.state & QStyle::State_Selected) != 0;
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  if (selected) {
    painter->setPen(Qt::NoPen);
    painter->setBrush(tokens.accentSoft);
    painter->drawRoundedRect(QRectF(option.rect).adjusted(1, 1, -1, -1), 7, 7);
  }
  QRect text = option.rect.adjusted(padding, 0, -padding, 0);
  const QString shortcut = index.data(shortcutRole).toString();
  if (!shortcut.isEmpty()) {
    const QSize hint = keyHintSize(shortcut);
    const QRect box(text.right() - hint.width(), text.center().y() - hint.height() / 2, hint.width(), hint.height());
    drawKeyHint(*painter, box, shortcut, enabled ? tokens.muted : tokens.faint, tokens.line);
    text.setRight(box.left() - padding);
  }
  painter->setFont(fontFor(TextRole::Body));
  painter->setPen(enabled ? tokens.text : tokens.faint);
  painter->drawText(text, Qt::AlignVCenter | Qt::AlignLeft,
                    painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, text.width()));
  painter->restore();
}

}  // namespace trainyard
