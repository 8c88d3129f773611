// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/chart_panel.h"

#include <QCoreApplication>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

#include "core/metrics/chart_groups.h"
#include "ui/charts/chart_column.h"

namespace trainyard {
namespace {

constexpr int furtherChartHeight = 200;

QColor lossColor(const Tokens& tokens) { return tokens.loss; }
QColor accuracyColor(const Tokens& tokens) { return tokens.accuracy; }
QColor otherColor(const Tokens& tokens) { return tokens.accent; }

QString labelOf(const QString& tag, const ChartGroup& group) { return isSystemTag(tag) ? systemLabel(tag) : seriesLabel(tag, group); }

ChartSeriesStyle styleOf(const QString& tag, const ChartGroup& group) {
  const bool validation = isValidation(tag);
  return {tag, labelOf(tag, group), validation, validation};
}

ChartDescription describe(const ChartGroup& group) {
  ChartDescription description;
  description.title = group.title;
  description.percent = group.percent;
  description.color = group.kind == MetricKind::Loss       ? lossColor
                      : group.kind == MetricKind::Accuracy ? accuracyColor
                                                           : otherColor;
  for (const QString& tag : group.tags) description.series.append(styleOf(tag, group));
  return description;
}

/// What is shown before the first point: the charts that nearly every job fills.
QList<ChartGroup> expectedGroups() {
  const QString loss = QCoreApplication::translate("Charts", "Loss");
  const QString accuracy = QCoreApplication::translate("Charts", "Accuracy");
  return {{QStringLiteral("loss"), loss, MetricKind::Loss, false, {}},
          {QStringLiteral("accuracy"), accuracy, MetricKind::Accuracy, true, {}}};
}

}  // namespace

struct ChartPanel::State {
  struct Entry {
    QString key;
    MetricChart* chart;
  };

  State(ChartPanel& panel, Theme& appTheme, Scope which) : q(panel), theme(appTheme), scope(which) {}

  [[nodiscard]] JobPoints ours(const JobPoints& points) const;
  void noteTags(const JobPoints& points);
  void keepEpochs(const JobPoints& points);
  void arrange();
  MetricChart* makeChart(const ChartGroup& group);
  void setRange(std::optional<XRange> wanted, const MetricChart* except = nullptr);
  void rangeChosen(std::optional<XRange> wanted, const MetricChart* by);
  void follow();
  void setFollowing(bool on);

  ChartPanel& q;
  Theme& theme;
  Scope scope;
  ChartColumn* column = nullptr;
  QLabel* none = nullptr;  ///< in the place of the charts, where there are none
  std::vector<Entry> entries;
  QStringList tags;
  SeriesPoints epochs{QStringLiteral("epoch"), {}};  ///< for charts that are made later
  ChartOptions options;
  qint64 startMs = 0;
  double stepsPerEpoch = 0.0;
  qint64 totalSteps = 0;
  std::optional<XRange> range;
  bool awaited = true;
  bool isLoaded = false;  ///< it is known what there was
  bool following = true;
  bool leftTheEnd = false;  ///< following ended because the user looked elsewhere, not by the switch
  qint64 paintedWallMs = 0;
};

/// The series of this panel's scope: steps of the one kind are no steps of the other.
JobPoints ChartPanel::State::ours(const JobPoints& points) const {
  JobPoints mine{points.job, {}, points.progress};
  for (const SeriesPoints& series : points.series)
    if (isSystemTag(series.tag) == (scope == Scope::System)) mine.series.push_back(series);
  return mine;
}

void ChartPanel::State::noteTags(const JobPoints& points) {
  for (const SeriesPoints& series : points.series)
    if (!series.points.empty() && !tags.contains(series.tag)) tags << series.tag;
}

void ChartPanel::State::keepEpochs(const JobPoints& points) {
  for (const SeriesPoints& series : points.series)
    if (series.tag == epochs.tag) epochs.points.insert(epochs.points.end(), series.points.begin(), series.points.end());
}

void ChartPanel::State::arrange() {
  QList<ChartGroup> groups = scope == Scope::System ? systemGroups(tags) : chartGroups(tags);
  const bool saysNone = groups.isEmpty() && isLoaded && (scope == Scope::System || !awaited);
  if (groups.isEmpty() && scope == Scope::Training && !saysNone) groups = expectedGroups();
  std::vector<Entry> wanted;
  for (const ChartGroup& group : groups) {
    const auto known = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.key == group.key; });
    if (known == entries.end()) {
      wanted.push_back({group.key, makeChart(group)});
      continue;
    }
    for (const QString& tag : group.tags)
      if (!known->chart->tags().contains(tag)) known->chart->addSeries(styleOf(tag, group));
    wanted.push_back(*known);
    entries.erase(known);
  }
  for (const Entry& gone : entries) delete gone.chart;
  entries = std::move(wanted);
  std::vector<MetricChart*> charts;
  for (const Entry& entry : entries) charts.push_back(entry.chart);
  column->setCharts(charts);
  column->setVisible(!saysNone);
  none->setVisible(saysNone);
  if (saysNone) none->setText(scope == Scope::Training ? tr("No metric was logged") : awaited ? tr("The system was not measured yet") : tr("The system was not measured"));
}

MetricChart* ChartPanel::State::makeChart(const ChartGroup& group) {
  auto* chart = new MetricChart(theme, describe(group), column->widget());
  chart->setOptions(options);
  chart->setHistory(JobPoints{{}, {epochs}, {}}, startMs, stepsPerEpoch, totalSteps);
  chart->setXRange(range);
  chart->setAwaited(awaited);
  connect(chart, &MetricChart::xRangeChosen, &q, [this, chart](const auto& wanted) { rangeChosen(wanted, chart); });
  connect(chart, &MetricChart::crosshairMoved, &q, [this, chart](const auto& x) {
    for (const Entry& entry : entries)
      if (entry.chart != chart) entry.chart->setCrosshair(x);
  });
  connect(chart, &MetricChart::timeChosen, &q, &ChartPanel::timeChosen);
  connect(chart, &MetricChart::plotResized, &q, &ChartPanel::viewChanged);
  connect(chart, &MetricChart::painted, &q, [this](qint64 wallMs) {
    if (wallMs <= paintedWallMs) return;
    paintedWallMs = wallMs;
    Q_EMIT q.painted(wallMs);
  });
  return chart;
}

void ChartPanel::State::setRange(std::optional<XRange> wanted, const MetricChart* except) {
  const bool wasZoomed = range.has_value();
  range = wanted;
  for (const Entry& entry : entries)
    if (entry.chart != except) entry.chart->setXRange(range);
  if (wasZoomed != range.has_value()) Q_EMIT q.zoomChanged(range.has_value());
  Q_EMIT q.viewChanged();
}

void ChartPanel::State::rangeChosen(std::optional<XRange> wanted, const MetricChart* by) {
  setRange(wanted, by);
  if (!wanted && leftTheEnd) {
    setFollowing(true);
  } else if (wanted && following && wanted->to < by->lastX()) {
    setFollowing(false);
    leftTheEnd = true;
  }
}

void ChartPanel::State::follow() {
  if (!range || !following || entries.empty()) return;
  const double newest = entries.front().chart->lastX();
  const double width = range->to - range->from;
  const double to = newest + width * 0.02;
  if (to > range->to) setRange(XRange{to - width, to});
}

void ChartPanel::State::setFollowing(bool on) {
  leftTheEnd = false;
  if (on == following) return;
  following = on;
  Q_EMIT q.followLiveChanged(on);
}

ChartPanel::ChartPanel(Theme& theme, QWidget* parent, Scope scope)
    : QWidget(parent), m_state(std::make_unique<State>(*this, theme, scope)) {
  setObjectName(scope == Scope::System ? "systemPanel" : "chartPanel");
  State& state = *m_state;
  state.column = new ChartColumn(ChartColumn::Edge::Flush, this);
  state.column->setFurtherHeight(furtherChartHeight);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(state.column);
  state.none = new QLabel(this);
  state.none->setObjectName(QStringLiteral("chartsNone"));
  state.none->setAlignment(Qt::AlignCenter);
  state.none->setProperty("role", "muted");
  layout->addWidget(state.none);
  state.arrange();
}

ChartPanel::~ChartPanel() = default;

void ChartPanel::setHistory(const JobPoints& all, qint64 startMs, double stepsPerEpoch, qint64 totalSteps) {
  State& state = *m_state;
  const JobPoints points = state.ours(all);
  clear();
  state.startMs = startMs;
  state.stepsPerEpoch = stepsPerEpoch;
  state.totalSteps = totalSteps;
  state.isLoaded = true;
  state.noteTags(points);
  state.keepEpochs(points);
  state.arrange();
  for (const auto& entry : state.entries) entry.chart->setHistory(points, startMs, stepsPerEpoch, totalSteps);
}

void ChartPanel::append(const JobPoints& all) {
  State& state = *m_state;
  const JobPoints points = state.ours(all);
  if (points.series.empty()) return;
  const qsizetype known = state.tags.size();
  state.noteTags(points);
  if (state.tags.size() != known) state.arrange();
  state.keepEpochs(points);
  for (const auto& entry : state.entries) entry.chart->append(points);
  state.follow();
}

void ChartPanel::replace(const JobPoints& all) {
  const JobPoints points = m_state->ours(all);
  for (const auto& entry : m_state->entries) entry.chart->replace(points);
}

PixelColumns ChartPanel::visibleSteps() const {
  return m_state->entries.empty() ? PixelColumns{} : m_state->entries.front().chart->visibleSteps();
}

void ChartPanel::clear() {
  State& state = *m_state;
  state.setRange(std::nullopt);
  state.epochs.points.clear();
  state.paintedWallMs = 0;
  state.startMs = 0;
  state.isLoaded = false;
  state.stepsPerEpoch = 0.0;
  state.totalSteps = 0;
  if (state.leftTheEnd) state.setFollowing(true);
  const bool isEmpty = std::exchange(state.tags, {}).isEmpty();
  for (const auto& entry : state.entries) {
    if (isEmpty)
      entry.chart->clear();  // it is one of those that wait, and to make a chart takes longer than to draw one
    else
      delete entry.chart;
  }
  if (isEmpty && !state.entries.empty()) return;
  state.entries.clear();
  state.arrange();
}

void ChartPanel::setOptions(const ChartOptions& options) {
  State& state = *m_state;
  if (options == state.options) return;
  const bool axisChanged = options.x != state.options.x;
  state.options = options;
  for (const auto& entry : state.entries) entry.chart->setOptions(options);
  if (axisChanged) state.setRange(std::nullopt);
  Q_EMIT viewChanged();
}

ChartOptions ChartPanel::options() const { return m_state->options; }

void ChartPanel::resetZoom() { m_state->rangeChosen(std::nullopt, nullptr); }

void ChartPanel::setAwaited(bool awaited) {
  if (std::exchange(m_state->awaited, awaited) == awaited) return;
  if (m_state->tags.isEmpty()) m_state->arrange();
  for (const auto& entry : m_state->entries) entry.chart->setAwaited(awaited);
}

void ChartPanel::setFollowLive(bool follow) {
  m_state->setFollowing(follow);
  m_state->follow();
}

bool ChartPanel::followsLive() const { return m_state->following; }

MetricChart* ChartPanel::currentChart() const {
  for (const auto& entry : m_state->entries)
    if (entry.chart->hasFocus()) return entry.chart;
  return m_state->entries.empty() ? nullptr : m_state->entries.front().chart;
}

bool ChartPanel::isZoomed() const { return m_state->range.has_value(); }

}  // namespace trainyard
