// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window.h"

#include <QChildEvent>
#include <QCloseEvent>
#include <QLabel>
#include <QMenuBar>
#include <QPointer>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/job_commands.h"
#include "ui/jobs/job_list_panel.h"
#include "ui/monitor/empty_page.h"
#include "ui/monitor/job_page.h"
#include "ui/status_line.h"
#include "ui/toasts/desktop_notifier.h"
#include "ui/toasts/toast_stack.h"

namespace trainyard {
namespace {

constexpr int listWidth = 368;
constexpr int toastTop = 134;  ///< below the page's header, so that Start and Stop stay free

/// Notes which of two sides was used last, by the pointer or by the keyboard.
class LastUsed final : public QObject {
 public:
  LastUsed(QWidget* one, QWidget* other, bool& isOne) : QObject(one), m_one(one), m_other(other), m_isOne(isOne) {
    watch(one);
    watch(other);
  }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override {
    auto* const widget = qobject_cast<QWidget*>(watched);
    if (event->type() == QEvent::ChildAdded) watch(qobject_cast<QWidget*>(static_cast<QChildEvent*>(event)->child()));
    if (event->type() == QEvent::MouseButtonPress) use(widget);
    if (event->type() == QEvent::FocusIn) {
      const Qt::FocusReason why = static_cast<QFocusEvent*>(event)->reason();
      if (why != Qt::ActiveWindowFocusReason && why != Qt::PopupFocusReason) use(widget);  // else nobody chose it anew
    }
    return QObject::eventFilter(watched, event);
  }

 private:
  void watch(QWidget* widget) {
    if (widget == nullptr) return;
    widget->installEventFilter(this);
    for (QWidget* child : widget->findChildren<QWidget*>()) child->installEventFilter(this);
  }
  void use(const QWidget* widget) {
    if (widget == nullptr || !m_one || !m_other || !widget->isVisible()) return;  // hiding a side moves the focus about
    if (m_one == widget || m_one->isAncestorOf(widget)) m_isOne = true;
    if (m_other == widget || m_other->isAncestorOf(widget)) m_isOne = false;
  }
  QPointer<QWidget> m_one;
  QPointer<QWidget> m_other;
  bool& m_isOne;
};

}  // namespace

MainWindow::MainWindow(const MainWindowDependencies& dependencies) : m_deps(dependencies) {
  setObjectName(QStringLiteral("mainWindow"));
  setWindowTitle(QStringLiteral("Trainyard"));
  setMinimumSize(420, 480);
  resize(1280, 800);
  buildCentre();
  buildMenus();
  m_status = new StatusLine(m_deps.jobs, m_deps.store, m_deps.databaseBytes, this);
  setStatusBar(m_status);
  m_toasts = new ToastStack(m_deps.theme, this, toastTop);
  m_notifier = new DesktopNotifier(&QDBusConnection::sessionBus, this);
  m_commands = new JobCommands(m_deps.jobs, m_deps.store, *m_toasts, this);
  connectList();
  connectPage();
  connectJobs();
  bindJobActions();
  bindViewActions();
  bindQueueActions();
  bindSettingActions();
  bindImports();
  bindApi();
  connect(&m_deps.actions, &Actions::triggered, this, &MainWindow::trigger);
  restore();
  showRightPage();
}

MainWindow::~MainWindow() = default;

void MainWindow::buildCentre() {
  m_list = new JobListPanel({m_deps.theme, m_deps.jobs, m_deps.queue, m_deps.settings, m_deps.history, m_deps.clock}, this);
  m_list->setMinimumWidth(300);
  m_blank = new QWidget(this);
  auto* hint = new QLabel(tr("Choose a job to see its curves."), m_blank);
  hint->setProperty("role", "muted");
  hint->setAlignment(Qt::AlignCenter);
  auto* blankLayout = new QVBoxLayout(m_blank);
  blankLayout->addWidget(hint);
  m_pages = new QStackedWidget(this);
  m_pages->setObjectName(QStringLiteral("pages"));
  m_pages->addWidget(m_blank);
  m_splitter = new QSplitter(this);
  m_splitter->setHandleWidth(1);
  m_splitter->setChildrenCollapsible(false);
  m_splitter->addWidget(m_list);
  m_splitter->addWidget(m_pages);
  m_splitter->setStretchFactor(1, 1);
  m_splitter->setSizes({listWidth, width() - listWidth});
  setCentralWidget(m_splitter);
}

void MainWindow::buildMenus() {
  auto* brand = new QLabel(QStringLiteral("Trainyard"), this);
  brand->setObjectName(QStringLiteral("brand"));
  menuBar()->setCornerWidget(brand, Qt::TopLeftCorner);
  const std::pair<ActionMenu, QString> menus[] = {{ActionMenu::File, tr("&File")}, {ActionMenu::Job, tr("&Job")},
                                                  {ActionMenu::View, tr("&View")}, {ActionMenu::Charts, tr("&Charts")},
                                                  {ActionMenu::Help, tr("&Help")}};
  for (const auto& [which, title] : menus) m_deps.actions.fill(*menuBar()->addMenu(title), which);
  for (const ActionSpec& spec : actionTable())
    if (spec.scope == ActionScope::List) m_list->addAction(&m_deps.actions.action(spec.id));
}

void MainWindow::connectList() {
  connect(m_list, &JobListPanel::newJobRequested, this, &MainWindow::showNewJob);
  connect(m_list, &JobListPanel::currentChanged, this, &MainWindow::showJob);
  connect(m_list, &JobListPanel::selectionChanged, this, &MainWindow::followSelection);
  connect(m_list, &JobListPanel::viewRequested, this, &MainWindow::view);
  connect(m_list, &JobListPanel::contextMenuRequested, this,
          [this](JobId, const QPoint& at) { showJobMenu(at); });
  connect(m_list, &JobListPanel::primaryRequested, this, [this](JobId id) {
    const Job* job = m_deps.jobs.job(id);
    if (job == nullptr) return;
    switch (primaryAction(job->status)) {
      case JobAction::Start: return m_commands->start({id});
      case JobAction::Stop: return m_commands->stop({id});
      default: return view(id);
    }
  });
  connect(m_list, &JobListPanel::moveRequested, m_commands, qOverload<JobId, JobId>(&JobCommands::moveInQueue));
  connect(m_list, &JobListPanel::filterChanged, this, [this](int index) {
    m_deps.actions.action(ActionId(int(ActionId::FilterAll) + index)).setChecked(true);
  });
}

void MainWindow::connectPage() {
  new LastUsed(m_pages, m_list, m_pageInFront);  // whoever narrows the window goes on with what they were at
}

void MainWindow::connectJobs() {
  connect(m_commands, &JobCommands::viewRequested, this, [this](JobId id) { m_list->select(id); });
  connect(m_commands, &JobCommands::undoChanged, this,
          [this](bool possible) { m_deps.actions.action(ActionId::UndoDelete).setEnabled(possible); });
  connect(&m_deps.jobs, &JobService::jobsChanged, this, &MainWindow::followSelection);
  connect(&m_deps.troubles, &TroubleResponder::troubled, m_commands, &JobCommands::tellTrouble);
  connect(m_commands, &JobCommands::newsForDesktop, this, [this](JobId id, const QString& title, const QString& detail, bool urgent) {
    if (!isActiveWindow()) m_notifier->notify(id.value, title, detail, urgent);
  });
  connect(m_notifier, &DesktopNotifier::activated, this, [this](qint64 topic) {
    bringToFront();
    if (m_deps.jobs.job(JobId{topic}) != nullptr) view(JobId{topic});
  });
  connect(&m_deps.queue, &Dispatcher::refused, m_commands, &JobCommands::tellRefusedByQueue);
  connect(&m_deps.jobs, &JobService::jobAdded, this, &MainWindow::showRightPage);
  connect(&m_deps.jobs, &JobService::jobRemoved, this, &MainWindow::showRightPage);
  connect(&m_deps.jobs, &JobService::opened, this, [this] {
    m_awaited = JobId{m_deps.settings.value(QStringLiteral("window/job")).toLongLong()};
    m_list->select(m_awaited);
    m_list->focusList();
    m_fallback = m_list->currentJob();
    showRightPage();
  });
  // What was looked at last may be an old job; who has chosen another one meanwhile stays there.
  connect(&m_deps.jobs, &JobService::jobsLoaded, this, [this](const QList<JobId>& ids) {
    if (m_awaited == m_fallback || m_list->currentJob() != m_fallback || !ids.contains(m_awaited)) return;
    m_list->select(m_awaited);
    m_fallback = m_awaited;
  });
  connect(&m_deps.jobs, &JobService::loaded, this, &MainWindow::showRightPage);
}

void MainWindow::trigger(ActionId id) {
  const auto handler = m_handlers.constFind(id);
  if (handler != m_handlers.constEnd()) (*handler)();
}

void MainWindow::showJob(JobId id) {
  if (m_page != nullptr || m_deps.jobs.job(id) != nullptr) page().showJob(id);
  showRightPage();
}

void MainWindow::view(JobId id) {
  m_list->select(id);
  m_pageInFront = true;
  arrangeForWidth();
  page().setFocus(Qt::OtherFocusReason);
}

void MainWindow::goBack() {
  if (m_comparing) return stopComparing();
  m_pageInFront = false;
  arrangeForWidth();
  m_list->focusList();
}

void MainWindow::followSelection() {
  QList<JobStatus> statuses;
  bool again = false;
  for (const JobId id : m_list->selectedJobs()) {
    const Job* job = m_deps.jobs.job(id);
    if (job == nullptr) continue;
    statuses << job->status;
    again = again || JobCommands::canRunAgain(*job);
  }
  m_deps.actions.updateFor(statuses);
  QAction& runAgain = m_deps.actions.action(ActionId::RunAgain);
  runAgain.setEnabled(again && runAgain.isEnabled());
  followComparison();
}

void MainWindow::showRightPage() {
  // A page that is hidden gives the focus away, which may choose a job and lead back here in the midst of it.
  if (std::exchange(m_choosingPage, true)) {
    m_pageIsStale = true;
    return;
  }
  do {
    m_pageIsStale = false;
    const bool none = m_deps.jobs.isLoaded() && m_deps.jobs.count() == 0;
    m_pages->setCurrentWidget(rightPage());
    if (none && m_page != nullptr) m_page->showJob({});
  } while (m_pageIsStale);
  m_choosingPage = false;
  followSelection();
  arrangeForWidth();
}

void MainWindow::arrangeForWidth() {
  const bool narrow = width() < narrowBelow;
  const bool empty = m_empty != nullptr && m_pages->currentWidget() == m_empty;
  const bool leavesList = m_list->isAncestorOf(focusWidget());
  m_list->setVisible(!narrow || !(m_pageInFront || empty));
  m_pages->setVisible(!narrow || m_pageInFront || empty);
  if (m_page != nullptr) m_page->setNarrow(narrow);
  if (leavesList && m_list->isHidden()) m_pages->currentWidget()->setFocus(Qt::OtherFocusReason);  // and not one of its buttons, by chance
}

void MainWindow::resizeEvent(QResizeEvent* event) {
  QMainWindow::resizeEvent(event);
  arrangeForWidth();
}

void MainWindow::bringToFront() {
  if (isMinimized()) showNormal();
  show();
  raise();
  activateWindow();
}

/// Programs go on: their supervisors are not ours to stop by closing a window.
void MainWindow::closeEvent(QCloseEvent* event) {
  remember();
  event->accept();
}

}  // namespace trainyard
