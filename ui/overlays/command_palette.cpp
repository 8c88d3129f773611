// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overlays/command_palette.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

#include "ui/overlays/shortcut_item_delegate.h"

namespace trainyard {
namespace {

constexpr int idRole = Qt::UserRole + 1;

/// All words of the search are in the text, in any order.
bool matches(const QString& text, const QString& search) {
  for (const QString& word : search.split(u' ', Qt::SkipEmptyParts))
    if (!text.contains(word, Qt::CaseInsensitive)) return false;
  return true;
}

}  // namespace

CommandPalette::CommandPalette(Theme& theme, Actions& actions, QWidget* window)
    : CardOverlay(theme, window, 520), m_actions(actions) {
  setObjectName(QStringLiteral("commandPalette"));
  setAccessibleName(tr("Find a command"));
  setClosesOnOutsideClick(true);
  setCardTop(96);
  m_search = new QLineEdit(card());
  m_search->setObjectName(QStringLiteral("paletteSearch"));
  m_search->setPlaceholderText(tr("Type a command…"));
  m_search->setAccessibleName(tr("Command"));
  m_search->installEventFilter(this);
  m_list = new QListWidget(card());
  m_list->setObjectName(QStringLiteral("paletteList"));
  m_list->setAccessibleName(tr("Commands"));
  m_list->setFocusPolicy(Qt::NoFocus);
  m_list->setItemDelegate(new ShortcutItemDelegate(theme, m_list));
  m_list->setFixedHeight(324);
  auto* layout = new QVBoxLayout(card());
  layout->setContentsMargins(12, 12, 12, 12);
  layout->setSpacing(8);
  layout->addWidget(m_search);
  layout->addWidget(m_list);
  connect(m_search, &QLineEdit::textChanged, this, &CommandPalette::list);
  connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::choose);
}

void CommandPalette::openFresh() {
  m_enabled.clear();
  for (const ActionSpec& spec : actionTable()) m_enabled[spec.id] = m_actions.action(spec.id).isEnabled();
  m_search->clear();
  list();
  open();
}

QWidget* CommandPalette::firstFocus() const { return m_search; }

void CommandPalette::list() {
  m_list->clear();
  for (const ActionSpec& spec : actionTable()) {
    const QAction& action = m_actions.action(spec.id);
    QString name = action.text();
    if (*spec.submenu != '\0')
      name = QCoreApplication::translate("Actions", spec.submenu) + QStringLiteral(": ") + name;
    if (spec.id == ActionId::CommandPalette || !matches(name, m_search->text())) continue;
    auto* item = new QListWidgetItem(action.icon(), name, m_list);
    item->setData(idRole, static_cast<int>(spec.id));
    item->setData(ShortcutItemDelegate::shortcutRole, action.shortcut().toString(QKeySequence::NativeText));
    if (!m_enabled[spec.id]) item->setFlags(Qt::NoItemFlags);
  }
  for (int row = 0; row < m_list->count(); ++row) {
    if (!(m_list->item(row)->flags() & Qt::ItemIsEnabled)) continue;
    m_list->setCurrentRow(row);
    break;
  }
}

void CommandPalette::choose() {
  const QListWidgetItem* item = m_list->currentItem();
  if (item == nullptr || !(item->flags() & Qt::ItemIsEnabled)) return;
  const auto id = static_cast<ActionId>(item->data(idRole).toInt());
  close();
  Q_EMIT chosen(id);
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
  if (watched == m_search && event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    switch (key->key()) {
      case Qt::Key_Return:
      case Qt::Key_Enter:
        choose();
        return true;
      case Qt::Key_Up:
      case Qt::Key_Down:
      case Qt::Key_PageUp:
      case Qt::Key_PageDown:
        QCoreApplication::sendEvent(m_list, event);
        return true;
      default:
        break;
    }
  }
  return CardOverlay::eventFilter(watched, event);
}

}  // namespace trainyard
