// SPDX-License-Identifier: GPL-3.0-or-later
// What a frame of a chart shows: ranges, ticks, curves, the box of values.
#include <QCategoryAxis>
#include <QChart>
#include <QLabel>
#include <QLocale>
#include <QSignalBlocker>
#include <algorithm>
#include <cmath>

#include "core/base/format.h"
#include "ui/charts/metric_chart_state.h"

namespace trainyard {
namespace {

constexpr int frameMs = 16;
constexpr std::size_t fewValidationPoints = 200;
constexpr double pxPerXTick = 110.0;
constexpr double pxPerYTick = 28.0;

double axisPosition(const AxisScale& scale, double value) { return scale.log ? std::log10(value) : value; }

/// Gives the axis its range, and its ticks where they changed.
void updateAxis(QCategoryAxis& axis, const AxisScale& scale, QList<Tick>& present) {
  const double from = axisPosition(scale, scale.from);
  const double to = axisPosition(scale, scale.to);
  if (scale.ticks != present) {
    present = scale.ticks;
    QSignalBlocker quiet(axis);
    for (const QString& label : axis.categoriesLabels()) axis.remove(label);
    if (!present.isEmpty()) axis.setStartValue(axisPosition(scale, present.first().value));
    for (const Tick& tick : present) {
      if (&tick == &present.constLast()) quiet.unblock();  // one layout at the end instead of one for each tick
      axis.append(tick.label, axisPosition(scale, tick.value));
    }
  }
  axis.setRange(from, to);
}

}  // namespace

void MetricChart::State::schedule() {
  dirty = true;
  if (!q.isVisible() || frameTimer.isActive()) return;
  const qint64 since = sinceFrame.isValid() ? sinceFrame.elapsed() : frameMs;
  frameTimer.start(static_cast<int>(std::clamp<qint64>(frameMs - since, 0, frameMs)));
}

void MetricChart::State::refresh() {
  if (!dirty || !q.isVisible() || q.visibleRegion().isEmpty()) return;  // painting asks again
  dirty = false;
  sinceFrame.start();
  const XRange seen = visibleRange();
  const Tokens& tokens = theme.tokens();
  CurveScene scene;
  scene.x = xScale(options.x, seen, std::max(2, static_cast<int>(curves->plotArea().width() / pxPerXTick)));
  scene.y = fittedY(seen);
  scene.warning = tokens.red;
  scene.muted = tokens.muted;
  scene.ground = tokens.surface;
  bool anyFinite = false;
  // Training lies over validation in the legend's order, so it is drawn last.
  for (std::size_t i = lines.size(); i-- > 0;) {
    const Line& line = *lines[i];
    if (line.isShown()) {
      scene.series.push_back({&line.buffer, colorOf(i), line.style.dashed, isSmoothed(line)});
      scene.series.back().pattern = line.style.pattern;
      if (!line.low.isEmpty()) scene.series.back().band = {&line.low, &line.high};
    }
    anyFinite = anyFinite || line.buffer.summary(0, line.buffer.size(), false).min != StretchSummary::none;
  }
  if (!hasPoints())
    scene.message = awaited ? MetricChart::tr("Waiting for the first point") : MetricChart::tr("No point was logged");
  else if (!anyFinite)
    scene.message = MetricChart::tr("No value is a finite number");
  else if (isAtOnePlace()) {
    scene.series.clear();
    scene.message = options.x == XAxisKind::Time ? MetricChart::tr("Its values tell no times: choose x: Step") : MetricChart::tr("Its values tell no epochs: choose x: Step");
  }
  if (description.ofManyRuns) thin(scene);
  updateAxes(scene.x, scene.y);
  frameWallMs = newestWallMs;
  drawingsBefore = curves->drawings();
  curves->setScene(std::move(scene));
  updateHint();
  updateReadout();
  updateAccessibility();
}

void MetricChart::State::frameDrawn() {
  if (frameWallMs <= paintedWallMs || curves->drawings() == drawingsBefore) return;
  paintedWallMs = frameWallMs;
  // Queued: told when the frame has left for the screen, and never in the midst of a paint event.
  QMetaObject::invokeMethod(&q, [chartPtr = &q, wallMs = paintedWallMs] { Q_EMIT chartPtr->painted(wallMs); },
                            Qt::QueuedConnection);
}

XRange MetricChart::State::visibleRange() const {
  if (range) return *range;
  const XRange all = timeline.whole();
  return {all.from, std::max(all.to, axisEnd)};
}

void MetricChart::State::take(const JobPoints& points) {
  const XRange before = timeline.whole();
  const qint64 remapFrom = timeline.extend(points);
  leaveRoom(before);
  if (remapFrom >= 0 && options.x == XAxisKind::Epoch)
    for (const auto& line : lines) line->buffer.remap(timeline, remapFrom);
  for (const SeriesPoints& series : points.series) {
    for (const auto& line : lines) {
      if (line->style.tag != series.tag || series.points.empty()) continue;
      line->buffer.append(series.points, timeline, series.smoothed);
      newestWallMs = std::max(newestWallMs, series.points.back().wallMs);
    }
  }
}

/// The axis of a run whose end nobody knows goes on a little beyond its newest point, so that the scale does not change with
/// each, and what is drawn can stay.
void MetricChart::State::leaveRoom(const XRange& before) {
  const XRange all = timeline.whole();
  const double room = (all.to - all.from) / 64;
  const double grown = all.to - before.to;
  if (grown > 0.0 && all.to > axisEnd) axisEnd = grown < room ? all.to + room : all.to;
}

/// On an axis of times or recorded epochs the steps of the points around the edges.
XRange MetricChart::State::visibleSteps() const {
  const XRange seen = visibleRange();
  if (options.x == XAxisKind::Step) return seen;
  if (const double perEpoch = timeline.stepsPerEpoch(); options.x == XAxisKind::Epoch && perEpoch > 0.0) return {seen.from * perEpoch, seen.to * perEpoch};
  XRange steps{INFINITY, -INFINITY};
  for (const auto& line : lines) {
    const SeriesBuffer& buffer = line->buffer;
    if (buffer.isEmpty()) continue;
    const std::size_t first = buffer.lowerBound(seen.from);
    const std::size_t end = buffer.upperBound(seen.to);
    steps.from = std::min(steps.from, static_cast<double>(buffer.step(first > 0 ? first - 1 : 0)));
    steps.to = std::max(steps.to, static_cast<double>(buffer.step(std::min(end, buffer.size() - 1))));
  }
  return steps.to > steps.from ? steps : XRange{0.0, 1.0};
}

PixelColumns MetricChart::visibleSteps() const {
  const XRange steps = m_state->visibleSteps();
  const double pixels = m_state->curves->plotArea().width() * devicePixelRatioF();
  return {steps.from, steps.to, std::max(1, static_cast<int>(pixels))};
}

bool MetricChart::State::isSmoothed(const Line& line) const {
  return options.smoothing > 0.0 && (!(line.style.dashed || description.ofMeans) || line.buffer.size() >= fewValidationPoints);
}

/// Whether all that would be drawn is one upright stroke.
bool MetricChart::State::isAtOnePlace() const {
  if (options.x == XAxisKind::Step) return false;
  bool isStroke = false;
  for (const auto& line : lines) {
    const SeriesBuffer& buffer = line->buffer;
    if (buffer.size() < 2) continue;
    if (buffer.x(0) != buffer.x(buffer.size() - 1)) return false;
    isStroke = true;
  }
  return isStroke;
}

bool MetricChart::State::hasPoints() const {
  return std::any_of(lines.begin(), lines.end(), [](const auto& line) { return !line->buffer.isEmpty(); });
}

AxisScale MetricChart::State::fittedY(const XRange& seen) {
  double min = INFINITY;
  double max = -INFINITY;
  double minPositive = INFINITY;
  double maxOfAll = -INFINITY;
  for (const auto& line : lines) {
    const SeriesBuffer& buffer = line->buffer;
    const StretchSummary all = buffer.summary(0, buffer.size(), false);
    if (all.max != StretchSummary::none) maxOfAll = std::max(maxOfAll, buffer.value(all.max));
    if (!line->isShown()) continue;
    const std::size_t first = buffer.lowerBound(seen.from);
    const StretchSummary part = buffer.summary(first, buffer.upperBound(seen.to), false);
    if (part.min == StretchSummary::none) continue;
    min = std::min(min, buffer.value(part.min));
    max = std::max(max, buffer.value(part.max));
    if (part.minPositive != StretchSummary::none) minPositive = std::min(minPositive, buffer.value(part.minPositive));
    // The average comes from what is not seen, and from there on stays between its first value and what is seen.
    if (const double average = isSmoothed(*line) ? buffer.smoothed(first) : INFINITY; std::isfinite(average)) {
      min = std::min(min, average);
      max = std::max(max, average);
      if (average > 0.0) minPositive = std::min(minPositive, average);
    }
    for (const SeriesBuffer* edge : {&line->low, &line->high}) {
      const StretchSummary reach = edge->summary(edge->lowerBound(seen.from), edge->upperBound(seen.to), false);
      if (reach.min == StretchSummary::none) continue;
      min = std::min(min, edge->value(reach.min));
      max = std::max(max, edge->value(reach.max));
    }
  }
  constexpr double rounding = 1e-12;  // of averages of values that are all the same: no height
  if (min < max && max - min <= rounding * std::max(std::abs(min), std::abs(max))) min = max;
  // "Accuracy" is written as a share by most programs and as 0..100 by some.
  sharesOfOne = description.percent && !(maxOfAll > 1.5);
  const int ticks = std::max(2, static_cast<int>(curves->plotArea().height() / pxPerYTick));
  nothingPositive = options.logY && min <= max && !(minPositive <= max);
  if (options.logY && minPositive <= max) {
    AxisScale scale = logScale(minPositive, max, ticks);
    if (sharesOfOne)
      for (Tick& tick : scale.ticks) tick.label = tickText(tick.value * 100, std::min(tick.value * 100, 1.0)) + u'%';
    return scale;
  }
  if (sharesOfOne) {
    const bool whole = !range || !(min <= max);
    if (!whole) return percentScale(min, max, ticks);
    return percentScale(std::min(min, 0.0), std::max(max, 1.0), std::min(ticks, 4));
  }
  return min <= max ? linearScale(min, max, ticks) : linearScale(0.0, 1.0, ticks);
}

void MetricChart::State::updateAxes(const AxisScale& x, const AxisScale& y) {
  const bool shown = hasPoints();
  if (yAxis->labelsVisible() != shown) {
    xAxis->setLabelsVisible(shown);
    yAxis->setLabelsVisible(shown);
    yAxis->setGridLineVisible(shown);
  }
  updateAxis(*xAxis, x, xTicks);
  updateAxis(*yAxis, y, yTicks);
}

QString MetricChart::State::heading(const Line& line, std::size_t index) const {
  const qint64 step = line.buffer.step(index);
  if (description.ofManyRuns && options.x != XAxisKind::Step) {  // their steps are no measure of each other
    const double x = line.buffer.x(index);
    return options.x == XAxisKind::Time ? timeTickText(x, x < 10 ? 0.1 : 1.0) : MetricChart::tr("epoch %1").arg(x, 0, 'f', x < 1.0 ? 2 : 1);
  }
  const QString stepText = MetricChart::tr("step %1").arg(tickText(static_cast<double>(step), 1.0));
  if (options.x == XAxisKind::Time) {
    const double seconds = static_cast<double>(line.buffer.wallMs(index) - timeline.startMs()) / 1000.0;
    return stepText + QStringLiteral(" · ") + timeTickText(seconds, seconds < 10 ? 0.1 : 1.0);
  }
  const double epoch = timeline.epoch(step);
  if (std::isnan(epoch)) return stepText;
  const QString epochText = QString::number(epoch, 'f', epoch < 1.0 ? 2 : 1);
  return stepText + QStringLiteral(" · ") + MetricChart::tr("epoch %1").arg(epochText);
}

QString MetricChart::State::valueText(double value) const {
  if (sharesOfOne && std::isfinite(value)) return QString::number(value * 100.0, 'f', 2) + u'%';
  return metricText(value);
}

void MetricChart::State::updateReadout() {
  if (!crosshair || !hasPoints() || curves->plotArea().isEmpty()) return cross->setReadout(std::nullopt);
  const XRange seen = visibleRange();
  if (*crosshair < seen.from || *crosshair > seen.to) return cross->setReadout(std::nullopt);
  Readout readout;
  readout.x = curves->toPixel(*crosshair, 1.0).x();
  const Line* newest = nullptr;
  std::size_t newestIndex = 0;
  std::vector<double> values;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Line& line = *lines[i];
    const auto index = line.isShown() ? line.buffer.atOrBefore(*crosshair) : std::nullopt;
    if (!index || (description.ofManyRuns && isPast(line, *crosshair))) continue;
    const double value = line.buffer.value(*index);
    ReadoutRow row{colorOf(i), line.style.label, {}, valueText(value), {}};
    const double shown = isSmoothed(line) ? line.buffer.smoothed(*index) : value;
    if (isSmoothed(line) && std::isfinite(shown)) row.smoothed = QStringLiteral("~") + valueText(shown);
    const double spotX = line.buffer.x(*index);
    if (std::isfinite(shown) && spotX >= seen.from && !(curves->curves().y.log && shown <= 0))
      row.spot = curves->toPixel(spotX, shown);
    readout.rows.push_back(row);
    values.push_back(shown);
    if (!newest || line.buffer.step(*index) > newest->buffer.step(newestIndex)) {
      newest = &line;
      newestIndex = *index;
    }
  }
  if (newest) readout.heading = heading(*newest, newestIndex);
  if (description.ofManyRuns) rank(readout, std::move(values));
  cross->setReadout(std::move(readout));
}

void MetricChart::State::updateHint() {
  QString text = MetricChart::tr("drag to zoom · double-click to reset");
  if (nothingPositive) text = MetricChart::tr("nothing above zero here: linear axis");
  if (!hasPoints()) text.clear();
  if (hint->text() != text) hint->setText(text);
}

void MetricChart::State::updateAccessibility() {
  QStringList latest;
  for (const auto& line : lines) {
    const SeriesBuffer& buffer = line->buffer;
    if (!buffer.isEmpty()) latest << line->style.label + u' ' + valueText(buffer.value(buffer.size() - 1));
  }
  const QString none = awaited ? MetricChart::tr("No values yet") : MetricChart::tr("No point was logged");
  const QString text = latest.isEmpty() ? none : MetricChart::tr("Latest values: %1").arg(latest.join(QStringLiteral(", ")));
  if (text != q.accessibleDescription()) q.setAccessibleDescription(text);
}

QColor MetricChart::State::colorOf(std::size_t index) const {
  const Tokens& tokens = theme.tokens();
  const ChartSeriesStyle& style = lines[index]->style;
  if (style.color) return style.color(tokens);
  std::size_t place = 0;  // among the series of the same kind
  for (std::size_t i = 0; i < index; ++i) place += lines[i]->style.dashed == style.dashed ? 1 : 0;
  const QColor own = description.color(tokens);
  const std::array palette{own, tokens.accent, tokens.green, tokens.amber, tokens.red, tokens.grey};
  QColor color = palette[place % palette.size()];
  if (!style.faint) return color;
  const auto mixed = [&](float a, float b) { return a * 0.68F + b * 0.32F; };
  return QColor::fromRgbF(mixed(color.redF(), tokens.surface.redF()), mixed(color.greenF(), tokens.surface.greenF()),
                          mixed(color.blueF(), tokens.surface.blueF()));
}

QStringList MetricChart::crosshairTexts() const {
  const auto& readout = m_state->cross->readout();
  if (!readout) return {};
  QStringList texts{readout->heading};
  for (const ReadoutRow& row : readout->rows) {
    QString text = row.value.isEmpty() ? row.label : row.label + u' ' + row.value;
    if (!row.smoothed.isEmpty()) text += u' ' + tr("(smoothed %1)").arg(row.smoothed.mid(1));
    texts << text;
  }
  return texts;
}

}  // namespace trainyard
