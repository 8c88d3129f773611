// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_table.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace trainyard {
namespace {

constexpr int refreshMs = 500;  ///< values of running jobs are shown anew this often
constexpr int widestColumn = 272;
constexpr int rowHeight = 28;
constexpr int leastHeight = 36 + 3 * rowHeight + 14;  ///< titles, three rows and the scroll bar

QToolButton* makeButton(QWidget* parent, const QString& text, const QString& name, const QString& toolTip) {
  auto* button = new QToolButton(parent);
  button->setText(text);
  button->setObjectName(name);
  button->setToolTip(toolTip);
  button->setFocusPolicy(Qt::StrongFocus);
  button->setFont(fontFor(TextRole::Secondary));
  return button;
}

}  // namespace

CompareTable::CompareTable(Theme& theme, JobService& jobs, QWidget* parent) : QWidget(parent), m_jobs(jobs) {
  m_model = new CompareTableModel(theme, this);
  m_sorted = new CompareSort(this);
  m_sorted->setSourceModel(m_model);
  m_view = new QTableView(this);
  m_view->setObjectName(QStringLiteral("compareTable"));
  m_view->setAccessibleName(tr("Parameters and values"));
  m_view->setModel(m_sorted);
  m_view->setMinimumHeight(leastHeight);
  m_view->setSortingEnabled(true);
  m_view->sortByColumn(-1, Qt::AscendingOrder);
  m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
  m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
  m_view->setTabKeyNavigation(false);
  m_view->setShowGrid(false);
  m_view->setWordWrap(false);
  m_view->setTextElideMode(Qt::ElideMiddle);
  m_view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  m_view->verticalHeader()->hide();
  m_view->verticalHeader()->setDefaultSectionSize(rowHeight);
  m_view->horizontalHeader()->setHighlightSections(false);
  m_view->installEventFilter(this);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 8, 0, 0);
  column->setSpacing(8);
  column->addLayout(makeHeader(theme));
  column->addWidget(m_view, 1);
  m_later.setSingleShot(true);
  connect(&m_later, &QTimer::timeout, this, &CompareTable::refresh);
  connect(&jobs, &JobService::jobsChanged, this, [this] {
    if (isVisible() && !m_later.isActive()) m_later.start(refreshMs);
  });
  connect(m_model, &QAbstractItemModel::modelReset, this, &CompareTable::fitColumns);
  connect(&theme, &Theme::changed, m_view->viewport(), qOverload<>(&QWidget::update));
  connect(m_view, &QTableView::doubleClicked, this,
          [this](const QModelIndex& index) { Q_EMIT jobChosen(m_ids.value(m_sorted->mapToSource(index).row())); });
}

QLayout* CompareTable::makeHeader(Theme&) {
  auto* title = new QLabel(tr("Parameters and values"), this);
  title->setFont(fontFor(TextRole::Strong));
  m_differences = makeButton(this, tr("Differences only"), QStringLiteral("differencesButton"),
                             tr("Leave out parameters that are the same for all of the jobs"));
  m_differences->setCheckable(true);
  m_differences->setChecked(true);
  connect(m_differences, &QToolButton::toggled, this, &CompareTable::refresh);
  auto* copyButton = makeButton(this, tr("Copy as CSV"), QStringLiteral("copyCsvButton"), tr("Copy the table as it is sorted (Ctrl+C in the table)"));
  connect(copyButton, &QToolButton::clicked, this, &CompareTable::copy);
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  row->addWidget(title, 1);
  row->addWidget(m_differences);
  row->addWidget(copyButton);
  return row;
}

void CompareTable::show(const QList<JobId>& ids, const QHash<JobId, JobInk>& inks) {
  m_ids = ids;
  m_model->setInks(inks);
  refresh();
}

void CompareTable::refresh() { m_model->show(m_ids, compareColumns(m_jobs, m_ids, m_differences->isChecked())); }

void CompareTable::fitColumns() {
  m_view->resizeColumnsToContents();
  for (int column = 0; column < m_model->columnCount(); ++column)
    if (m_view->columnWidth(column) > widestColumn) m_view->setColumnWidth(column, widestColumn);
}

void CompareTable::copy() { QGuiApplication::clipboard()->setText(compareCsv(*m_sorted)); }

bool CompareTable::eventFilter(QObject* watched, QEvent* event) {
  if (watched != m_view || event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
  const auto* key = static_cast<QKeyEvent*>(event);
  if (key->matches(QKeySequence::Copy)) {
    copy();
    return true;
  }
  const QModelIndex current = m_view->currentIndex();
  if ((key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) && current.isValid()) {
    Q_EMIT jobChosen(m_ids.value(m_sorted->mapToSource(current).row()));
    return true;
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace trainyard
