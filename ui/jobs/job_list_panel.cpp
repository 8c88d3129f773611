// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/job_list_panel.h"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/jobs/filter_bar.h"
#include "ui/jobs/job_filter_model.h"
#include "ui/jobs/job_list_model.h"
#include "ui/jobs/job_list_view.h"
#include "ui/jobs/queue_bar.h"
#include "ui/theme/hint_button.h"
#include "ui/theme/search_field.h"

namespace trainyard {
namespace {

constexpr int settleMs = 100;     ///< after the last of a held key's moves; longer than the keyboard takes between two
constexpr int agoTickMs = 1'000;  ///< "4 min ago" and the countdown of a stop are kept current this often

std::optional<JobStatus> statusOf(int filter) {
  constexpr JobStatus statuses[] = {JobStatus::Running, JobStatus::Queued, JobStatus::Complete, JobStatus::Failed};
  return filter == 0 ? std::nullopt : std::optional(statuses[filter - 1]);
}

}  // namespace

struct JobListPanel::State {
  JobListDependencies deps;
  JobListModel* model = nullptr;
  JobFilterModel* shown = nullptr;
  JobListView* view = nullptr;
  FilterBar* filters = nullptr;
  SearchField* search = nullptr;
  QToolButton* sort = nullptr;

  [[nodiscard]] static JobId idAt(const QModelIndex& index) { return JobId{index.data(JobIdRole).toLongLong()}; }
};

JobListPanel::JobListPanel(const JobListDependencies& dependencies, QWidget* parent)
    : QWidget(parent), m_state(std::make_unique<State>(State{.deps = dependencies})) {
  State& s = *m_state;
  setObjectName(QStringLiteral("jobListPanel"));
  setAttribute(Qt::WA_StyledBackground);
  s.model = new JobListModel(s.deps.jobs, s.deps.queue, s.deps.history, s.deps.clock, this);
  s.shown = new JobFilterModel(*s.model, this);
  s.view = new JobListView(s.deps.theme, JobCardRole, this);
  s.view->setModel(s.shown);
  s.filters = new FilterBar(s.deps.theme, this);
  auto* top = new QVBoxLayout;
  top->setContentsMargins(16, 16, 16, 0);
  top->setSpacing(11);
  top->addLayout(makeTitleRow());
  top->addLayout(makeSearchRow());
  top->addWidget(s.filters);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(11);
  layout->addLayout(top);
  layout->addWidget(s.view, 1);
  layout->addWidget(new QueueBar(s.deps.theme, s.deps.jobs, s.deps.queue, s.deps.settings, this));
  connectView();
  showCounts();
}

JobListPanel::~JobListPanel() = default;

QLayout* JobListPanel::makeTitleRow() {
  auto* title = new QLabel(tr("Training jobs"), this);
  title->setFont(fontFor(TextRole::Title));
  auto* add = new HintButton(m_state->deps.theme, tr("New job"), this);
  add->setObjectName(QStringLiteral("newJobButton"));
  add->setKind("primary");
  add->setGlyph(Glyph::Plus);
  add->setHint(QStringLiteral("Ctrl N"));
  connect(add, &QPushButton::clicked, this, &JobListPanel::newJobRequested);
  auto* row = new QHBoxLayout;
  row->addWidget(title, 1);
  row->addWidget(add);
  return row;
}

QLayout* JobListPanel::makeSearchRow() {
  State& s = *m_state;
  s.search = new SearchField(s.deps.theme, tr("Search jobs…"), QStringLiteral("Ctrl F"), this);
  s.search->setObjectName(QStringLiteral("searchField"));
  s.search->setAccessibleName(tr("Search jobs"));
  connect(s.search, &QLineEdit::textChanged, this, [this](const QString& text) {
    m_state->shown->setSearch(text);
    showCounts();
  });
  connect(s.search, &SearchField::leaveRequested, this, &JobListPanel::focusList);
  s.sort = new QToolButton(this);
  s.sort->setObjectName(QStringLiteral("sortButton"));
  s.sort->setPopupMode(QToolButton::InstantPopup);
  s.sort->setMenu(makeSortMenu());
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  row->addWidget(s.search, 1);
  row->addWidget(s.sort);
  return row;
}

QMenu* JobListPanel::makeSortMenu() {
  auto* menu = new QMenu(this);
  auto* group = new QActionGroup(menu);
  const auto add = [&](const QString& name, JobSort order) {
    QAction* action = menu->addAction(name);
    action->setCheckable(true);
    action->setChecked(order == JobSort::Newest);
    group->addAction(action);
    connect(action, &QAction::triggered, this, [this, name, order] {
      m_state->shown->setOrder(order);
      allowDragging();
      nameSort(name);
    });
  };
  add(tr("Newest"), JobSort::Newest);
  add(tr("Oldest"), JobSort::Oldest);
  add(tr("Name"), JobSort::Name);
  add(tr("Status"), JobSort::Status);
  add(tr("Queue order"), JobSort::Queue);
  nameSort(tr("Newest"));
  return menu;
}

void JobListPanel::nameSort(const QString& name) {
  m_state->sort->setText(name + QStringLiteral(" ▾"));
  m_state->sort->setAccessibleName(tr("Sort: %1").arg(name));
}

void JobListPanel::connectView() {
  State& s = *m_state;
  connect(s.model, &JobListModel::countsChanged, this, &JobListPanel::showCounts);
  connect(s.filters, &FilterBar::chosenChanged, this, [this](int index) {
    m_state->shown->setStatus(statusOf(index));
    allowDragging();
    showCounts();
    Q_EMIT filterChanged(index);
  });
  connect(s.view, &JobListView::primaryRequested, this,
          [this](const QModelIndex& index) { Q_EMIT primaryRequested(State::idAt(index)); });
  connect(s.view, &JobListView::viewRequested, this,
          [this](const QModelIndex& index) { Q_EMIT viewRequested(State::idAt(index)); });
  connect(s.view, &JobListView::menuRequested, this, [this](const QModelIndex& index, const QPoint& at) {
    Q_EMIT contextMenuRequested(State::idAt(index), at);
  });
  connect(s.view->selectionModel(), &QItemSelectionModel::currentChanged, this, [this] {
    if (m_state->view->isHurrying()) return m_settle.start();  // who runs past jobs sees the list, and the job where they stop
    m_settle.stop();
    Q_EMIT currentChanged(currentJob());
  });
  m_settle.setSingleShot(true);
  m_settle.setInterval(settleMs);
  connect(&m_settle, &QTimer::timeout, this, [this] { Q_EMIT currentChanged(currentJob()); });
  connect(s.view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &JobListPanel::selectionChanged);
  // Later: the model must not lose rows while its selection changes.
  connect(s.view->selectionModel(), &QItemSelectionModel::selectionChanged, this, &JobListPanel::keepSelected, Qt::QueuedConnection);
  connect(&s.deps.jobs, &JobService::jobsChanged, this, &JobListPanel::followBusy);
  connect(&s.deps.queue, &Dispatcher::changed, s.view->viewport(), qOverload<>(&QWidget::update));
  connect(s.model, &JobListModel::moveRequested, this, &JobListPanel::moveRequested);
  auto* tick = new QTimer(this);
  connect(tick, &QTimer::timeout, s.view->viewport(), qOverload<>(&QWidget::update));
  tick->start(agoTickMs);
}

void JobListPanel::keepSelected() {
  QSet<qint64> ids;
  for (const JobId id : selectedJobs()) ids.insert(id.value);
  m_state->shown->keep(ids);
}

/// Where the list shows another order, a place in it is no place in the queue.
void JobListPanel::allowDragging() {
  State& s = *m_state;
  s.view->setDragDropMode(s.shown->isQueueOrder() ? QAbstractItemView::InternalMove : QAbstractItemView::NoDragDrop);
}

void JobListPanel::showCounts() {
  State& s = *m_state;
  const auto count = [&s](JobStatus status) { return s.model->count(status); };
  s.filters->setCounts({s.model->rowCount(), count(JobStatus::Running), count(JobStatus::Queued), count(JobStatus::Complete),
                        count(JobStatus::Failed)});
  const bool hidden = s.model->rowCount() > 0 && s.shown->rowCount() == 0;
  s.view->setEmptyText(!hidden ? QString()
                       : s.search->text().isEmpty() ? tr("No job has this status.")
                                                    : tr("No job matches the search. Press Esc to clear it."));
}

/// Spinners turn while a listed job is busy; asked of those that changed, and of all only when one stops.
void JobListPanel::followBusy(const QList<JobId>& ids) {
  State& s = *m_state;
  for (const JobId id : ids) {
    m_busy.remove(id);
    if (s.deps.jobs.isBusy(id)) m_busy.insert(id);
  }
  s.view->setSpinning(!m_busy.isEmpty());
}

JobId JobListPanel::currentJob() const {
  const QModelIndex index = m_state->view->currentIndex();
  return index.isValid() ? State::idAt(index) : JobId{};
}

QList<JobId> JobListPanel::selectedJobs() const {
  QModelIndexList rows = m_state->view->selectionModel()->selectedRows();
  std::sort(rows.begin(), rows.end());
  QList<JobId> ids;
  for (const QModelIndex& index : rows) ids << State::idAt(index);
  if (ids.isEmpty() && currentJob().isValid()) ids << currentJob();
  return ids;
}

QModelIndex JobListPanel::shownIndex(JobId id) {
  State& s = *m_state;
  if (s.model->rowOf(id) < 0) s.model->showComing();
  const int row = s.model->rowOf(id);
  if (row < 0) return {};
  const QModelIndex index = s.shown->mapFromSource(s.model->index(row));
  if (index.isValid()) return index;
  s.search->clear();
  s.filters->choose(0);
  return s.shown->mapFromSource(s.model->index(row));
}

void JobListPanel::select(JobId id) {
  const QModelIndex index = shownIndex(id);
  if (!index.isValid()) return;
  m_state->view->selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect);
  m_state->view->scrollTo(index);
}

/// A filter that is cleared must not take the others out of the selection.
void JobListPanel::addToSelection(JobId id) {
  const QList<JobId> before = selectedJobs();
  if (!shownIndex(id).isValid()) return;
  QItemSelection all;
  for (const JobId one : before + QList<JobId>{id})
    if (const QModelIndex index = shownIndex(one); index.isValid()) all.select(index, index);
  m_state->view->selectionModel()->select(all, QItemSelectionModel::ClearAndSelect);
  m_state->view->scrollTo(shownIndex(id));
}

void JobListPanel::selectAll() { m_state->view->selectAll(); }

void JobListPanel::focusSearch() {
  m_state->search->setFocus(Qt::ShortcutFocusReason);
  m_state->search->selectAll();
}

void JobListPanel::focusList() {
  State& s = *m_state;
  s.view->setFocus(Qt::ShortcutFocusReason);
  if (!s.view->currentIndex().isValid() && s.shown->rowCount() > 0)
    s.view->selectionModel()->setCurrentIndex(s.shown->index(0, 0), QItemSelectionModel::ClearAndSelect);
}

void JobListPanel::setFilter(int index) { m_state->filters->choose(index); }

int JobListPanel::filter() const { return m_state->filters->chosen(); }

}  // namespace trainyard
