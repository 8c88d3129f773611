// SPDX-License-Identifier: GPL-3.0-or-later
// Which page is shown, and how jobs come to be compared: what is selected is, until one job alone is chosen.
#include <QStackedWidget>

#include "ui/compare/compare_page.h"
#include "ui/jobs/job_list_panel.h"
#include "ui/main_window.h"
#include "ui/monitor/empty_page.h"
#include "ui/monitor/job_page.h"
#include "ui/toasts/toast_stack.h"

namespace trainyard {

void MainWindow::connectCompare() {
  connect(m_compare, &ComparePage::backRequested, this, &MainWindow::goBack);
  connect(m_compare, &ComparePage::jobChosen, this, &MainWindow::view);
  connect(m_compare, &ComparePage::optionsChanged, this, &MainWindow::showChartOptions);
  connect(m_compare, &ComparePage::historyFailed, this, &MainWindow::tellHistoryFailed);
}

void MainWindow::tellHistoryFailed(const Error& error) {
  qWarning("history: %s %s", qUtf8Printable(error.message), qUtf8Printable(error.detail));
  m_toasts->show({.kind = ToastKind::Error, .title = tr("The curves could not be read"), .detail = error.message});
}

void MainWindow::compareSelected() {
  const QList<JobId> ids = m_list->selectedJobs();
  if (ids.size() < ComparePage::fewest || ids.size() > ComparePage::most) return;
  m_comparing = true;
  m_pageInFront = true;
  showChartOptions();
  showRightPage();  // and then, with the page at its size, the jobs
}

/// Other jobs that are selected meanwhile are compared at once; more than can be are not.
void MainWindow::followComparison() {
  if (!m_comparing) return;
  const QList<JobId> ids = m_list->selectedJobs();
  if (ids.size() < ComparePage::fewest) return stopComparing();
  if (ids.size() <= ComparePage::most) m_compare->showJobs(ids);
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
    m_page->setFocus(Qt::OtherFocusReason);
}

QWidget* MainWindow::rightPage() const {
  if (m_deps.jobs.isLoaded() && m_deps.jobs.jobs().empty()) return m_empty;
  if (m_comparing) return m_compare;
  return m_deps.jobs.job(m_page->job()) != nullptr ? static_cast<QWidget*>(m_page) : m_blank;
}

void MainWindow::showChartOptions() {
  const ChartOptions options = m_comparing ? m_compare->chartOptions() : m_page->chartOptions();
  m_deps.actions.action(ActionId::LogY).setChecked(options.logY);
}

}  // namespace trainyard
