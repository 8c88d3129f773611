// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/log_search_bar.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QToolButton>

#include "ui/theme/search_field.h"

namespace trainyard {

LogSearchBar::LogSearchBar(Theme& theme, QWidget* parent) : QWidget(parent) {
  m_field = new SearchField(theme, tr("Search the log…"), QStringLiteral("Ctrl F"), this);
  m_field->setObjectName(QStringLiteral("logSearch"));
  m_field->setAccessibleName(tr("Search the log"));
  m_field->setMaximumWidth(360);
  m_field->installEventFilter(this);
  m_found = new QLabel(this);
  m_found->setObjectName(QStringLiteral("logFound"));
  m_found->setProperty("role", "hint");
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(6);
  row->addWidget(m_field, 1);
  m_previous = addButton(QStringLiteral("↑"), tr("Find previous (Shift+F3)"), "logFindPrevious");
  m_next = addButton(QStringLiteral("↓"), tr("Find next (F3)"), "logFindNext");
  row->addWidget(m_previous);
  row->addWidget(m_next);
  row->addWidget(m_found);
  row->addStretch(1);
  m_follow = addButton(tr("Follow"), tr("Stay at the newest line (End)"), "logFollow");
  m_follow->setCheckable(true);
  m_follow->setChecked(true);
  row->addWidget(m_follow);
  connect(m_field, &QLineEdit::textChanged, this, [this] {
    m_found->clear();
    Q_EMIT queryChanged();
  });
  connect(m_field, &SearchField::leaveRequested, this, &LogSearchBar::left);
  connect(m_previous, &QToolButton::clicked, this, [this] { Q_EMIT findRequested(false); });
  connect(m_next, &QToolButton::clicked, this, [this] { Q_EMIT findRequested(true); });
  connect(m_follow, &QToolButton::clicked, this, &LogSearchBar::followRequested);
}

QToolButton* LogSearchBar::addButton(const QString& text, const QString& name, const char* objectName) {
  auto* button = new QToolButton(this);
  button->setText(text);
  button->setToolTip(name);
  button->setAccessibleName(name);
  button->setObjectName(QString::fromLatin1(objectName));
  return button;
}

bool LogSearchBar::eventFilter(QObject* watched, QEvent* event) {
  if (watched == m_field && event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
      Q_EMIT findRequested(!key->modifiers().testFlag(Qt::ShiftModifier));
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

void LogSearchBar::focusField() {
  m_field->setFocus(Qt::ShortcutFocusReason);
  m_field->selectAll();
}

LogQuery LogSearchBar::query() const { return {m_field->text()}; }

void LogSearchBar::showProgress(double share) { m_found->setText(tr("Searching… %1 %").arg(int(share * 100.0))); }

void LogSearchBar::showFound(bool found) { m_found->setText(found ? QString() : tr("Not found")); }

void LogSearchBar::setFollowing(bool following) { m_follow->setChecked(following); }

}  // namespace trainyard
