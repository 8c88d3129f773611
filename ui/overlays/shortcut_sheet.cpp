// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overlays/shortcut_sheet.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/theme/key_hint.h"

namespace trainyard {
namespace {

struct Extra {
  const char* text;
  const char* keys;
};

// Keys that belong to a view and are no commands of their own.
constexpr Extra extras[] = {
    {QT_TRANSLATE_NOOP("ShortcutSheet", "Next and previous job"), "Up; Down"},
    {QT_TRANSLATE_NOOP("ShortcutSheet", "Start, stop or view the current job"), "Space"},
    {QT_TRANSLATE_NOOP("ShortcutSheet", "Zoom the chart"), "+; -"},
    {QT_TRANSLATE_NOOP("ShortcutSheet", "Move along the chart"), "Left; Right"},
};

QString title(ActionMenu menu) {
  switch (menu) {
    case ActionMenu::File: return ShortcutSheet::tr("File");
    case ActionMenu::Job: return ShortcutSheet::tr("Job");
    case ActionMenu::View: return ShortcutSheet::tr("View");
    case ActionMenu::Charts: return ShortcutSheet::tr("Charts");
    case ActionMenu::Help: return ShortcutSheet::tr("Help");
  }
  return {};
}

class Sheet {
 public:
  Sheet(Theme& theme, QWidget* parent) : m_theme(theme), m_grid(new QGridLayout(parent)) {
    m_grid->setContentsMargins(4, 0, 12, 0);
    m_grid->setHorizontalSpacing(24);
    m_grid->setVerticalSpacing(6);
    m_grid->setColumnStretch(0, 1);
  }
  void heading(const QString& text) {
    auto* label = new QLabel(text);
    label->setFont(fontFor(TextRole::Strong));
    label->setContentsMargins(0, m_grid->rowCount() > 1 ? 10 : 0, 0, 0);
    m_grid->addWidget(label, m_grid->rowCount(), 0, 1, 2);
  }
  void row(const QString& text, const QString& keys) {
    const int at = m_grid->rowCount();
    auto* label = new QLabel(text);
    label->setProperty("role", "muted");
    m_grid->addWidget(label, at, 0);
    m_grid->addWidget(new KeyHints(m_theme, keys.split(QStringLiteral("; "))), at, 1, Qt::AlignRight);
  }

 private:
  Theme& m_theme;
  QGridLayout* m_grid;
};

}  // namespace

ShortcutSheet::ShortcutSheet(Theme& theme, Actions& actions, QWidget* window) : CardOverlay(theme, window, 520) {
  setObjectName(QStringLiteral("shortcutSheet"));
  setAccessibleName(tr("Keyboard shortcuts"));
  setClosesOnOutsideClick(true);
  auto* heading = new QLabel(tr("Keyboard shortcuts"), card());
  heading->setFont(fontFor(TextRole::Title));
  auto* content = new QWidget;
  Sheet sheet(theme, content);
  for (const ActionMenu menu : {ActionMenu::File, ActionMenu::Job, ActionMenu::View, ActionMenu::Charts, ActionMenu::Help}) {
    sheet.heading(title(menu));
    for (const ActionSpec& spec : actionTable()) {
      if (spec.menu != menu || *spec.shortcuts == '\0') continue;
      const QAction& action = actions.action(spec.id);
      sheet.row(action.text().remove(u'…'), QKeySequence::listToString(action.shortcuts(), QKeySequence::NativeText));
    }
  }
  sheet.heading(tr("In the list and the charts"));
  for (const Extra& extra : extras) sheet.row(tr(extra.text), QString::fromUtf8(extra.keys));
  m_scroll = new QScrollArea(card());
  m_scroll->setWidget(content);
  m_scroll->setWidgetResizable(true);
  m_scroll->setFrameShape(QFrame::NoFrame);
  m_scroll->setMinimumHeight(440);
  auto* layout = new QVBoxLayout(card());
  layout->setContentsMargins(24, 20, 16, 20);
  layout->setSpacing(12);
  layout->addWidget(heading);
  layout->addWidget(m_scroll, 1);
}

QWidget* ShortcutSheet::firstFocus() const { return m_scroll; }

void ShortcutSheet::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_F1 || event->key() == Qt::Key_Question || event->key() == Qt::Key_Return) close();
  CardOverlay::keyPressEvent(event);
}

}  // namespace trainyard
