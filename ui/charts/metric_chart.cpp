// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/metric_chart.h"

#include <QCategoryAxis>
#include <QChart>
#include <QGraphicsLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLegend>
#include <QLineSeries>
#include <QPainter>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "ui/charts/metric_chart_state.h"

namespace trainyard {
namespace {

constexpr int cardMargin = 14;
constexpr int edge = 3;                // px that keep the plot's corners off the card's round ones
constexpr double leftGutter = 50.0;    // px for y labels
constexpr double rightGutter = 20.0;   // px for the half of the last x label
constexpr double bottomGutter = 24.0;  // px for x labels
constexpr double topGutter = 7.0;

}  // namespace

MetricChart::State::State(MetricChart& owner, Theme& appTheme, const ChartDescription& chartDescription)
    : q(owner), theme(appTheme), description(chartDescription), frameTimer(&owner) {
  auto* column = new QVBoxLayout(&q);
  column->setContentsMargins(edge, 8, edge, 6);
  column->setSpacing(0);
  buildHeader();
  column->addLayout(header);
  buildPlot();
  column->addWidget(view, 1);
  connectPlot();
  for (const ChartSeriesStyle& style : description.series) addLine(style);
  frameTimer.setObjectName("frameTimer");
  frameTimer.setSingleShot(true);
  frameTimer.setTimerType(Qt::PreciseTimer);
  QObject::connect(&frameTimer, &QTimer::timeout, &q, [this] { refresh(); });
  QObject::connect(&theme, &Theme::changed, &q, [this] { applyTheme(); });
  applyTheme();
}

void MetricChart::State::buildHeader() {
  header = new QHBoxLayout;
  header->setContentsMargins(cardMargin - edge, 0, cardMargin - edge, 0);
  header->setSpacing(6);
  title = new QLabel(description.title, &q);
  title->setFont(fontFor(TextRole::Strong));
  title->setObjectName("chartTitle");
  hint = new QLabel(&q);
  hint->setFont(fontFor(TextRole::Secondary));
  hint->setObjectName("chartHint");
  hint->setProperty("role", "hint");
  hint->setMinimumWidth(0);
  hint->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);  // gives way in a narrow chart
  hint->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  header->addWidget(title);
  header->addSpacing(4);
  header->addWidget(hint, 1);
}

void MetricChart::State::buildPlot() {
  chart = new QChart;
  chart->legend()->hide();
  chart->setBackgroundVisible(false);
  chart->setMargins(QMargins());
  chart->setAnimationOptions(QChart::NoAnimation);
  auto* anchor = new QLineSeries(chart);  // Qt Charts lays axes out for a series; the curves are drawn by the layer
  chart->addSeries(anchor);
  const auto makeAxis = [&](Qt::Alignment side) {
    auto* axis = new QCategoryAxis(chart);
    axis->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    axis->setLineVisible(false);
    axis->setLabelsFont(fontFor(TextRole::Secondary));
    axis->setTruncateLabels(false);
    chart->addAxis(axis, side);
    anchor->attachAxis(axis);
    return axis;
  };
  xAxis = makeAxis(Qt::AlignBottom);
  xAxis->setGridLineVisible(false);
  yAxis = makeAxis(Qt::AlignLeft);
  view = new PlotView(chart, &q);
  view->setObjectName("chartView");
  curves = new CurveLayer(chart);
  cross = new CrosshairItem(chart);
}

void MetricChart::State::connectPlot() {
  QObject::connect(view, &PlotView::pressed, &q, [this] { q.setFocus(Qt::MouseFocusReason); });
  QObject::connect(view, &PlotView::hovered, &q, [this](double share) { hover(share); });
  QObject::connect(view, &PlotView::hoverLeft, &q, [this] {
    q.setCrosshair(std::nullopt);
    Q_EMIT q.crosshairMoved(std::nullopt);
  });
  QObject::connect(view, &PlotView::bandChanged, &q, [this](const auto& shares) {
    const QRectF area = curves->plotArea();
    const auto px = [&](double share) { return area.left() + share * area.width(); };
    if (shares)
      cross->setBand(std::pair(px(shares->first), px(shares->second)));
    else
      cross->setBand(std::nullopt);
  });
  QObject::connect(view, &PlotView::zoomChosen, &q, [this](double from, double to) {
    const XRange seen = visibleRange();
    const double width = seen.to - seen.from;
    choose(XRange{seen.from + from * width, seen.from + to * width});
  });
  QObject::connect(view, &PlotView::wheelTurned, &q,
                   [this](double share, double steps) { zoomAround(share, std::pow(1.25, -steps)); });
  QObject::connect(view, &PlotView::panned, &q, [this](double share) { panBy(-share); });
  QObject::connect(view, &PlotView::resetChosen, &q, [this] { choose(std::nullopt); });
  QObject::connect(view, &PlotView::clicked, &q, [this](double share) {
    hover(share);
    chooseTime();
  });
  QObject::connect(view, &PlotView::resized, &q, [this] { placePlot(); });
  QObject::connect(view, &PlotView::frameDrawn, &q, [this] { frameDrawn(); });
}

void MetricChart::State::addLine(const ChartSeriesStyle& style) {
  auto line = std::make_unique<Line>();
  line->style = style;
  if (!description.ofManyRuns) addChip(*line);
  line->buffer.setSmoothing(options.smoothing);
  lines.push_back(std::move(line));
}

void MetricChart::State::addChip(Line& line) {
  const ChartSeriesStyle& style = line.style;
  line.chip = new LegendChip(theme, style.label, style.dashed, &q);
  line.chip->setObjectName("legend_" + style.tag);
  header->insertWidget(header->count() - 1, line.chip);
  QObject::connect(line.chip, &LegendChip::toggled, &q, [this] { schedule(); });
}

void MetricChart::State::applyTheme() {
  const Tokens& tokens = theme.tokens();
  const auto ink = [](QLabel* label, const QColor& color) {
    QPalette palette = label->palette();
    palette.setColor(QPalette::WindowText, color);
    label->setPalette(palette);
  };
  ink(title, tokens.text);
  ink(hint, tokens.muted);
  view->setBackgroundBrush(tokens.surface);
  for (QCategoryAxis* axis : {xAxis, yAxis}) {
    axis->setLabelsColor(tokens.muted);
    axis->setGridLinePen(QPen(tokens.grid, 1));
  }
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (lines[i]->chip != nullptr) lines[i]->chip->setColor(colorOf(i));
  cross->setTokens(tokens);
  q.update();
  schedule();
}

void MetricChart::State::choose(std::optional<XRange> wanted) {
  if (wanted) {
    const XRange all = timeline.whole();
    const double width = std::max(wanted->to - wanted->from, timeline.narrowest());
    if (width >= (all.to - all.from) * (1.0 - 1e-9)) {
      wanted.reset();
    } else {
      wanted->from = std::clamp(wanted->from, all.from, all.to - width);
      wanted->to = wanted->from + width;
    }
  }
  if (wanted == range) return;
  q.setXRange(wanted);
  Q_EMIT q.xRangeChosen(wanted);
}

void MetricChart::State::zoomAround(double share, double factor) {
  const XRange seen = visibleRange();
  const double width = seen.to - seen.from;
  const double zoomed = std::max(width * factor, timeline.narrowest());
  const double center = seen.from + share * width;
  choose(XRange{center - share * zoomed, center + (1.0 - share) * zoomed});
}

void MetricChart::State::panBy(double share) {
  if (!range) return;
  const double by = share * (range->to - range->from);
  choose(XRange{range->from + by, range->to + by});
}

void MetricChart::State::hover(double share) {
  const XRange seen = visibleRange();
  const double wanted = seen.from + share * (seen.to - seen.from);
  std::optional<double> snapped;
  for (const auto& line : lines) {
    if (!line->isShown()) continue;
    const auto index = line->buffer.nearest(wanted);
    if (!index) continue;
    const double x = line->buffer.x(*index);
    if (!snapped || std::abs(x - wanted) < std::abs(*snapped - wanted)) snapped = x;
  }
  if (snapped == crosshair) return;
  q.setCrosshair(snapped);
  Q_EMIT q.crosshairMoved(snapped);
}

/// Of the point that the crosshair stands on.
void MetricChart::State::chooseTime() {
  if (!crosshair) return;
  for (const auto& line : lines) {
    const auto index = line->isShown() ? line->buffer.nearest(*crosshair) : std::nullopt;
    if (index && line->buffer.x(*index) == *crosshair) {
      Q_EMIT q.timeChosen(line->buffer.wallMs(*index));
      return;
    }
  }
}

void MetricChart::State::placePlot() {
  const QRectF all(QPointF(0, 0), QSizeF(view->viewport()->size()));
  const QRectF area = all.adjusted(leftGutter, topGutter, -rightGutter, -bottomGutter);
  if (area.width() < 1 || area.height() < 1) return;
  chart->setPlotArea(area);
  chart->layout()->invalidate();  // or it would take itself for done
  chart->layout()->activate();  // now: the axes must not be a resize behind the curves
  curves->setPlotArea(area);
  cross->setPlotArea(area);
  schedule();
  Q_EMIT q.plotResized();
}

MetricChart::MetricChart(Theme& theme, const ChartDescription& description, QWidget* parent)
    : QFrame(parent), m_state(std::make_unique<State>(*this, theme, description)) {
  setFocusPolicy(Qt::StrongFocus);
  setObjectName("chart_" + description.title);
  setAccessibleName(tr("%1 chart").arg(description.title));
  setMinimumHeight(180);
}

MetricChart::~MetricChart() = default;

void MetricChart::setHistory(const JobPoints& points, qint64 startMs, double stepsPerEpoch, qint64 totalSteps) {
  clear();
  m_state->timeline.reset(startMs, stepsPerEpoch, totalSteps);
  append(points);
}

void MetricChart::append(const JobPoints& points) {
  m_state->take(points);
  m_state->schedule();
}

void MetricChart::replace(const JobPoints& points) {
  for (const SeriesPoints& series : points.series)
    for (const auto& line : m_state->lines)
      if (line->style.tag == series.tag) line->buffer.clear();
  append(points);
}

void MetricChart::clear() {
  for (const auto& line : m_state->lines)
    for (SeriesBuffer* buffer : {&line->buffer, &line->low, &line->high}) buffer->clear();
  m_state->timeline.reset(0, 0.0, 0);
  m_state->range.reset();
  m_state->axisEnd = 0.0;
  setCrosshair(std::nullopt);
  m_state->newestWallMs = m_state->frameWallMs = m_state->paintedWallMs = 0;
  m_state->schedule();
}

void MetricChart::setAwaited(bool awaited) {
  if (std::exchange(m_state->awaited, awaited) != awaited && !m_state->hasPoints()) m_state->schedule();
}

void MetricChart::addSeries(const ChartSeriesStyle& series) {
  m_state->addLine(series);
  m_state->applyTheme();
}

QStringList MetricChart::tags() const {
  QStringList tags;
  for (const auto& line : m_state->lines) tags << line->style.tag;
  return tags;
}

void MetricChart::setOptions(const ChartOptions& options) {
  State& state = *m_state;
  if (options == state.options) return;
  const bool axisChanged = options.x != state.options.x;
  state.options = options;
  state.timeline.setKind(options.x);
  for (const auto& line : state.lines) {
    line->buffer.setSmoothing(options.smoothing);
    if (axisChanged)
      for (SeriesBuffer* buffer : {&line->buffer, &line->low, &line->high}) buffer->remap(state.timeline);
  }
  if (axisChanged) {
    state.range.reset();
    state.axisEnd = 0.0;
    setCrosshair(std::nullopt);
  }
  state.schedule();
}

void MetricChart::setXRange(std::optional<XRange> range) {
  if (range == m_state->range) return;
  m_state->range = range;
  m_state->schedule();
}

void MetricChart::setCrosshair(std::optional<double> x) {
  if (x == m_state->crosshair) return;
  m_state->crosshair = x;
  m_state->updateReadout();
}

std::optional<XRange> MetricChart::xRange() const { return m_state->range; }
XRange MetricChart::wholeRange() const { return m_state->timeline.whole(); }
double MetricChart::lastX() const { return m_state->timeline.lastX(); }
bool MetricChart::hasData() const { return m_state->hasPoints(); }

void MetricChart::paintEvent(QPaintEvent*) {
  const Tokens& tokens = m_state->theme.tokens();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setBrush(tokens.surface);
  const bool ring = m_state->focusRing && hasFocus();
  painter.setPen(ring ? QPen(tokens.accent, 2) : QPen(tokens.line, 1));
  const double inset = ring ? 1.0 : 0.5;
  painter.drawRoundedRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset), 10, 10);
  if (m_state->dirty) m_state->schedule();  // it was scrolled into view
}

void MetricChart::showEvent(QShowEvent* event) {
  QFrame::showEvent(event);
  m_state->schedule();
}

void MetricChart::changeEvent(QEvent* event) {
  QFrame::changeEvent(event);
  if (event->type() == QEvent::FontChange && m_state) m_state->schedule();
}

void MetricChart::focusInEvent(QFocusEvent* event) {
  m_state->focusRing = event->reason() != Qt::MouseFocusReason;
  QFrame::focusInEvent(event);
  update();
}

void MetricChart::focusOutEvent(QFocusEvent* event) {
  QFrame::focusOutEvent(event);
  update();
}

void MetricChart::keyPressEvent(QKeyEvent* event) {
  State& state = *m_state;
  if (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier))
    return QFrame::keyPressEvent(event);
  const auto zoom = [&state](double factor) {
    const XRange seen = state.visibleRange();
    const double middle = state.crosshair ? (*state.crosshair - seen.from) / (seen.to - seen.from) : 0.5;
    state.zoomAround(middle >= 0.0 && middle <= 1.0 ? middle : 0.5, factor);
  };
  switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal: zoom(1 / 1.5); break;
    case Qt::Key_Minus: zoom(1.5); break;
    case Qt::Key_Left: state.panBy(-0.15); break;
    case Qt::Key_Right: state.panBy(0.15); break;
    case Qt::Key_0:
    case Qt::Key_Home: state.choose(std::nullopt); break;
    case Qt::Key_Return:
    case Qt::Key_Enter: state.chooseTime(); break;
    case Qt::Key_Escape:
      if (state.view->isDragging()) {
        state.view->cancelDrag();
        break;
      }
      return QFrame::keyPressEvent(event);
    default: return QFrame::keyPressEvent(event);
  }
  state.focusRing = true;
  update();
}

}  // namespace trainyard
