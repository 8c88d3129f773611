// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/log_interpreter.h"

#include <cmath>

#include "core/jobs/draft_checks.h"
#include "core/metrics/chart_groups.h"
#include "core/readers/cell.h"

namespace trainyard {
namespace {

constexpr int longestTag = 200;
constexpr int longestError = 300;

/// Steps of so many epochs; bounded, for noise may look like epochs and totals of any size.
qint64 stepsOf(qint64 epochs, qint64 length) {
  constexpr double most = 9.0e15;
  return qint64(std::clamp(double(epochs) * double(length), 0.0, most));
}

/// A step or a count that is told with decimals; nothing for what can be none.
std::optional<qint64> wholeIn(double value) { return stepIn(std::floor(value)); }

const QString epochTag = QStringLiteral("epoch");

}  // namespace

Result<LogInterpreter> LogInterpreter::make(qint64 epochs, const QString& pattern) {
  const auto checked = checkPattern(pattern);
  if (!checked) return tl::make_unexpected(checked.error());
  QRegularExpression compiled(*checked);
  compiled.optimize();
  return LogInterpreter(epochs, compiled);
}

std::optional<LogLine> LogInterpreter::matchPattern(const QByteArray& text) const {
  if (m_pattern.pattern().isEmpty()) return std::nullopt;
  const auto match = m_pattern.match(QString::fromUtf8(text));
  if (!match.hasMatch()) return std::nullopt;
  LogLine line;
  const auto number = [&match](const QString& group) {
    bool ok = false;
    const double value = match.captured(group).trimmed().toDouble(&ok);
    return ok ? std::optional(value) : std::nullopt;
  };
  for (const QString& group : m_pattern.namedCaptureGroups()) {
    if (group.isEmpty() || group == u"name") continue;
    const auto value = number(group);
    if (!value) continue;
    if (group == u"step") line.step = wholeIn(*value);
    else if (group == u"total") line.stepTotal = wholeIn(*value);
    else if (group == u"epoch") line.epoch = wholeIn(*value).has_value() ? value : std::nullopt;
    else if (group == u"epochs") line.epochTotal = wholeIn(*value);
    else if (group == u"value" && !match.captured(QStringLiteral("name")).isEmpty())
      line.values.push_back({match.captured(QStringLiteral("name")).trimmed(), *value});
    else line.values.push_back({group, *value});
  }
  return line;
}

void LogInterpreter::take(const QByteArray& raw, qint64 wallMs, bool trusted, JobPoints& out) {
  const QByteArray text = withoutControl(raw).trimmed();
  if (text.isEmpty()) return;
  if (!trusted && looksLikeError(text)) m_lastError = QString::fromUtf8(text).left(longestError);
  const auto matched = trusted ? std::nullopt : matchPattern(text);
  const LogLine line = matched ? *matched : parseLogLine(text, trusted);
  if (line.values.empty() && !line.hasPosition()) return;
  if (line.epochTotal && *line.epochTotal > 0) m_epochs = *line.epochTotal;
  if (line.bar && !takeBar(line)) return;
  if (!line.bar || line.step) place(line);
  for (const NamedValue& value : line.values) addPoint(out, normalizedTag(value.name), wallMs, value.value);
  if (line.epoch && !line.values.empty()) addPoint(out, epochTag, wallMs, *line.epoch);
  updateProgress(line, out.progress);
}

/// Whether the line, which has a bar, tells anything. Moves to the bar's step.
bool LogInterpreter::takeBar(const LogLine& line) {
  const BarAxis::Part part = m_bar.take(line);
  if (m_bar.epochsTold() > 0) m_epochs = m_bar.epochsTold();
  if (part == BarAxis::Part::Nothing) return false;
  if (part == BarAxis::Part::Beside || line.step) return true;
  // A bar without values counts anew where a run was resumed; the steps that lines tell do not.
  if (line.values.empty() && m_lastTold > 0 && m_bar.step() < m_step) return true;
  m_step = m_bar.step();
  m_sawStep = m_stepOfBar = true;
  return true;
}

/// Moves to the epoch that the line speaks of, and learns whether its steps are of the epoch or of the run.
void LogInterpreter::placeEpoch(const LogLine& line) {
  if (line.epoch) {
    if (!m_firstEpoch) m_firstEpoch = std::floor(*line.epoch);
    if (*line.epoch != std::floor(*line.epoch)) m_runSteps = true;  // who counts parts of epochs counts steps of the run
    m_epoch = line.epoch;
    if (!m_runSteps && !line.bar) m_bar.tellEpoch(*line.epoch, line.values.empty() && !line.step);
  }
  if (!line.step) return;
  const bool newEpoch = m_toldEpoch && m_epoch && std::floor(*m_epoch) > std::floor(*m_toldEpoch);
  if (newEpoch && !line.stepTotal) {
    if (*line.step > m_lastTold) m_runSteps = true;
    else if (m_epochLength == 0) m_epochLength = m_lastTold;
  }
  if (newEpoch && line.stepTotal && *line.step > m_lastTold && m_lastTold > 0 && *line.stepTotal != m_lastTold) m_runSteps = true;
  m_toldEpoch = m_epoch;
}

/// Moves to the step that the line speaks of.
void LogInterpreter::place(const LogLine& line) {
  placeEpoch(line);
  const qint64 before = m_step;
  if (line.step) {
    m_step = globalStep(line);
    m_lastTold = *line.step;
    m_sawStep = true;
    m_stepOfBar = false;
  } else if (const auto epoch = stepIn(line.epoch.value_or(-1.0)); !m_sawStep && epoch && !line.values.empty() && countsAnew(line)) {
    m_step = std::max(m_step + (m_step == 0 ? 0 : 1), *epoch);
  } else if (!m_sawStep && !line.values.empty() && countsAnew(line)) {
    ++m_step;
  } else if (m_stepOfBar && !line.values.empty()) {
    m_bar.use();
  }
  if (m_step != before) m_tagsAtStep.clear();
  for (const NamedValue& value : line.values) m_tagsAtStep.insert(normalizedTag(value.name));
}

/// Without steps in the log: a line that tells a series again begins the next step; others belong to the present one.
bool LogInterpreter::countsAnew(const LogLine& line) const {
  if (m_step == 0) return true;
  return std::any_of(line.values.begin(), line.values.end(),
                     [this](const NamedValue& value) { return m_tagsAtStep.contains(normalizedTag(value.name)); });
}

qint64 LogInterpreter::globalStep(const LogLine& line) {
  const qint64 told = *line.step;
  if (!m_epoch || m_runSteps) return told;
  if (line.stepTotal) m_epochLength = *line.stepTotal;
  constexpr double mostEpochs = 1.0e9;
  const auto done = qint64(std::clamp(std::floor(*m_epoch) - *m_firstEpoch, 0.0, mostEpochs));
  return stepsOf(done, m_epochLength) + told;
}

void LogInterpreter::updateProgress(const LogLine& line, Progress& progress) {
  const bool perEpoch = m_epoch && !m_runSteps;
  if (line.stepTotal && *line.stepTotal > 0) {
    m_total = perEpoch ? stepsOf(m_epochs, *line.stepTotal) : *line.stepTotal;
  } else if (line.bar && (m_stepOfBar || m_bar.isRuns())) {
    m_total = m_bar.totalSteps(m_epochs);
  } else if (!m_sawStep && m_epoch && m_epochs > 0) {
    m_total = m_epochs;
  }
  progress.step = m_step;
  progress.totalSteps = std::max(m_total, m_total > 0 ? m_step : 0);
  const bool fractional = m_epoch && *m_epoch != std::floor(*m_epoch);
  if (fractional) {
    progress.epoch = *m_epoch;
  } else if (const double done = m_bar.isRuns() ? m_bar.epochsDone(m_epochs) : 0.0; done > 0.0) {
    progress.epoch = done;
  } else if (m_epoch) {
    const double within = m_epochLength > 0 && !m_runSteps ? std::min(1.0, double(m_lastTold) / double(m_epochLength)) : 0.0;
    progress.epoch = *m_epoch - std::min(1.0, m_firstEpoch.value_or(0.0)) + (m_sawStep ? within : 1.0);
  }
}

void LogInterpreter::addPoint(JobPoints& out, const QString& tag, qint64 wallMs, double value) {
  if (tag.isEmpty() || tag.size() > longestTag) return;
  if (!m_tags.contains(tag)) {
    if (m_tags.size() >= mostTags) return;
    m_tags.insert(tag);
  }
  auto known = std::find_if(out.series.begin(), out.series.end(), [&tag](const SeriesPoints& series) { return series.tag == tag; });
  if (known == out.series.end()) known = out.series.insert(out.series.end(), {tag, {}});
  std::vector<Point>& points = known->points;
  if (!points.empty() && points.back().step == m_step)
    points.back() = {m_step, wallMs, value};
  else
    points.push_back({m_step, wallMs, value});
}

}  // namespace trainyard
