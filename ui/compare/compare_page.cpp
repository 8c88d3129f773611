// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "core/jobs/comparison.h"
#include "ui/charts/chart_toolbar.h"
#include "ui/compare/compare_charts.h"
#include "ui/compare/compare_data.h"
#include "ui/compare/compare_legend.h"
#include "ui/compare/compare_table.h"
#include "ui/theme/elided_name.h"
#include "ui/theme/icons.h"

namespace trainyard {
namespace {

constexpr int legendWidth = 208;

}  // namespace

struct ComparePage::State {
  ComparePageDependencies deps;
  QList<JobId> jobs = {};  ///< by number
  CompareData* data = nullptr;
  QToolButton* back = nullptr;
  QLabel* title = nullptr;
  QToolButton* groupSeeds = nullptr;
  QToolButton* metrics = nullptr;
  ChartToolbar* toolbar = nullptr;
  CompareCharts* charts = nullptr;
  CompareLegend* legend = nullptr;
  CompareTable* table = nullptr;
};

ComparePage::ComparePage(const ComparePageDependencies& dependencies, QWidget* parent)
    : QWidget(parent), m_state(std::make_unique<State>(State{.deps = dependencies})) {
  State& s = *m_state;
  setObjectName(QStringLiteral("comparePage"));
  setAccessibleName(tr("Comparison"));
  setFocusPolicy(Qt::StrongFocus);
  s.data = new CompareData(s.deps.jobs, s.deps.history, this);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(24, 20, 24, 12);
  layout->setSpacing(12);
  layout->addLayout(makeHeader());
  layout->addLayout(makeTools());
  layout->addWidget(makeBody(), 1);
  connectParts();
}

ComparePage::~ComparePage() = default;

QLayout* ComparePage::makeHeader() {
  State& s = *m_state;
  s.back = new QToolButton(this);
  s.back->setObjectName(QStringLiteral("compareBack"));
  s.back->setProperty("kind", "flat");
  s.back->setAccessibleName(tr("Back to the job"));
  s.back->setToolTip(tr("Back to the job (Esc)"));
  const auto tint = [this] {
    const Tokens& tokens = m_state->deps.theme.tokens();
    m_state->back->setIcon(glyphIcon(Glyph::ArrowLeft, tokens.text, tokens.faint));
  };
  tint();
  connect(&s.deps.theme, &Theme::changed, this, tint);
  connect(s.back, &QToolButton::clicked, this, &ComparePage::backRequested);
  s.title = new QLabel(this);
  s.title->setObjectName(QStringLiteral("compareTitle"));
  s.title->setFont(fontFor(TextRole::PageTitle));
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  row->addWidget(s.back);
  row->addWidget(s.title, 1);
  return row;
}

QLayout* ComparePage::makeTools() {
  State& s = *m_state;
  const auto makeButton = [this](const QString& text, const QString& name, const QString& toolTip) {
    auto* button = new QToolButton(this);
    button->setText(text);
    button->setObjectName(name);
    button->setToolTip(toolTip);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setFont(fontFor(TextRole::Secondary));
    button->setStyleSheet(QStringLiteral("QToolButton { padding: 3px 10px; font-size: 12px; }"));  // as in the toolbar
    return button;
  };
  s.groupSeeds = makeButton(tr("Group seeds"), QStringLiteral("groupSeedsButton"),
                            tr("One curve for jobs that are equal but for the seed and the name: their mean, and a band from the least to the greatest"));
  s.groupSeeds->setCheckable(true);
  s.groupSeeds->setChecked(s.deps.settings.value(QStringLiteral("compare/groupSeeds"), false).toBool());
  s.metrics = makeButton(tr("Metrics") + QStringLiteral(" ▾"), QStringLiteral("metricsButton"), tr("Which metrics have a chart"));
  s.metrics->setAccessibleName(tr("Metrics"));
  s.metrics->setPopupMode(QToolButton::InstantPopup);
  s.metrics->setMenu(new QMenu(s.metrics));
  s.toolbar = new ChartToolbar(s.deps.theme, this);
  s.toolbar->hideFollow();
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  row->addWidget(s.groupSeeds);
  row->addWidget(s.metrics);
  row->addStretch(1);
  row->addWidget(s.toolbar);
  return row;
}

QWidget* ComparePage::makeBody() {
  State& s = *m_state;
  s.charts = new CompareCharts(s.deps.theme, s.deps.jobs, *s.data, this);
  s.legend = new CompareLegend(s.deps.theme, this);
  s.legend->setMinimumWidth(120);
  s.table = new CompareTable(s.deps.theme, s.deps.jobs, this);
  auto* upper = new QSplitter(this);
  upper->addWidget(s.charts);
  upper->addWidget(s.legend);
  upper->setStretchFactor(0, 1);
  upper->setSizes({1000, legendWidth});
  auto* body = new QSplitter(Qt::Vertical, this);
  body->setObjectName(QStringLiteral("compareBody"));
  body->addWidget(upper);
  body->addWidget(s.table);
  body->setStretchFactor(0, 3);
  body->setStretchFactor(1, 2);
  body->setSizes({380, 250});
  keepShares(*upper, QStringLiteral("compare/legendShare"));
  keepShares(*body, QStringLiteral("compare/tableShare"));
  return body;
}

/// As they were left the last time.
void ComparePage::keepShares(QSplitter& splitter, const QString& key) {
  Settings& settings = m_state->deps.settings;
  splitter.setHandleWidth(8);
  splitter.setChildrenCollapsible(false);
  splitter.setStyleSheet(QStringLiteral("QSplitter::handle { background: transparent; }"));
  splitter.restoreState(settings.bytes(key));
  connect(&splitter, &QSplitter::splitterMoved, this, [&settings, &splitter, key] { settings.setBytes(key, splitter.saveState()); });
}

void ComparePage::connectParts() {
  State& s = *m_state;
  s.toolbar->keepIn(s.deps.settings, QStringLiteral("compare"));
  s.charts->setOptions(s.toolbar->options());
  connect(s.toolbar, &ChartToolbar::optionsChanged, s.charts, &CompareCharts::setOptions);
  connect(s.toolbar, &ChartToolbar::optionsChanged, this, &ComparePage::optionsChanged);
  connect(s.legend, &CompareLegend::hiddenChanged, s.charts, &CompareCharts::setHidden);
  connect(s.charts, &CompareCharts::tagsChanged, this, &ComparePage::refreshMetricMenu);
  connect(s.data, &CompareData::failed, this, &ComparePage::historyFailed);
  connect(s.table, &CompareTable::jobChosen, this, &ComparePage::jobChosen);
  connect(s.groupSeeds, &QToolButton::toggled, this, [this](bool on) {
    m_state->deps.settings.setValue(QStringLiteral("compare/groupSeeds"), on);
    refreshLines();
  });
  connect(&s.deps.jobs, &JobService::changeCommitted, this, [this](JobId id, JobChangeKind kind) {
    if (kind == JobChangeKind::Renamed && m_state->jobs.contains(id)) refreshLines();
  });
}

void ComparePage::showJobs(const QList<JobId>& ids) {
  State& s = *m_state;
  QList<JobId> wanted = ids;
  std::sort(wanted.begin(), wanted.end());
  if (wanted == s.jobs) return;
  s.jobs = wanted;
  s.title->setText(tr("Compare %1 jobs").arg(wanted.size()));
  s.charts->askResolution();
  s.data->show(wanted);
  refreshLines();
}

void ComparePage::refreshLines() {
  State& s = *m_state;
  std::vector<const Job*> jobs;
  for (const JobId id : std::as_const(s.jobs))
    if (const Job* job = s.deps.jobs.job(id)) jobs.push_back(job);
  std::vector<std::vector<std::size_t>> groups;
  QStringList labels;
  if (s.groupSeeds->isChecked()) {
    groups = seedGroups(jobs);
    labels = groupNames(jobs, groups);
  } else {
    for (std::size_t i = 0; i < jobs.size(); ++i) groups.push_back({i});
    for (const Job* job : jobs) labels << job->settings.name;
    labels = withoutCommonFolders(labels);
  }
  QList<JobId> firsts;
  for (const auto& group : groups) firsts << jobs[group.front()]->id;
  const QHash<JobId, JobInk> inkOf = inksOf(firsts);
  QList<CompareLine> lines;
  QHash<JobId, JobInk> inks;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const QString& label = labels[qsizetype(i)];
    const JobId first = firsts[qsizetype(i)];
    CompareLine line{QString::number(first.value), label, {}, inkOf.value(first)};
    for (const std::size_t member : groups[i]) {
      line.jobs << jobs[member]->id;
      inks.insert(jobs[member]->id, line.ink);
    }
    if (labels.count(label) > 1) line.label = tr("%1 · no. %2").arg(label, line.key);
    lines << line;
  }
  s.charts->setLines(lines);
  s.legend->setLines(lines);
  s.table->show(s.jobs, inks);
}

void ComparePage::refreshMetricMenu() {
  State& s = *m_state;
  QMenu* menu = s.metrics->menu();
  menu->clear();
  for (const QString& tag : s.charts->tags()) {
    QAction* action = menu->addAction(CompareCharts::titleOf(tag));
    action->setCheckable(true);
    action->setChecked(!s.charts->hiddenTags().contains(tag));
    connect(action, &QAction::toggled, this, [this, tag](bool on) {
      QSet<QString> hidden = m_state->charts->hiddenTags();
      on ? static_cast<void>(hidden.remove(tag)) : static_cast<void>(hidden.insert(tag));
      m_state->charts->setHiddenTags(hidden);
    });
  }
}

QList<JobId> ComparePage::jobs() const { return m_state->jobs; }

void ComparePage::resetZoom() { m_state->charts->resetZoom(); }

void ComparePage::setLogY(bool on) { m_state->toolbar->setLogY(on); }

std::optional<SavedChart> ComparePage::chartToSave() const {
  const State& s = *m_state;
  const auto [chart, tag] = s.charts->currentChart();
  if (chart == nullptr) return std::nullopt;
  SavedChart saved{chart, tr("Compare %1").arg(chart->title()), {}, true};
  for (const CompareLine& line : s.charts->lines()) {
    if (!chart->shownTags().contains(line.key)) continue;
    for (const JobId id : line.jobs) {
      const SeriesSummary* series = s.deps.jobs.series(id, tag);
      if (series != nullptr) saved.series << ExportedSeries{id, s.deps.jobs.job(id)->settings.name, tag, series->last.step};
    }
  }
  return saved;
}

ChartOptions ComparePage::chartOptions() const { return m_state->charts->options(); }

}  // namespace trainyard
