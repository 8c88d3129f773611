// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>

#include "ui/theme/theme.h"

namespace trainyard {

/// A line to search with, its shortcut inside while it is empty. Escape clears it; when it is empty, asks to leave.
class SearchField final : public QLineEdit {
  Q_OBJECT
 public:
  SearchField(Theme& theme, const QString& placeholder, const QString& shortcut, QWidget* parent = nullptr);

 Q_SIGNALS:
  /// Escape in an empty field, or Down: the keyboard goes on to what was searched.
  void leaveRequested();

 protected:
  bool event(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  void offerClear();
  Theme& m_theme;
  QAction* m_clear = nullptr;  ///< while there has been something to clear
  QString m_shortcut;
};

}  // namespace trainyard
