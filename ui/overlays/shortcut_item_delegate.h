// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

#include "ui/theme/theme.h"

namespace trainyard {

/// A row with a text at the left and a shortcut in a small box at the right.
class ShortcutItemDelegate final : public QStyledItemDelegate {
  Q_OBJECT
 public:
  static constexpr int shortcutRole = Qt::UserRole + 2;
  explicit ShortcutItemDelegate(Theme& theme, QObject* parent = nullptr);
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 private:
  Theme& m_theme;
};

}  // namespace trainyard
