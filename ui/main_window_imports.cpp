// SPDX-License-Identifier: GPL-3.0-or-later
// How runs of other programs come into the window.
#include <QDragEnterEvent>
#include <QMimeData>

#include "core/base/format.h"
#include "ui/imports/import_card.h"
#include "ui/imports/problems_card.h"
#include "ui/main_window.h"
#include "ui/status_line.h"
#include "ui/toasts/toast_stack.h"

namespace trainyard {
namespace {

/// Local files and folders; nothing of the web.
QStringList droppedPaths(const QMimeData& data) {
  QStringList paths;
  for (const QUrl& url : data.urls())
    if (url.isLocalFile()) paths << url.toLocalFile();
  return paths;
}

QString progressText(const ImportProgress& progress) {
  if (progress.runs == 0) return {};
  QString text = MainWindow::tr("Importing %1 of %2 · %3%").arg(countText(progress.done), countText(progress.runs)).arg(int(progress.fraction() * 100));
  if (progress.leftMs >= 1'000) text += QStringLiteral(" · ") + MainWindow::tr("%1 left").arg(durationText(progress.leftMs));
  return text;
}

}  // namespace

ImportCard& MainWindow::importCard() {
  if (m_import != nullptr) return *m_import;
  m_import = new ImportCard(m_deps.theme, m_deps.importer, m_deps.settings, this);
  suspendWhileOpen(*m_import);
  return *m_import;
}

ProblemsCard& MainWindow::problemsCard() {
  if (m_problems != nullptr) return *m_problems;
  m_problems = new ProblemsCard(m_deps.theme, this);
  suspendWhileOpen(*m_problems);
  return *m_problems;
}

void MainWindow::bindImports() {
  setAcceptDrops(true);
  QAction& stop = m_deps.actions.action(ActionId::CancelImport);
  stop.setEnabled(false);
  m_handlers[ActionId::Import] = [this] { importCard().openFresh(); };
  m_handlers[ActionId::CancelImport] = [this] { m_deps.importer.cancel(); };
  connect(&m_deps.importer, &Importer::progressed, this, [this, &stop](const ImportProgress& progress) {
    m_status->setImport(progressText(progress));
    if (importIsOffered()) stop.setEnabled(progress.runs > 0);
  });
  connect(&m_deps.importer, &Importer::finished, this, [this](quint64, const ImportSum& sum, bool asked) { tellImported(sum, asked); });
}

/// While a card is open all actions rest.
bool MainWindow::importIsOffered() const { return menuWidget()->isEnabled(); }

/// What a watched folder brings is told only when it brings something.
void MainWindow::tellImported(const ImportSum& sum, bool asked) {
  m_deps.actions.action(ActionId::CancelImport).setEnabled(importIsOffered() && m_deps.importer.isImporting());
  if (!asked && sum.added == 0) return;
  ToastContent toast{.kind = sum.added + sum.grown > 0 ? ToastKind::Success : ToastKind::Info, .title = importTitle(sum), .detail = importDetail(sum)};
  if (!sum.problems.isEmpty()) {
    toast.actionText = tr("Problems");
    Unread unread{{}, 0, sum.skipped};
    unread.add(sum.problems);
    toast.action = [this, unread] { problemsCard().openFor(unread); };
    toast.durationMs = ToastStack::failureDurationMs;
  }
  m_toasts->show(toast);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (!droppedPaths(*event->mimeData()).isEmpty() && importIsOffered()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  const QStringList paths = droppedPaths(*event->mimeData());
  if (paths.isEmpty() || !importIsOffered()) return;
  event->acceptProposedAction();
  bringToFront();
  importCard().openFor(paths);
}

}  // namespace trainyard
