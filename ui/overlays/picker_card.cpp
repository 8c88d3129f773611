// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overlays/picker_card.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

namespace trainyard {

PickerCard::PickerCard(Theme& theme, QWidget* window, const QString& placeholder) : CardOverlay(theme, window, 520) {
  setClosesOnOutsideClick(true);
  setCardTop(96);
  m_search = new QLineEdit(card());
  m_search->setPlaceholderText(placeholder);
  m_search->installEventFilter(this);
  m_list = new QListWidget(card());
  m_list->setFocusPolicy(Qt::NoFocus);
  m_list->setFixedHeight(324);
  auto* layout = new QVBoxLayout(card());
  layout->setContentsMargins(12, 12, 12, 12);
  layout->setSpacing(8);
  layout->addWidget(m_search);
  layout->addWidget(m_list);
  connect(m_search, &QLineEdit::textChanged, this, &PickerCard::refresh);
  connect(m_list, &QListWidget::itemClicked, this, &PickerCard::chooseCurrent);
}

void PickerCard::openFresh() {
  m_search->clear();
  refresh();
  open();
}

QWidget* PickerCard::firstFocus() const { return m_search; }

bool PickerCard::matches(const QString& text) const {
  for (const QString& word : m_search->text().split(u' ', Qt::SkipEmptyParts))
    if (!text.contains(word, Qt::CaseInsensitive)) return false;
  return true;
}

QListWidgetItem* PickerCard::addEntry(const QString& text, qint64 key) {
  auto* item = new QListWidgetItem(text, m_list);
  item->setData(keyRole, key);
  return item;
}

void PickerCard::refresh() {
  m_list->clear();
  list();
  for (int row = 0; row < m_list->count(); ++row) {
    if (!(m_list->item(row)->flags() & Qt::ItemIsEnabled)) continue;
    m_list->setCurrentRow(row);
    break;
  }
}

void PickerCard::chooseCurrent() {
  const QListWidgetItem* item = m_list->currentItem();
  if (item == nullptr || !(item->flags() & Qt::ItemIsEnabled)) return;
  const qint64 key = item->data(keyRole).toLongLong();
  close();
  choose(key);
}

bool PickerCard::eventFilter(QObject* watched, QEvent* event) {
  if (watched == m_search && event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    switch (key->key()) {
      case Qt::Key_Return:
      case Qt::Key_Enter:
        chooseCurrent();
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
