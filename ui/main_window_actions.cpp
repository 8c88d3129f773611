// SPDX-License-Identifier: GPL-3.0-or-later
// What each action means in this window.
#include <QCoreApplication>
#include <QDesktopServices>
#include <QMenu>
#include <QMessageBox>
#include <QSplitter>
#include <QUrl>

#include "core/base/format.h"
#include "core/jobs/draft_checks.h"
#include "core/runners/simulated_runner.h"
#include "ui/compare/compare_page.h"
#include "ui/job_commands.h"
#include "ui/jobs/job_list_panel.h"
#include "ui/main_window.h"
#include "ui/monitor/job_page.h"
#include "ui/new_job/new_job_dialog.h"
#include "ui/overlays/command_palette.h"
#include "ui/overlays/input_card.h"
#include "ui/overlays/shortcut_sheet.h"
#include "ui/toasts/toast_stack.h"

namespace trainyard {
namespace {

struct SpeedChoice {
  ActionId id;
  double stepsPerSecond;
};

constexpr SpeedChoice speeds[] = {{ActionId::SpeedSlow, 1.0},
                                  {ActionId::SpeedNormal, 10.0},
                                  {ActionId::SpeedFast, 100.0},
                                  {ActionId::SpeedFastest, SimulatedRunner::fastest}};

struct ThemeEntry {
  ActionId id;
  ThemeChoice choice;
  const char* key;
};

constexpr ThemeEntry themes[] = {{ActionId::ThemeSystem, ThemeChoice::System, "system"},
                                 {ActionId::ThemeLight, ThemeChoice::Light, "light"},
                                 {ActionId::ThemeDark, ThemeChoice::Dark, "dark"}};

/// What is wrong, or nothing.
template <typename T>
QString wordsOf(const Result<T>& checked) {
  return checked ? QString() : checked.error().message;
}

}  // namespace

void MainWindow::bindJobActions() {
  const auto onSelected = [this](void (JobCommands::*command)(const QList<JobId>&)) {
    return [this, command] { (m_commands->*command)(m_list->selectedJobs()); };
  };
  m_handlers[ActionId::NewJob] = [this] { showNewJob(); };
  m_handlers[ActionId::Demo] = [this] { m_commands->addDemo(); };
  m_handlers[ActionId::Start] = onSelected(&JobCommands::start);
  m_handlers[ActionId::Stop] = onSelected(&JobCommands::stop);
  m_handlers[ActionId::RunAgain] = onSelected(&JobCommands::runAgain);
  m_handlers[ActionId::Delete] = onSelected(&JobCommands::remove);
  m_handlers[ActionId::View] = [this] { view(m_list->currentJob()); };
  m_handlers[ActionId::Compare] = [this] { compareSelected(); };
  m_handlers[ActionId::CompareWith] = [this] { chooseComparison(); };
  m_handlers[ActionId::Rename] = [this] { askName(); };
  m_handlers[ActionId::UndoDelete] = [this] { m_commands->undoRemove(); };
  m_handlers[ActionId::SelectAll] = [this] { m_list->selectAll(); };
  m_handlers[ActionId::StopGrace] = [this] { askGrace(); };
  m_handlers[ActionId::OpenDataFolder] = [this] {
    if (QDesktopServices::openUrl(QUrl::fromLocalFile(m_deps.dataDir))) return;
    m_toasts->show({.kind = ToastKind::Info, .title = tr("The data folder"), .detail = m_deps.dataDir});
  };
}

void MainWindow::bindQueueActions() {
  Settings& settings = m_deps.settings;
  QAction& on = m_deps.actions.action(ActionId::QueueOn);
  m_handlers[ActionId::QueueOn] = [&settings, &on] { settings.setQueueOn(on.isChecked()); };
  const auto followQueue = [this, &on] { on.setChecked(m_deps.queue.isOn()); };
  connect(&m_deps.queue, &Dispatcher::changed, this, followQueue);
  followQueue();
  m_handlers[ActionId::MoreSlots] = [&settings] { settings.setQueueSlots(settings.queueSlots() + 1); };
  m_handlers[ActionId::FewerSlots] = [&settings] { settings.setQueueSlots(settings.queueSlots() - 1); };
  for (const auto& [id, move] : {std::pair(ActionId::QueueSooner, QueueMove::Sooner), std::pair(ActionId::QueueLater, QueueMove::Later),
                                 std::pair(ActionId::QueueFirst, QueueMove::First)})
    m_handlers[id] = [this, direction = move] { m_commands->moveInQueue(m_list->selectedJobs(), direction); };
  for (const auto& [id, priority] : {std::pair(ActionId::PriorityHigh, 1), std::pair(ActionId::PriorityNormal, 0),
                                     std::pair(ActionId::PriorityLow, -1)})
    m_handlers[id] = [this, wanted = priority] { m_commands->setPriority(m_list->selectedJobs(), wanted); };
}

void MainWindow::bindViewActions() {
  for (int filter = 0; filter < 5; ++filter)
    m_handlers[ActionId(int(ActionId::FilterAll) + filter)] = [this, filter] {
      m_list->setFilter(filter);
      m_list->focusList();
    };
  m_deps.actions.action(ActionId::FilterAll).setChecked(true);
  m_handlers[ActionId::Search] = [this] {
    if (m_page != nullptr && m_page->searchLog()) return;
    if (!m_list->isVisible()) goBack();
    m_list->focusSearch();
  };
  m_handlers[ActionId::Back] = [this] { goBack(); };
  m_handlers[ActionId::FocusToasts] = [this] { m_toasts->focusNewest(); };
  for (const auto& [id, tab] : {std::pair(ActionId::TabCharts, 0), std::pair(ActionId::TabLog, 1), std::pair(ActionId::TabSystem, 2),
                                std::pair(ActionId::TabParameters, 3)})
    m_handlers[id] = [this, index = tab] {
      if (m_comparing) stopComparing();
      page().showTab(index);
    };
  m_handlers[ActionId::FindNext] = [this] { page().findInLog(true); };
  m_handlers[ActionId::FindPrevious] = [this] { page().findInLog(false); };
  m_handlers[ActionId::ResetZoom] = [this] { m_comparing ? comparePage().resetZoom() : page().resetZoom(); };
  m_handlers[ActionId::SaveChart] = [this] { saveChart(); };
  m_handlers[ActionId::LogY] = [this] {
    const bool on = m_deps.actions.action(ActionId::LogY).isChecked();
    m_comparing ? comparePage().setLogY(on) : page().setLogY(on);
  };
  m_handlers[ActionId::FollowLive] = [this] {
    page().setFollowLive(m_deps.actions.action(ActionId::FollowLive).isChecked());
  };
  m_handlers[ActionId::CommandPalette] = [this] { commandPalette().openFresh(); };
  m_handlers[ActionId::Shortcuts] = [this] { shortcutSheet().open(); };
  m_handlers[ActionId::About] = [this] { showAbout(); };
  m_handlers[ActionId::CloseWindow] = [this] { close(); };
}

void MainWindow::bindSettingActions() {
  for (const SpeedChoice& speed : speeds) {
    m_handlers[speed.id] = [this, value = speed.stepsPerSecond] { m_deps.settings.setStepsPerSecond(value); };
    if (m_deps.settings.stepsPerSecond() == speed.stepsPerSecond) m_deps.actions.action(speed.id).setChecked(true);
  }
  for (const ThemeEntry& theme : themes) {
    m_handlers[theme.id] = [this, theme] {
      m_deps.settings.setTheme(QString::fromLatin1(theme.key));
      m_deps.theme.setChoice(theme.choice);
    };
    if (m_deps.theme.choice() == theme.choice) m_deps.actions.action(theme.id).setChecked(true);
  }
}

void MainWindow::showNewJob() { newJobDialog().openFresh(); }

void MainWindow::showJobMenu(const QPoint& globalPosition) {
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  for (const ActionSpec& spec : actionTable())
    if (spec.onJob && m_deps.actions.action(spec.id).isEnabled()) menu->addAction(&m_deps.actions.action(spec.id));
  menu->popup(globalPosition);
}

void MainWindow::askName() {
  const Job* job = m_deps.jobs.job(m_list->currentJob());
  if (job == nullptr) return;
  inputCard().ask({.title = tr("Rename"),
                .label = tr("Name"),
                .value = job->settings.name,
                .accept = tr("Rename"),
                .wrong = [](const QString& text) { return wordsOf(checkName(text)); },
                .accepted = [this, id = job->id](const QString& name) { m_commands->rename(id, name); }});
}

void MainWindow::askGrace() {
  const auto checked = [](const QString& text) { return checkWhole(text, {.least = 0, .most = 600, .optional = false, .whenEmpty = 0}); };
  inputCard().ask({.title = tr("Grace time when stopping"),
                .label = tr("Seconds that a stopped program gets after each signal"),
                .value = QString::number(m_deps.settings.stopGraceMs() / 1000),
                .accept = tr("Set"),
                .wrong = [checked](const QString& text) { return wordsOf(checked(text)); },
                .accepted = [this, checked](const QString& text) { m_deps.settings.setStopGraceMs(int(*checked(text)) * 1000); }});
}

void MainWindow::showAbout() {
  auto* box = new QMessageBox(QMessageBox::NoIcon, tr("About Trainyard"),
                              tr("<b>Trainyard %1</b><br>Queues, runs and watches machine-learning training jobs.<br><br>"
                                 "Free software under the GNU General Public License, version 3 or later.")
                                  .arg(QCoreApplication::applicationVersion()),
                              QMessageBox::Close, this);
  box->setAttribute(Qt::WA_DeleteOnClose);
  box->open();
}

void MainWindow::restore() {
  restoreGeometry(m_deps.settings.bytes(QStringLiteral("window/geometry")));
  m_splitter->restoreState(m_deps.settings.bytes(QStringLiteral("window/splitter")));
  m_list->setFilter(m_deps.settings.value(QStringLiteral("window/filter"), 0).toInt());
}

void MainWindow::remember() {
  m_deps.settings.setBytes(QStringLiteral("window/geometry"), saveGeometry());
  m_deps.settings.setBytes(QStringLiteral("window/splitter"), m_splitter->saveState());
  m_deps.settings.setValue(QStringLiteral("window/filter"), m_list->filter());
  m_deps.settings.setValue(QStringLiteral("window/job"), m_list->currentJob().value);
}

}  // namespace trainyard
