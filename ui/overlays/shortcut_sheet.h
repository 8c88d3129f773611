// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/actions.h"
#include "ui/overlays/card_overlay.h"

class QScrollArea;

namespace trainyard {

/// F1 or ?: every shortcut, by menu, made from the one table of actions.
class ShortcutSheet final : public CardOverlay {
  Q_OBJECT
 public:
  ShortcutSheet(Theme& theme, Actions& actions, QWidget* window);

 protected:
  [[nodiscard]] QWidget* firstFocus() const override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QScrollArea* m_scroll = nullptr;
};

}  // namespace trainyard
