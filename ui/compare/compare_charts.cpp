// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_charts.h"

#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "core/metrics/series_spread.h"
#include "ui/charts/chart_column.h"
#include "ui/compare/compare_axis.h"

namespace trainyard {
namespace {

constexpr int fillMs = 150;  ///< what cannot be appended, and curves of which more are on their way, is drawn anew this often
constexpr int firstFillMs = 30;
constexpr int readMs = 150;  ///< after the last turn of the wheel
constexpr int gutters = 76;  ///< px of a chart that are beside its plot

QColor plainColor(const Tokens& tokens) { return tokens.accent; }

ChartSeriesStyle styleOf(const CompareLine& line) {
  ChartSeriesStyle style{line.key, line.label};
  style.color = [ink = line.ink](const Tokens& tokens) { return ink.color(tokens); };
  style.pattern = line.ink.pattern();
  return style;
}

}  // namespace

CompareCharts::CompareCharts(Theme& theme, JobService& jobs, CompareData& curves, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_jobs(jobs), m_data(curves) {
  setObjectName(QStringLiteral("compareCharts"));
  m_column = new ChartColumn(ChartColumn::Edge::Steady, this);  // a bar that comes must not have all curves read anew
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(m_column);
  for (QTimer* timer : {&m_fillTimer, &m_readTimer}) timer->setSingleShot(true);
  connect(&m_fillTimer, &QTimer::timeout, this, &CompareCharts::fillDue);
  connect(&m_readTimer, &QTimer::timeout, this, [this] {
    askResolution();
    readWindows();
  });
  connect(&curves, &CompareData::replaced, this, &CompareCharts::takeReplaced);
  connect(&curves, &CompareData::extended, this, &CompareCharts::takeExtended);
}

QString CompareCharts::titleOf(const QString& tag) {
  const QList<ChartGroup> groups = chartGroups({tag});
  if (groups.isEmpty()) return tag;
  const ChartGroup& group = groups.front();
  if (const QString split = seriesLabel(tag, group); split != tag) return group.title + QStringLiteral(" · ") + split;
  return group.title == group.key ? tag : group.title;
}

void CompareCharts::setLines(const QList<CompareLine>& lines) {
  if (lines == m_lines) return;
  m_lines = lines;
  rebuild();
}

void CompareCharts::rebuild() {
  for (const Entry& entry : m_entries) delete entry.chart;
  m_entries.clear();
  m_due.clear();
  m_isBlank = true;
  arrange();
}

QStringList CompareCharts::tags() const {
  QStringList tags;
  for (const Entry& entry : m_entries) tags << entry.tag;
  return tags;
}

void CompareCharts::arrange() {
  QStringList tags;
  for (const CompareLine& line : std::as_const(m_lines))
    for (const JobId id : line.jobs)
      for (const QString& tag : m_data.tags(id))
        if (!tags.contains(tag)) tags << tag;
  tags.sort();
  m_known = QSet<QString>(tags.begin(), tags.end());
  QStringList wanted;
  for (const ChartGroup& group : chartGroups(tags)) wanted << group.tags;
  if (wanted.isEmpty() && !m_lines.isEmpty()) wanted << QStringLiteral("train/loss");  // waits for its first point
  if (wanted == this->tags()) return;
  std::vector<Entry> entries;
  for (const QString& tag : wanted) {
    const auto known = std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& entry) { return entry.tag == tag; });
    if (known != m_entries.end()) {
      entries.push_back(*known);
      m_entries.erase(known);
    } else {
      entries.push_back({tag, makeChart(tag)});
    }
  }
  for (const Entry& gone : m_entries) delete gone.chart;
  m_entries = std::move(entries);
  std::vector<MetricChart*> charts;
  for (const Entry& entry : m_entries) {
    entry.chart->setVisible(!m_hiddenTags.contains(entry.tag));
    charts.push_back(entry.chart);
  }
  m_column->setCharts(charts);
  Q_EMIT tagsChanged();
}

void CompareCharts::arrangeFor(JobId id) {
  const QStringList tags = m_data.tags(id);
  if (!std::all_of(tags.begin(), tags.end(), [this](const QString& tag) { return m_known.contains(tag); })) arrange();
}

void CompareCharts::setHiddenTags(const QSet<QString>& tags) {
  m_hiddenTags = tags;
  for (const Entry& entry : m_entries) entry.chart->setVisible(!tags.contains(entry.tag));
  m_column->shareHeight();
}

MetricChart* CompareCharts::makeChart(const QString& tag) {
  const MetricKind kind = metricKind(tag);
  ChartDescription description{titleOf(tag), plainColor, false, {}};
  description.percent = kind == MetricKind::Accuracy && chartGroups({tag}).value(0).percent;
  description.ofManyRuns = true;
  description.ofMeans = isValidation(tag);
  description.lowestIsBest = kind == MetricKind::Loss;
  for (const CompareLine& line : std::as_const(m_lines)) description.series << styleOf(line);
  auto* chart = new MetricChart(m_theme, description, m_column->widget());
  chart->setObjectName(QStringLiteral("compareChart_") + tag);
  chart->setOptions(m_options);
  for (const QString& key : std::as_const(m_hidden)) chart->setSeriesShown(key, false);
  connect(chart, &MetricChart::xRangeChosen, this, [this, chart](const auto& wanted) { setRange(wanted, chart); });
  connect(chart, &MetricChart::crosshairMoved, this, [this, chart](const auto& x) {
    for (const Entry& entry : m_entries)
      if (entry.chart != chart) entry.chart->setCrosshair(x);
  });
  restart({tag, chart});
  return chart;
}

/// Takes the chart's axis and all of its points anew.
void CompareCharts::restart(const Entry& entry) {
  qint64 end = 0;
  for (const CompareLine& line : std::as_const(m_lines))
    for (const JobId id : line.jobs)
      if (const Job* job = m_jobs.job(id)) end = std::max(end, CompareAxis(*job, m_options.x, nullptr).plannedEnd());
  entry.chart->setHistory({}, 0, m_options.x == XAxisKind::Epoch ? CompareAxis::stepsPerEpoch : 0.0, end);
  for (const CompareLine& line : std::as_const(m_lines)) fill(entry, line);
  entry.chart->setXRange(m_range);
}

SeriesPoints CompareCharts::mapped(JobId id, const QString& tag) const {
  const Job* job = m_jobs.job(id);
  const SeriesPoints* series = job == nullptr ? nullptr : m_data.series(id, tag);
  if (series == nullptr) return {tag, {}};
  return CompareAxis(*job, m_options.x, m_data.series(id, QStringLiteral("epoch"))).mapped(*series);
}

void CompareCharts::fill(const Entry& entry, const CompareLine& line) {
  std::vector<SeriesPoints> members;
  for (const JobId id : line.jobs) {
    SeriesPoints points = mapped(id, entry.tag);
    if (!points.points.empty()) members.push_back(std::move(points));
  }
  if (members.empty()) return;
  if (line.jobs.size() == 1) {
    members.front().tag = line.key;
    entry.chart->replace({{}, {members.front()}, {}});
    return;
  }
  std::vector<const SeriesPoints*> runs;
  for (const SeriesPoints& member : members) runs.push_back(&member);
  SeriesSpread spread = spreadOf(runs);
  spread.mean.tag = line.key;
  entry.chart->replace({{}, {spread.mean}, {}});
  entry.chart->setBand(line.key, spread.range);
}

const CompareLine* CompareCharts::lineOf(JobId id) const {
  const auto line = std::find_if(m_lines.begin(), m_lines.end(), [&](const CompareLine& one) { return one.jobs.contains(id); });
  return line == m_lines.end() ? nullptr : &*line;
}

void CompareCharts::takeReplaced(JobId id) {
  const CompareLine* line = lineOf(id);
  if (line == nullptr) return;
  arrangeFor(id);
  // Many jobs' curves come one after the other, and each would have all of them drawn again.
  fillLater(line->key);
  if (line->jobs.size() == 1 && !m_data.isLoading()) fillDue();
}

void CompareCharts::takeExtended(const JobPoints& points) {
  const CompareLine* line = lineOf(points.job);
  const Job* job = m_jobs.job(points.job);
  if (line == nullptr || job == nullptr) return;
  arrangeFor(points.job);
  const CompareAxis axis(*job, m_options.x, nullptr);
  if (line->jobs.size() > 1 || axis.mayShift()) return fillLater(line->key);
  for (const SeriesPoints& series : points.series) {
    const auto entry = std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& one) { return one.tag == series.tag; });
    if (entry == m_entries.end()) continue;
    SeriesPoints mine = axis.mapped(series);
    mine.tag = line->key;
    entry->chart->append({{}, {mine}, {}});
  }
}

void CompareCharts::fillLater(const QString& key) {
  m_due.insert(key);
  if (!m_fillTimer.isActive()) m_fillTimer.start(m_isBlank ? firstFillMs : fillMs);
}

void CompareCharts::fillDue() {
  m_fillTimer.stop();
  m_isBlank = false;
  const QSet<QString> due = std::exchange(m_due, {});
  for (const CompareLine& line : std::as_const(m_lines))
    if (due.contains(line.key))
      for (const Entry& entry : m_entries) fill(entry, line);
}

void CompareCharts::setRange(std::optional<XRange> range, const MetricChart* except) {
  m_range = range;
  for (const Entry& entry : m_entries)
    if (entry.chart != except) entry.chart->setXRange(range);
  m_readTimer.start(readMs);
}

/// Tells which steps of each job are seen, with as much again on either side, so that a small move needs no reading.
void CompareCharts::readWindows() {
  QHash<JobId, StepRange> windows;
  if (m_range)
    for (const CompareLine& line : std::as_const(m_lines))
      for (const JobId id : line.jobs) {
        const Job* job = m_jobs.job(id);
        const SeriesPoints* longest = nullptr;
        for (const QString& tag : m_data.tags(id)) {
          const SeriesPoints* series = m_data.series(id, tag);
          if (longest == nullptr || series->points.size() > longest->points.size()) longest = series;
        }
        if (job == nullptr || longest == nullptr) continue;
        const CompareAxis axis(*job, m_options.x, m_data.series(id, QStringLiteral("epoch")));
        const double margin = (m_range->to - m_range->from) / 2;
        const qint64 from = std::max<qint64>(0, axis.stepAt(m_range->from - margin, *longest));
        const qint64 to = axis.stepAt(m_range->to + margin, *longest);
        if (to > from) windows.insert(id, {from, to});
      }
  m_data.setWindows(windows);
}

void CompareCharts::askResolution() {
  const int columns = std::max(200, static_cast<int>((width() - gutters) * devicePixelRatioF()));
  m_data.setResolution((columns + 99) / 100 * 100, m_options.smoothing);  // a few px more need no reading
}

void CompareCharts::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  m_readTimer.start(readMs);
}

void CompareCharts::setOptions(const ChartOptions& options) {
  if (options == m_options) return;
  const bool axisChanged = options.x != m_options.x;
  m_options = options;
  if (axisChanged) m_range.reset();
  for (const Entry& entry : m_entries) {
    entry.chart->setOptions(options);
    if (axisChanged) restart(entry);
  }
  m_readTimer.start(readMs);
}

void CompareCharts::setHidden(const QSet<QString>& keys) {
  const QSet<QString> before = std::exchange(m_hidden, keys);
  for (const Entry& entry : m_entries)
    for (const CompareLine& line : std::as_const(m_lines))
      if (before.contains(line.key) != keys.contains(line.key)) entry.chart->setSeriesShown(line.key, !keys.contains(line.key));
}

std::pair<MetricChart*, QString> CompareCharts::currentChart() const {
  std::pair<MetricChart*, QString> first{nullptr, {}};
  for (const Entry& entry : m_entries) {
    if (entry.chart->hasFocus()) return {entry.chart, entry.tag};
    if (first.first == nullptr && !m_hiddenTags.contains(entry.tag)) first = {entry.chart, entry.tag};
  }
  return first;
}

void CompareCharts::resetZoom() { setRange(std::nullopt, nullptr); }

}  // namespace trainyard
