// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/actions.h"

#include <QActionGroup>
#include <QCoreApplication>

namespace trainyard {
namespace {

#define TEXT(text) QT_TRANSLATE_NOOP("Actions", text)

using A = ActionId;
using M = ActionMenu;
using S = ActionScope;

// clang-format off
constexpr ActionSpec table[] = {
  {A::NewJob,         M::File,   TEXT("New job…"),               "Ctrl+N", Glyph::Plus},
  {A::Import,         M::File,   TEXT("Import runs…"),           "Ctrl+O"},
  {A::CancelImport,   M::File,   TEXT("Stop the import")},
  {A::Demo,           M::File,   TEXT("Queue demo jobs")},
  {A::LocalApi,       M::File,   TEXT("Local API…"),             "Ctrl+Shift+A", {}, {}, S::Window, "", false, true},
  {A::OpenDataFolder, M::File,   TEXT("Open data folder")},
  {A::CloseWindow,    M::File,   TEXT("Quit"),                   "Ctrl+Q; Ctrl+W", {}, {}, S::Window, "", false, true},

  {A::Start,          M::Job,    TEXT("Start"),                  "Ctrl+R", Glyph::Play, JobAction::Start},
  {A::Stop,           M::Job,    TEXT("Stop"),                   "Ctrl+.", Glyph::Stop, JobAction::Stop},
  {A::RunAgain,       M::Job,    TEXT("Run again"),              "Ctrl+Shift+R", Glyph::Repeat, JobAction::RunAgain},
  {A::View,           M::Job,    TEXT("View"),                   "Return; Enter", Glyph::Eye, JobAction::View, S::List},
  {A::Compare,        M::Job,    TEXT("Compare"),                "Ctrl+E", {}, JobAction::View, S::Window, "", false, false, 2, 100},
  {A::CompareWith,    M::Job,    TEXT("Compare with…"),          "Ctrl+Shift+E", {}, JobAction::View, S::Window, "", false, false, 1, 99},
  {A::Rename,         M::Job,    TEXT("Rename…"),                "F2", Glyph::Pencil, JobAction::Rename, S::Window, "", false, true},
  {A::Delete,         M::Job,    TEXT("Delete"),                 "Del", Glyph::Trash, JobAction::Delete, S::List},
  {A::UndoDelete,     M::Job,    TEXT("Undo delete"),            "Ctrl+Z"},
  {A::SelectAll,      M::Job,    TEXT("Select all"),             "Ctrl+A", {}, {}, S::List, "", false, true},
  {A::QueueOn,        M::Job,    TEXT("Run the queue"),          "Ctrl+Shift+Q", {}, {}, S::Window, "", true, true},
  {A::MoreSlots,      M::Job,    TEXT("One slot more"),          "Ctrl+Alt+Up"},
  {A::FewerSlots,     M::Job,    TEXT("One slot fewer"),         "Ctrl+Alt+Down"},
  {A::QueueFirst,     M::Job,    TEXT("To the front of the queue"), "Alt+Home", {}, JobAction::Start, S::List},
  {A::QueueSooner,    M::Job,    TEXT("Sooner in the queue"),    "Alt+Up", {}, JobAction::Start, S::List},
  {A::QueueLater,     M::Job,    TEXT("Later in the queue"),     "Alt+Down", {}, JobAction::Start, S::List},
  {A::PriorityHigh,   M::Job,    TEXT("High priority"),          "", {}, JobAction::Start, S::Window, TEXT("Priority")},
  {A::PriorityNormal, M::Job,    TEXT("Normal priority"),        "", {}, JobAction::Start, S::Window, TEXT("Priority")},
  {A::PriorityLow,    M::Job,    TEXT("Low priority"),           "", {}, JobAction::Start, S::Window, TEXT("Priority")},
  {A::SpeedSlow,      M::Job,    TEXT("1 step a second"),        "", {}, {}, S::Window, TEXT("Simulation speed"), true, true},
  {A::SpeedNormal,    M::Job,    TEXT("10 steps a second"),      "", {}, {}, S::Window, TEXT("Simulation speed"), true},
  {A::SpeedFast,      M::Job,    TEXT("100 steps a second"),     "", {}, {}, S::Window, TEXT("Simulation speed"), true},
  {A::SpeedFastest,   M::Job,    TEXT("As fast as it can"),      "", {}, {}, S::Window, TEXT("Simulation speed"), true},
  {A::StopGrace,      M::Job,    TEXT("Grace time when stopping…")},

  {A::Search,         M::View,   TEXT("Search jobs"),            "Ctrl+F", Glyph::Search},
  {A::FilterAll,      M::View,   TEXT("All jobs"),               "Ctrl+1", {}, {}, S::Window, TEXT("Show"), true},
  {A::FilterRunning,  M::View,   TEXT("Running jobs"),           "Ctrl+2", {}, {}, S::Window, TEXT("Show"), true},
  {A::FilterQueued,   M::View,   TEXT("Queued jobs"),            "Ctrl+3", {}, {}, S::Window, TEXT("Show"), true},
  {A::FilterComplete, M::View,   TEXT("Complete jobs"),          "Ctrl+4", {}, {}, S::Window, TEXT("Show"), true},
  {A::FilterFailed,   M::View,   TEXT("Failed jobs"),            "Ctrl+5", {}, {}, S::Window, TEXT("Show"), true},
  {A::Back,           M::View,   TEXT("Back to the list"),       "Esc", Glyph::ArrowLeft},
  {A::FocusToasts,    M::View,   TEXT("Go to notifications"),    "Alt+T"},
  {A::ThemeSystem,    M::View,   TEXT("Like the desktop"),       "", {}, {}, S::Window, TEXT("Theme"), true, true},
  {A::ThemeLight,     M::View,   TEXT("Light"),                  "", {}, {}, S::Window, TEXT("Theme"), true},
  {A::ThemeDark,      M::View,   TEXT("Dark"),                   "", {}, {}, S::Window, TEXT("Theme"), true},

  {A::TabCharts,      M::Charts, TEXT("Charts"),                 "Alt+1"},
  {A::TabLog,         M::Charts, TEXT("Log"),                    "Alt+2"},
  {A::TabSystem,      M::Charts, TEXT("System"),                 "Alt+3"},
  {A::TabParameters,  M::Charts, TEXT("Parameters"),             "Alt+4"},
  {A::ResetZoom,      M::Charts, TEXT("Reset zoom"),             "Ctrl+0", {}, {}, S::Window, "", false, true},
  {A::LogY,           M::Charts, TEXT("Logarithmic y axis"),     "Ctrl+L", {}, {}, S::Window, "", true},
  {A::FollowLive,     M::Charts, TEXT("Follow the newest step"), "Ctrl+Shift+F", Glyph::Follow, {}, S::Window, "", true},

  {A::SaveChart,      M::Charts, TEXT("Save chart…"),            "Ctrl+S", {}, {}, S::Window, "", false, true},

  {A::FindNext,       M::Charts, TEXT("Find next in the log"),     "F3", {}, {}, S::Window, "", false, true},
  {A::FindPrevious,   M::Charts, TEXT("Find previous in the log"), "Shift+F3"},

  {A::CommandPalette, M::Help,   TEXT("Find a command…"),        "Ctrl+K", Glyph::Search},
  {A::Shortcuts,      M::Help,   TEXT("Keyboard shortcuts"),     "F1; ?", Glyph::Keyboard},
  {A::About,          M::Help,   TEXT("About Trainyard"),        "", {}, {}, S::Window, "", false, true},
};
// clang-format on
#undef TEXT

QString translated(const char* text) { return QCoreApplication::translate("Actions", text); }

void makeExclusive(QObject* owner, const Actions& actions, std::initializer_list<ActionId> ids) {
  auto* group = new QActionGroup(owner);
  for (const ActionId id : ids) group->addAction(&actions.action(id));
}

}  // namespace

std::span<const ActionSpec> actionTable() { return table; }

Actions::Actions(Theme& theme, QObject* parent) : QObject(parent), m_theme(theme) {
  for (const ActionSpec& spec : table) add(spec);
  makeExclusive(this, *this, {A::SpeedSlow, A::SpeedNormal, A::SpeedFast, A::SpeedFastest});
  makeExclusive(this, *this, {A::FilterAll, A::FilterRunning, A::FilterQueued, A::FilterComplete, A::FilterFailed});
  makeExclusive(this, *this, {A::ThemeSystem, A::ThemeLight, A::ThemeDark});
  action(A::UndoDelete).setEnabled(false);
  updateFor({});
  retint();
  connect(&m_theme, &Theme::changed, this, &Actions::retint);
}

void Actions::add(const ActionSpec& spec) {
  auto* action = new QAction(translated(spec.text), this);
  action->setShortcuts(QKeySequence::listFromString(QString::fromUtf8(spec.shortcuts)));
  if (spec.scope == ActionScope::List) action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  action->setCheckable(spec.checkable);
  action->setMenuRole(QAction::NoRole);
  connect(action, &QAction::triggered, this, [this, id = spec.id] { Q_EMIT triggered(id); });
  m_actions.emplace(spec.id, action);
}

QAction& Actions::action(ActionId id) const {
  const auto it = m_actions.find(id);
  Q_ASSERT(it != m_actions.end());
  return *it->second;
}

void Actions::fill(QMenu& menu, ActionMenu which) const {
  std::map<QString, QMenu*> submenus;
  for (const ActionSpec& spec : table) {
    if (spec.menu != which) continue;
    if (spec.separatorBefore) menu.addSeparator();
    QMenu* target = &menu;
    if (*spec.submenu != '\0') {
      const QString title = translated(spec.submenu);
      QMenu*& submenu = submenus[title];
      if (submenu == nullptr) submenu = menu.addMenu(title);
      target = submenu;
    }
    target->addAction(&action(spec.id));
  }
}

void Actions::suspend(bool suspended) {
  for (const auto& [id, action] : m_actions) {
    if (suspended && !m_enabled.contains(id)) m_enabled[id] = action->isEnabled();
    action->setEnabled(!suspended && m_enabled[id]);
  }
  if (!suspended) m_enabled.clear();
}

void Actions::updateFor(const QList<JobStatus>& selected) {
  if (!m_enabled.empty()) return;  // told again when the dialog is closed
  for (const ActionSpec& spec : table) {
    if (!spec.onJob) continue;
    const bool allowed = std::any_of(selected.begin(), selected.end(),
                                     [&](JobStatus status) { return isAllowed(status, *spec.onJob); });
    action(spec.id).setEnabled(allowed && selected.size() >= spec.leastJobs && selected.size() <= spec.mostJobs);
  }
}

void Actions::retint() {
  const Tokens& tokens = m_theme.tokens();
  for (const ActionSpec& spec : table)
    if (spec.icon) action(spec.id).setIcon(glyphIcon(*spec.icon, tokens.muted, tokens.faint));
}

}  // namespace trainyard
