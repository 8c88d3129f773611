// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/job_page.h"

#include <QHBoxLayout>
#include <QStackedWidget>
#include <QTabBar>
#include <QTimer>
#include <QVBoxLayout>

#include "ui/charts/chart_panel.h"
#include "ui/jobs/job_card.h"
#include "ui/charts/chart_toolbar.h"
#include "ui/monitor/job_history.h"
#include "ui/monitor/log_view.h"
#include "ui/monitor/page_header.h"
#include "ui/monitor/parameters_view.h"
#include "ui/monitor/progress_line.h"
#include "ui/monitor/stat_tiles.h"

namespace trainyard {
namespace {

constexpr int logTab = 1;
constexpr int textTickMs = 1000;  ///< "4 min ago" and the rate are kept current this often

}  // namespace

struct JobPage::State {
  JobPageDependencies deps;
  JobId job = {};
  qint64 errorOffset = 0;         ///< where the log's first traceback is
  JobHistory* history = nullptr;
  RateMeter rate = {};
  PageHeader* header = nullptr;
  ProgressLine* progress = nullptr;
  StatTiles* tiles = nullptr;
  QTabBar* tabs = nullptr;
  QStackedWidget* stack = nullptr;
  ChartPanel* charts = nullptr;
  ChartToolbar* toolbar = nullptr;
  LogView* log = nullptr;
  ChartPanel* system = nullptr;
  ParametersView* parameters = nullptr;
};

JobPage::JobPage(const JobPageDependencies& dependencies, QWidget* parent)
    : QWidget(parent), m_state(std::make_unique<State>(State{.deps = dependencies})) {
  State& s = *m_state;
  setObjectName(QStringLiteral("jobPage"));
  s.header = new PageHeader(s.deps.theme, s.deps.clock, s.deps.actions, this);
  s.progress = new ProgressLine(this);
  s.tiles = new StatTiles(s.deps.theme, this);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(22, 18, 22, 12);
  layout->setSpacing(14);
  layout->addWidget(s.header);
  layout->addWidget(s.progress);
  layout->addWidget(s.tiles);
  layout->addLayout(makeTabRow());
  layout->addWidget(makeStack(), 1);
  connect(s.header, &PageHeader::backRequested, this, &JobPage::backRequested);
  connect(s.header, &PageHeader::unreadClicked, this, &JobPage::unreadClicked);
  connect(s.header, &PageHeader::jobInView, this, &JobPage::jobInView);
  connectData();
  connectCharts();
  auto* tick = new QTimer(this);
  connect(tick, &QTimer::timeout, this, [this] { if (isVisible()) refresh(); });
  tick->start(textTickMs);
}

JobPage::~JobPage() = default;

QLayout* JobPage::makeTabRow() {
  State& s = *m_state;
  s.tabs = new QTabBar(this);
  s.tabs->setObjectName(QStringLiteral("pageTabs"));
  s.tabs->setAccessibleName(tr("Views of the job"));
  s.tabs->setDrawBase(false);
  s.tabs->setExpanding(false);
  s.tabs->setUsesScrollButtons(false);
  for (const QString& title : {tr("Charts"), tr("Log"), tr("System"), tr("Parameters")}) s.tabs->addTab(title);
  s.toolbar = new ChartToolbar(s.deps.theme, this);
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  row->addWidget(s.tabs);
  row->addStretch(1);
  row->addWidget(s.toolbar);
  return row;
}

QWidget* JobPage::makeStack() {
  State& s = *m_state;
  s.stack = new QStackedWidget(this);
  s.charts = new ChartPanel(s.deps.theme, s.stack);
  s.log = new LogView(s.deps.theme, s.stack);
  s.parameters = new ParametersView(s.stack);
  s.stack->addWidget(s.charts);
  s.stack->addWidget(s.log);
  s.system = new ChartPanel(s.deps.theme, s.stack, ChartPanel::Scope::System);
  ChartOptions plain;
  plain.x = XAxisKind::Time;
  plain.smoothing = 0.0;
  s.system->setOptions(plain);
  s.stack->addWidget(s.system);
  s.stack->addWidget(s.parameters);
  connect(s.tabs, &QTabBar::currentChanged, this, [this](int index) {
    m_state->stack->setCurrentIndex(index);
    m_state->toolbar->setVisible(index == 0);
  });
  return s.stack;
}

void JobPage::connectData() {
  const JobPageDependencies& deps = m_state->deps;
  connect(&deps.jobs, &JobService::jobsChanged, this, [this](const QList<JobId>& ids) {
    if (ids.contains(m_state->job)) refresh();
  });
  connect(&deps.jobs, &JobService::pointsCommitted, this, [this](const JobPoints& points) {
    if (points.job == m_state->job) m_state->rate.add(points.progress.step, m_state->deps.clock.nowMs());
  });
  m_state->history = new JobHistory(deps.history, deps.jobs, this);
  connect(m_state->history, &JobHistory::begun, this, &JobPage::takeHistory);
  for (ChartPanel* panel : {m_state->charts, m_state->system}) {
    connect(m_state->history, &JobHistory::refined, panel, &ChartPanel::replace);
    connect(m_state->history, &JobHistory::appended, panel, &ChartPanel::append);
  }
  connect(m_state->history, &JobHistory::failed, this, &JobPage::historyFailed);
}

void JobPage::connectCharts() {
  State& s = *m_state;
  s.toolbar->keepIn(s.deps.settings, QStringLiteral("charts"));
  s.charts->setOptions(s.toolbar->options());
  connect(s.toolbar, &ChartToolbar::optionsChanged, s.charts, &ChartPanel::setOptions);
  connect(s.toolbar, &ChartToolbar::optionsChanged, this, &JobPage::optionsChanged);
  connect(s.toolbar, &ChartToolbar::followLiveChanged, s.charts, &ChartPanel::setFollowLive);
  connect(s.charts, &ChartPanel::followLiveChanged, s.toolbar, &ChartToolbar::setFollowLive);
  connect(s.charts, &ChartPanel::painted, this, &JobPage::painted);
  connect(s.charts, &ChartPanel::viewChanged, this, &JobPage::lookCloser);
  for (const ChartPanel* panel : {s.charts, s.system})
    connect(panel, &ChartPanel::timeChosen, this, [this](qint64 wallMs) {
      const Job* job = m_state->deps.jobs.job(m_state->job);
      if (job == nullptr || job->settings.source != JobSource::Command) return;
      showTab(logTab);
      m_state->log->showTime(wallMs);
    });
  connect(s.log, &LogView::firstErrorFound, this, [this](const QString& line, qint64 offset) {
    m_state->errorOffset = offset;
    m_state->header->setError(line);
  });
  connect(s.header, &PageHeader::errorClicked, this, [this] {
    showTab(logTab);
    m_state->log->showOffset(m_state->errorOffset);
  });
}

void JobPage::showJob(JobId id) {
  State& s = *m_state;
  if (s.job == id) return;
  s.job = id;
  s.rate.clear();
  s.header->setError({});
  s.charts->clear();
  s.system->clear();
  s.history->open(id, s.charts->options().smoothing);
  const Job* job = s.deps.jobs.job(id);
  if (job == nullptr) return;
  s.log->show(s.deps.dataDir, *job);
  refresh();
}

JobId JobPage::job() const { return m_state->job; }

void JobPage::takeHistory(const JobPoints& points) {
  State& s = *m_state;
  const Job* job = s.deps.jobs.job(s.job);
  if (job == nullptr) return;
  const bool simulated = job->settings.source == JobSource::Simulated;
  s.charts->setHistory(points, job->startedMs, simulated ? double(job->settings.stepsPerEpoch) : 0.0,
                       job->progress.totalSteps);
  s.system->setHistory(points, job->startedMs, 0.0, 0);
  lookCloser();
}

/// Has the history hold as much of it as is seen.
void JobPage::lookCloser() {
  State& s = *m_state;
  if (!s.history->isLong()) return;
  const PixelColumns seen = s.charts->visibleSteps();
  s.history->look({seen.from, seen.to, !s.charts->isZoomed(), seen.count, s.charts->options().smoothing});
}

void JobPage::refresh() {
  State& s = *m_state;
  const Job* job = s.deps.jobs.job(s.job);
  if (job == nullptr) return;
  const qint64 now = s.deps.clock.nowMs();
  const StopStage stage = s.deps.jobs.stopStage(s.job);
  const QString note = job->status == JobStatus::Queued ? waitText(*job, s.deps.jobs, s.deps.queue.isOn(), s.deps.jobs.gpuCount(), now)
                                                        : stopText(stage, now);
  s.header->setLossNan(isLossNan(s.deps.jobs.series(s.job)));
  s.header->show(*job, s.deps.jobs.isBusy(s.job), stage.signals > 0);
  s.progress->show(*job, s.rate.stepsPerSecond(), note);
  const std::vector<Tile> tiles = tilesFor(*job, s.deps.jobs.series(s.job));
  s.tiles->setVisible(!tiles.empty());
  s.tiles->show(tiles);
  s.parameters->show(*job);
  for (ChartPanel* panel : {s.charts, s.system}) panel->setAwaited(!isEnded(job->status));
  s.log->update(*job);
}

void JobPage::setNarrow(bool narrow) {
  m_state->header->setNarrow(narrow);
  m_state->toolbar->setCompact(narrow);
  m_state->toolbar->setVisible(m_state->tabs->currentIndex() == 0);
}

void JobPage::showTab(int index) { m_state->tabs->setCurrentIndex(index); }

bool JobPage::findInLog(bool forward) {
  if (m_state->tabs->currentIndex() != logTab) return false;
  m_state->log->find(forward);
  return true;
}

bool JobPage::searchLog() {
  const bool looksAtLog = m_state->tabs->currentIndex() == logTab && m_state->log->isAncestorOf(window()->focusWidget());
  if (looksAtLog) m_state->log->focusSearch();
  return looksAtLog;
}

void JobPage::resetZoom() { m_state->charts->resetZoom(); }

void JobPage::setLogY(bool on) { m_state->toolbar->setLogY(on); }

void JobPage::setFollowLive(bool on) {
  m_state->charts->setFollowLive(on);
  m_state->toolbar->setFollowLive(on);
}

ChartOptions JobPage::chartOptions() const { return m_state->charts->options(); }

std::optional<SavedChart> JobPage::chartToSave() const {
  const State& s = *m_state;
  const Job* job = s.deps.jobs.job(s.job);
  const auto* panel = qobject_cast<ChartPanel*>(s.stack->currentWidget());
  MetricChart* chart = panel == nullptr ? nullptr : panel->currentChart();
  if (job == nullptr || chart == nullptr || !chart->hasData()) return std::nullopt;
  SavedChart saved{chart, job->settings.name + u' ' + chart->title(), {}};
  for (const QString& tag : chart->shownTags())
    if (const SeriesSummary* series = s.deps.jobs.series(s.job, tag)) saved.series << ExportedSeries{s.job, job->settings.name, tag, series->last.step};
  return saved;
}

bool JobPage::followsLive() const { return m_state->charts->followsLive(); }

}  // namespace trainyard
