// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/actions.h"
#include "ui/overlays/card_overlay.h"

class QLineEdit;
class QListWidget;

namespace trainyard {

/// Ctrl+K: type a part of a command's name, Enter does it. Over the one table of actions.
class CommandPalette final : public CardOverlay {
  Q_OBJECT
 public:
  CommandPalette(Theme& theme, Actions& actions, QWidget* window);

  void openFresh();

 Q_SIGNALS:
  /// The palette is closed before, so that actions are enabled again.
  void chosen(trainyard::ActionId id);

 protected:
  [[nodiscard]] QWidget* firstFocus() const override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void list();
  void choose();
  Actions& m_actions;
  QLineEdit* m_search = nullptr;
  QListWidget* m_list = nullptr;
  std::map<ActionId, bool> m_enabled;  ///< as they were before the palette suspended them
};

}  // namespace trainyard
