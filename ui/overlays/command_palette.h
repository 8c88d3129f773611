// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/actions.h"
#include "ui/overlays/picker_card.h"

namespace trainyard {

/// Ctrl+K: type a part of a command's name, Enter does it. Over the one table of actions.
class CommandPalette final : public PickerCard {
  Q_OBJECT
 public:
  CommandPalette(Theme& theme, Actions& actions, QWidget* window);

  void openFresh();

 Q_SIGNALS:
  /// The palette is closed before, so that actions are enabled again.
  void chosen(trainyard::ActionId id);

 protected:
  void list() override;
  void choose(qint64 key) override { Q_EMIT chosen(static_cast<ActionId>(key)); }

 private:
  Actions& m_actions;
  std::map<ActionId, bool> m_enabled;  ///< as they were before the palette suspended them
};

}  // namespace trainyard
