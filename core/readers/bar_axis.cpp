// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/bar_axis.h"

#include <algorithm>
#include <cmath>

#include "core/metrics/chart_groups.h"

namespace trainyard {
namespace {

// Beyond these a log is noise, and products of them would overflow.
constexpr qint64 longestBar = 1'000'000'000'000;
constexpr qint64 mostEpochs = 1'000'000;
constexpr qint64 lastStep = 9'000'000'000'000'000;

std::optional<qint64> wholeEpoch(const std::optional<double>& epoch) {
  if (!epoch || *epoch != std::floor(*epoch) || *epoch < 0.0 || *epoch > double(mostEpochs)) return std::nullopt;
  return qint64(*epoch);
}

bool isOfValidation(const LogLine& line) {
  return !line.values.empty() &&
         std::all_of(line.values.begin(), line.values.end(), [](const NamedValue& value) { return isValidation(value.name); });
}

}  // namespace

BarAxis::Part BarAxis::take(const LogLine& line) {
  const LogLine::Bar& bar = *line.bar;
  const bool valued = !line.values.empty();
  const Part other = valued ? Part::Beside : Part::Nothing;
  if (bar.evaluates || bar.total == 0 || std::max(bar.at, bar.total.value_or(1)) > longestBar) return other;
  if (bar.overEpochs) m_epochs = bar.total.value_or(0);
  const bool same = m_total > 0 && isSame(bar);
  if (isOfValidation(line) && !(same && hasTotal(bar) && bar.at >= m_at)) return other;
  if (!same && !takesOver(line)) return other;
  if (same && m_valued && !valued && (bar.at < m_at || m_wentBack)) {
    m_wentBack = m_wentBack || bar.at <= 1;
    return Part::Nothing;
  }
  if (!same) begin(bar);
  move(line);
  m_valued = m_valued || valued;
  return Part::Steps;
}

bool BarAxis::isSame(const LogLine::Bar& bar) const {
  if (bar.overEpochs != m_overEpochs) return false;
  if (bar.name == m_name) return !bar.name.isEmpty() || hasTotal(bar);
  return hasTotal(bar) && (bar.name.isEmpty() || m_name.isEmpty());  // a description that comes later
}

bool BarAxis::hasTotal(const LogLine::Bar& bar) const { return m_open ? !bar.total : bar.total == m_total; }

/// Whether another bar than the training's so far is the training's.
bool BarAxis::takesOver(const LogLine& line) const {
  const LogLine::Bar& bar = *line.bar;
  const bool valued = !line.values.empty();
  const bool over = m_at >= m_total;
  const bool idle = !m_valued && !m_used;
  const bool longer = !m_open && bar.total > m_total;
  if (m_total == 0) return true;
  if (bar.overEpochs) return idle && over && bar.at == 0;  // later it is an outer one
  if (m_overEpochs) return true;
  if (m_valued) return valued && (longer || (line.epoch && !m_named));
  if (valued) return !m_used || over || longer;
  return longer || (idle && over);  // what loaded the data had no values
}

void BarAxis::begin(const LogLine::Bar& bar) {
  if (m_valued || (m_used && !m_overEpochs)) {
    m_base = step();
    m_pass = 0;
    m_first.reset();
    m_told.reset();
  }
  m_name = bar.name;
  m_total = 0;
  m_overEpochs = bar.overEpochs;
  m_at = -1;
  m_valued = m_used = m_named = m_spans = m_wentBack = false;
}

void BarAxis::anchor(qint64 epoch) {
  if (m_first) return;
  m_first = epoch - m_pass;
  m_origin = std::clamp<qint64>(*m_first < 0 ? 1 : *m_first, 0, 1);
}

void BarAxis::tellEpoch(double epoch, bool heading) {
  const auto whole = wholeEpoch(epoch);
  if (!whole) return;
  anchor(*whole);
  if (m_spans) m_first = *whole - m_pass;
  m_told = whole;
  m_heading = heading;
}

/// In which pass the line is. An epoch in the bar's own description decides, else one told before it, else its going back.
qint64 BarAxis::passAt(const LogLine& line, bool back) {
  const auto own = wholeEpoch(line.epoch);
  const bool ended = m_at >= m_total;
  if (own) anchor(*own);
  const std::optional<qint64> told = own ? own : m_told;
  const qint64 wanted = told && !m_spans ? *told - *m_first : m_pass;
  if (wanted > m_pass) {
    const bool again = own || m_heading ? line.bar->at <= m_at || ended : false;
    if (m_at < 0 || back || again) return wanted;
    if (line.bar->at > m_at) {  // it went on where the epoch changed
      m_spans = true;
      *m_first += wanted - m_pass;
    }
    return m_pass;
  }
  if (own && !m_spans) return back ? wanted : m_pass;
  return back && (line.bar->at <= 1 || ended) ? m_pass + 1 : m_pass;
}

void BarAxis::move(const LogLine& line) {
  const LogLine::Bar& bar = *line.bar;
  const bool back = m_at >= 0 && (bar.at < m_at || m_wentBack);
  const qint64 pass = passAt(line, back);
  const qint64 length = m_open ? m_at : std::max({m_total, m_at, m_at < 0 ? bar.total.value_or(0) : 0});
  if (pass != m_pass) m_base = std::clamp<qint64>(m_base + (pass - m_pass) * std::max<qint64>(0, length), 0, lastStep);
  m_pass = pass;
  m_named = m_named || line.epoch.has_value();
  m_wentBack = false;
  m_at = bar.at;
  m_open = !bar.total;
  m_total = bar.total.value_or(std::max<qint64>({1, m_total, m_at}));
  if (!bar.name.isEmpty()) m_name = bar.name;
}

qint64 BarAxis::totalSteps(qint64 epochs) const {
  if (m_open && m_pass == 0) return 0;
  if (!perEpoch()) return m_base + m_total;
  return epochs > 0 && epochs <= mostEpochs ? m_base + std::max<qint64>(1, epochs - qint64(wholeEpochs())) * m_total : 0;
}

double BarAxis::epochsDone(qint64 epochs) const {
  const bool known = m_total > 0 && !(m_open && m_pass == 0);
  const double within = known ? std::min(1.0, double(std::max<qint64>(0, m_at)) / double(m_total)) : 0.0;
  if (m_overEpochs && m_pass == 0) return double(std::max<qint64>(0, m_at));
  if (m_spans) return epochs > 0 ? within * double(epochs) : wholeEpochs() + (m_at >= m_total ? 1.0 : 0.0);
  return perEpoch() ? wholeEpochs() + within : 0.0;
}

QJsonObject BarAxis::state() const {
  const auto valueOf = [](const std::optional<qint64>& number) { return number ? QJsonValue(*number) : QJsonValue(); };
  return {{QStringLiteral("name"), m_name},         {QStringLiteral("total"), m_total},
          {QStringLiteral("at"), m_at},             {QStringLiteral("base"), m_base},
          {QStringLiteral("pass"), m_pass},         {QStringLiteral("origin"), m_origin},
          {QStringLiteral("epochs"), m_epochs},     {QStringLiteral("first"), valueOf(m_first)},
          {QStringLiteral("told"), valueOf(m_told)}, {QStringLiteral("heading"), m_heading},
          {QStringLiteral("open"), m_open},
          {QStringLiteral("over_epochs"), m_overEpochs}, {QStringLiteral("valued"), m_valued},
          {QStringLiteral("used"), m_used},         {QStringLiteral("named"), m_named},
          {QStringLiteral("spans"), m_spans},       {QStringLiteral("went_back"), m_wentBack}};
}

void BarAxis::restore(const QJsonObject& state) {
  const auto optionalOf = [](const QJsonValue& value) { return value.isDouble() ? std::optional(value.toInteger()) : std::nullopt; };
  m_name = state[QLatin1String("name")].toString();
  m_total = state[QLatin1String("total")].toInteger();
  m_at = state[QLatin1String("at")].toInteger(-1);
  m_base = state[QLatin1String("base")].toInteger();
  m_pass = state[QLatin1String("pass")].toInteger();
  m_origin = state[QLatin1String("origin")].toInteger();
  m_epochs = state[QLatin1String("epochs")].toInteger();
  m_first = optionalOf(state[QLatin1String("first")]);
  m_told = optionalOf(state[QLatin1String("told")]);
  m_heading = state[QLatin1String("heading")].toBool();
  m_open = state[QLatin1String("open")].toBool();
  m_overEpochs = state[QLatin1String("over_epochs")].toBool();
  m_valued = state[QLatin1String("valued")].toBool();
  m_used = state[QLatin1String("used")].toBool();
  m_named = state[QLatin1String("named")].toBool();
  m_spans = state[QLatin1String("spans")].toBool();
  m_wentBack = state[QLatin1String("went_back")].toBool();
}

void BarAxis::goOn(qint64 step, qint64 at, qint64 total, const std::optional<double>& epoch) {
  if (total <= 0) return;
  m_total = total;
  m_at = at;
  m_base = std::max<qint64>(0, step - at);
  if (const auto whole = wholeEpoch(epoch)) anchor(*whole);
}

}  // namespace trainyard
