// SPDX-License-Identifier: GPL-3.0-or-later
// ONE table of every command: its text, icon, shortcut, menu, and on what it acts. Menus, shortcuts, the command palette,
// the sheet of shortcuts and the page's buttons are all made from it.
#pragma once

#include <QAction>
#include <QKeySequence>
#include <QMenu>
#include <QObject>
#include <limits>
#include <map>
#include <optional>
#include <span>

#include "core/jobs/job_status.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

namespace trainyard {

enum class ActionId {
  NewJob, Import, CancelImport, Demo, CloseWindow,
  Start, Stop, RunAgain, View, Compare, CompareWith, Rename, Delete, UndoDelete, SelectAll,
  Search, FilterAll, FilterRunning, FilterQueued, FilterComplete, FilterFailed, Back, FocusToasts,
  ThemeSystem, ThemeLight, ThemeDark, SpeedSlow, SpeedNormal, SpeedFast, SpeedFastest, StopGrace,
  QueueOn, MoreSlots, FewerSlots, QueueFirst, QueueSooner, QueueLater, PriorityHigh, PriorityNormal, PriorityLow,
  TabCharts, TabLog, TabSystem, TabParameters, ResetZoom, LogY, FollowLive, SaveChart, FindNext, FindPrevious,
  CommandPalette, Shortcuts, OpenDataFolder, LocalApi, About
};

enum class ActionMenu { File, Job, View, Charts, Help };

/// Where a shortcut works: in the whole window, or while the focus is in the list of jobs.
enum class ActionScope { Window, List };

struct ActionSpec {
  ActionId id;
  ActionMenu menu;
  const char* text;           ///< source text for tr(), context "Actions"
  const char* shortcuts = ""; ///< portable text, alternatives separated by "; "
  std::optional<Glyph> icon = {};
  std::optional<JobAction> onJob = {};  ///< enabled when a selected job's status allows it
  ActionScope scope = ActionScope::Window;
  const char* submenu = "";   ///< title of the submenu it is in, source text
  bool checkable = false;
  bool separatorBefore = false;
  int leastJobs = 1;          ///< of those that are selected
  int mostJobs = std::numeric_limits<int>::max();
};

[[nodiscard]] std::span<const ActionSpec> actionTable();

class Actions final : public QObject {
  Q_OBJECT
 public:
  explicit Actions(Theme& theme, QObject* parent = nullptr);

  [[nodiscard]] QAction& action(ActionId id) const;
  /// Fills a menu with its actions and submenus, in the table's order.
  void fill(QMenu& menu, ActionMenu which) const;
  /// Enables each job action when at least one of the statuses allows it and there are as many as it takes; none for an empty list.
  void updateFor(const QList<JobStatus>& selected);
  /// While a dialog is open no action can be triggered; then each is as it was. Does not nest.
  void suspend(bool suspended);

 Q_SIGNALS:
  void triggered(trainyard::ActionId id);

 private:
  void add(const ActionSpec& spec);
  void retint();
  Theme& m_theme;
  std::map<ActionId, QAction*> m_actions;
  std::map<ActionId, bool> m_enabled;  ///< while suspended: what to go back to
};

}  // namespace trainyard
