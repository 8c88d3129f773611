// SPDX-License-Identifier: GPL-3.0-or-later
// Which page is shown, and how jobs come to be compared: what is selected is, until one job alone is chosen.
#include <QContextMenuEvent>
#include <QMenu>
#include <QStackedWidget>

#include "core/base/format.h"
#include "ui/charts/chart_saver.h"
#include "ui/compare/compare_page.h"
#include "ui/jobs/job_list_panel.h"
#include "ui/main_window.h"
#include "ui/monitor/empty_page.h"
#include "ui/monitor/job_page.h"
#include "ui/overlays/job_picker.h"
#include "ui/toasts/toast_stack.h"

namespace trainyard {

void MainWindow::saveChart() {
  const std::optional<SavedChart> chart = m_comparing ? comparePage().chartToSave() : page().chartToSave();
  if (chart && chart->chart->isVisible()) return chartSaver().ask(*chart);
  m_toasts->show({.kind = ToastKind::Info, .title = tr("There is no chart to save"), .detail = tr("Choose a job that has points, and its Charts tab.")});
}

/// Of a chart: it takes the keyboard, so that what is chosen is about this one.
void MainWindow::contextMenuEvent(QContextMenuEvent* event) {
  QWidget* under = childAt(event->pos());
  while (under != nullptr && qobject_cast<MetricChart*>(under) == nullptr) under = under->parentWidget();
  if (under == nullptr) return QMainWindow::contextMenuEvent(event);
  under->setFocus(Qt::MouseFocusReason);
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  for (const ActionId id : {ActionId::SaveChart, ActionId::ResetZoom, ActionId::LogY}) menu->addAction(&m_deps.actions.action(id));
  menu->popup(event->globalPos());
}

void MainWindow::chooseComparison() {
  const QList<JobId> chosen = m_list->selectedJobs();
  jobPicker().openFresh(tr("Compare with"), {chosen.begin(), chosen.end()});
}

void MainWindow::tellHistoryFailed(const Error& error) {
  qWarning("history: %s %s", qUtf8Printable(error.message), qUtf8Printable(error.detail));
  m_toasts->show({.kind = ToastKind::Error, .title = tr("The curves could not be read"), .detail = error.message});
}

void MainWindow::compareSelected() {
  const QList<JobId> ids = m_list->selectedJobs();
  if (ids.size() < ComparePage::fewest) return;
  if (ids.size() > ComparePage::most) return tellTooMany();
  m_comparing = true;
  m_pageInFront = true;
  showChartOptions();
  showRightPage();  // and then, with the page at its size, the jobs
}

/// Other jobs that are selected meanwhile are compared at once.
void MainWindow::followComparison() {
  if (!m_comparing) return;
  const QList<JobId> ids = m_list->selectedJobs();
  if (ids.size() < ComparePage::fewest) return stopComparing();
  if (ids.size() > ComparePage::most) return tellTooMany();
  comparePage().showJobs(ids);
}

void MainWindow::tellTooMany() {
  m_toasts->show({.kind = ToastKind::Info, .title = tr("At most %1 jobs are compared").arg(ComparePage::most), .detail = tr("Select fewer.")});
}

void MainWindow::stopComparing() {
  m_comparing = false;
  const bool leavesPage = m_compare->isAncestorOf(focusWidget()) || focusWidget() == m_compare;
  showChartOptions();
  showRightPage();
  m_compare->showJobs({});
  if (!leavesPage) return;
  if (m_list->isVisible())
    m_list->focusList();
  else
    page().setFocus(Qt::OtherFocusReason);
}

QWidget* MainWindow::rightPage() {
  if (m_deps.jobs.isLoaded() && m_deps.jobs.count() == 0) return &emptyPage();
  if (m_comparing) return &comparePage();
  return m_page != nullptr && m_deps.jobs.job(m_page->job()) != nullptr ? static_cast<QWidget*>(m_page) : m_blank;
}

void MainWindow::showChartOptions() {
  const ChartOptions options = m_comparing ? comparePage().chartOptions() : page().chartOptions();
  m_deps.actions.action(ActionId::LogY).setChecked(options.logY);
}

}  // namespace trainyard
