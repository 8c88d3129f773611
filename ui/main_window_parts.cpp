// SPDX-License-Identifier: GPL-3.0-or-later
// Cards and pages that are made when they are first wanted, so that the window is on the screen the sooner.
#include <QMenuBar>
#include <QStackedWidget>

#include "core/base/format.h"
#include "ui/charts/chart_saver.h"
#include "ui/compare/compare_page.h"
#include "ui/job_commands.h"
#include "ui/imports/problems_card.h"
#include "ui/jobs/job_list_panel.h"
#include "ui/main_window.h"
#include "ui/monitor/empty_page.h"
#include "ui/monitor/job_page.h"
#include "ui/new_job/new_job_dialog.h"
#include "ui/overlays/command_palette.h"
#include "ui/overlays/input_card.h"
#include "ui/overlays/job_picker.h"
#include "ui/overlays/shortcut_sheet.h"
#include "ui/toasts/toast_stack.h"

namespace trainyard {

NewJobDialog& MainWindow::newJobDialog() {
  if (m_newJob != nullptr) return *m_newJob;
  const auto add = [this](const JobSettings& settings, bool start) { return m_commands->tryAdd(settings, start); };
  m_newJob = new NewJobDialog(m_deps.theme, m_deps.settings, m_deps.jobs, add, this);
  suspendWhileOpen(*m_newJob);
  return *m_newJob;
}

CommandPalette& MainWindow::commandPalette() {
  if (m_palette != nullptr) return *m_palette;
  m_palette = new CommandPalette(m_deps.theme, m_deps.actions, this);
  connect(m_palette, &CommandPalette::chosen, this, [this](ActionId id) { m_deps.actions.action(id).trigger(); });
  suspendWhileOpen(*m_palette);
  return *m_palette;
}

ShortcutSheet& MainWindow::shortcutSheet() {
  if (m_shortcuts != nullptr) return *m_shortcuts;
  m_shortcuts = new ShortcutSheet(m_deps.theme, m_deps.actions, this);
  suspendWhileOpen(*m_shortcuts);
  return *m_shortcuts;
}

InputCard& MainWindow::inputCard() {
  if (m_input != nullptr) return *m_input;
  m_input = new InputCard(m_deps.theme, this);
  suspendWhileOpen(*m_input);
  return *m_input;
}

JobPicker& MainWindow::jobPicker() {
  if (m_picker != nullptr) return *m_picker;
  m_picker = new JobPicker(m_deps.theme, m_deps.jobs, this);
  connect(m_picker, &JobPicker::chosen, this, [this](JobId id) {
    m_list->addToSelection(id);
    compareSelected();
  });
  suspendWhileOpen(*m_picker);
  return *m_picker;
}

JobPage& MainWindow::page() {
  if (m_page != nullptr) return *m_page;
  m_page = new JobPage({m_deps.theme, m_deps.jobs, m_deps.queue, m_deps.history, m_deps.clock, m_deps.settings, m_deps.actions, m_deps.dataDir}, this);
  m_pages->addWidget(m_page);
  connect(m_page, &JobPage::backRequested, this, &MainWindow::goBack);
  connect(m_page, &JobPage::unreadClicked, this, [this] {
    if (const Job* job = m_deps.jobs.job(m_page->job())) problemsCard().openFor(job->unread);
  });
  // What went wrong with it is seen now.
  connect(m_page, &JobPage::jobInView, m_toasts, [this](JobId id) { m_toasts->dismissAbout(id.value); });
  connect(m_page, &JobPage::optionsChanged, this, &MainWindow::showChartOptions);
  connect(m_page, &JobPage::historyFailed, this, &MainWindow::tellHistoryFailed);
  m_page->setNarrow(width() < narrowBelow);
  m_deps.actions.action(ActionId::LogY).setChecked(m_page->chartOptions().logY);
  m_deps.actions.action(ActionId::FollowLive).setChecked(m_page->followsLive());
  return *m_page;
}

QWidget& MainWindow::emptyPage() {
  if (m_empty != nullptr) return *m_empty;
  m_empty = new EmptyPage(m_deps.theme, this);
  m_pages->addWidget(m_empty);
  connect(m_empty, &EmptyPage::newJobRequested, this, &MainWindow::showNewJob);
  connect(m_empty, &EmptyPage::importRequested, &m_deps.actions.action(ActionId::Import), &QAction::trigger);
  connect(m_empty, &EmptyPage::demoRequested, m_commands, &JobCommands::addDemo);
  return *m_empty;
}

ComparePage& MainWindow::comparePage() {
  if (m_compare != nullptr) return *m_compare;
  m_compare = new ComparePage({m_deps.theme, m_deps.jobs, m_deps.history, m_deps.settings}, this);
  m_pages->addWidget(m_compare);
  connect(m_compare, &ComparePage::backRequested, this, &MainWindow::goBack);
  connect(m_compare, &ComparePage::jobChosen, this, &MainWindow::view);
  connect(m_compare, &ComparePage::optionsChanged, this, &MainWindow::showChartOptions);
  connect(m_compare, &ComparePage::historyFailed, this, &MainWindow::tellHistoryFailed);
  return *m_compare;
}

ChartSaver& MainWindow::chartSaver() {
  if (m_saver != nullptr) return *m_saver;
  m_saver = new ChartSaver(m_deps.history, m_deps.settings, this);
  connect(m_saver, &ChartSaver::saved, this, [this](const QString& path, qint64 points) {
    const QString detail = points > 0 ? tr("%1 values in %2").arg(countText(points), path) : path;
    m_toasts->show({.kind = ToastKind::Success, .title = tr("Chart saved"), .detail = detail});
  });
  connect(m_saver, &ChartSaver::failed, this, [this](const Error& error) {
    m_toasts->show({.kind = ToastKind::Error, .title = tr("The chart was not saved"), .detail = error.message});
  });
  return *m_saver;
}

void MainWindow::suspendWhileOpen(CardOverlay& overlay) {
  connect(&overlay, &CardOverlay::opened, this, [this] {
    ++m_openCards;
    m_deps.actions.suspend(true);
    menuBar()->setEnabled(false);
    m_toasts->raise();
  });
  connect(&overlay, &CardOverlay::closed, this, [this] {
    if (--m_openCards > 0) return;  // a toast above a card opened another one
    menuBar()->setEnabled(true);
    m_deps.actions.suspend(false);
    followSelection();
  });
}

}  // namespace trainyard
