// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPainter>
#include <QStringList>
#include <QWidget>

#include "ui/theme/theme.h"

namespace trainyard {

/// The small box that names a shortcut: "Ctrl N".
[[nodiscard]] QSize keyHintSize(const QString& keys);
void drawKeyHint(QPainter& painter, const QRect& rect, const QString& keys, const QColor& text, const QColor& border);

/// One or more of them in a row.
class KeyHints final : public QWidget {
  Q_OBJECT
 public:
  KeyHints(Theme& theme, QStringList keys, QWidget* parent = nullptr);
  [[nodiscard]] QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  Theme& m_theme;
  QStringList m_keys;
};

}  // namespace trainyard
