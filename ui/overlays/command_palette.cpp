// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overlays/command_palette.h"

#include <QCoreApplication>
#include <QLineEdit>
#include <QListWidget>

#include "ui/overlays/shortcut_item_delegate.h"

namespace trainyard {

CommandPalette::CommandPalette(Theme& theme, Actions& actions, QWidget* window)
    : PickerCard(theme, window, tr("Type a command…")), m_actions(actions) {
  setObjectName(QStringLiteral("commandPalette"));
  setAccessibleName(tr("Find a command"));
  search()->setObjectName(QStringLiteral("paletteSearch"));
  search()->setAccessibleName(tr("Command"));
  entries()->setObjectName(QStringLiteral("paletteList"));
  entries()->setAccessibleName(tr("Commands"));
  entries()->setItemDelegate(new ShortcutItemDelegate(theme, entries()));
}

void CommandPalette::openFresh() {
  m_enabled.clear();
  for (const ActionSpec& spec : actionTable()) m_enabled[spec.id] = m_actions.action(spec.id).isEnabled();
  PickerCard::openFresh();
}

void CommandPalette::list() {
  for (const ActionSpec& spec : actionTable()) {
    const QAction& action = m_actions.action(spec.id);
    QString name = action.text();
    if (*spec.submenu != '\0')
      name = QCoreApplication::translate("Actions", spec.submenu) + QStringLiteral(": ") + name;
    if (spec.id == ActionId::CommandPalette || !matches(name)) continue;
    QListWidgetItem* item = addEntry(name, static_cast<qint64>(spec.id));
    item->setIcon(action.icon());
    item->setData(ShortcutItemDelegate::shortcutRole, action.shortcut().toString(QKeySequence::NativeText));
    if (!m_enabled[spec.id]) item->setFlags(Qt::NoItemFlags);
  }
}

}  // namespace trainyard
