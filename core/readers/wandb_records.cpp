// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/wandb_records.h"

#include <QCoreApplication>

#include "core/readers/cell.h"
#include "core/readers/facts_state.h"
#include "core/readers/json_scanner.h"
#include "core/readers/known_facts.h"
#include "core/readers/protobuf_wire.h"

namespace trainyard {
namespace {

using Type = WireReader::Type;
using Item = WandbRecords::Item;

constexpr qsizetype longestKey = 4 * RunSource::longestTag;

/// HistoryItem, ConfigItem, StatsItem: key = 1, nested_key = 2 (repeated), value_json = 16. The key is no copy where it is in one piece.
Item itemOf(QByteArrayView message) {
  Item item;
  WireReader reader(message);
  while (reader.next()) {
    if (reader.type() != Type::Bytes) continue;
    const QByteArrayView bytes = reader.bytes().first(std::min(reader.bytes().size(), longestKey));
    if (reader.field() == 16) {
      item.json = trimmed(reader.bytes());
    } else if ((reader.field() == 1 || reader.field() == 2) && item.key.isEmpty()) {
      item.key = QByteArray::fromRawData(bytes.data(), bytes.size());
    } else if (reader.field() == 2 && item.key.size() < longestKey) {
      item.key.append('.').append(bytes);
    }
  }
  return item;
}

/// A google.protobuf.Timestamp in ms; 0 where it is none.
qint64 timeOf(QByteArrayView message) {
  WireReader reader(message);
  qint64 seconds = 0, nanos = 0;
  while (reader.next()) {
    if (reader.is(1, Type::Varint)) seconds = reader.integer();
    if (reader.is(2, Type::Varint)) nanos = reader.integer();
  }
  constexpr qint64 latest = 253'402'300'800;
  return seconds > 0 && seconds < latest && nanos >= 0 && nanos < 1'000'000'000 ? seconds * 1'000 + nanos / 1'000'000 : 0;
}

/// JSON has no word for what is no number; some writers put it in quotes.
std::optional<double> numberOf(QByteArrayView json) {
  if (json == "\"NaN\"" || json == "\"Infinity\"" || json == "\"-Infinity\"") json = json.sliced(1).chopped(1);
  return numberIn(json);
}

QString textOf(QByteArrayView json) {
  if (!json.startsWith('"')) return QString::fromUtf8(json);
  JsonScanner scanner(json);
  return scanner.next() == JsonScanner::Token::Text ? QString::fromUtf8(scanner.text()) : QString::fromUtf8(json);
}

/// Pictures, tables and histograms are objects that say so.
bool isMedia(QByteArrayView json) {
  bool found = false;
  eachLeaf({}, json, [&found](QByteArrayView path, QByteArrayView) { found = found || path == "_type"; });
  return found;
}

}  // namespace

void eachLeaf(QByteArrayView key, QByteArrayView json, const std::function<void(QByteArrayView path, QByteArrayView json)>& take) {
  using Token = JsonScanner::Token;
  if (!json.startsWith('{')) return take(key, json);
  JsonScanner scanner(json);
  QByteArray path = key.toByteArray();
  std::vector<qsizetype> outer;  // of each open object, how long its name is
  qint64 begin = 0;
  for (Token token = scanner.next(); token != Token::End && token != Token::Error; token = scanner.next()) {
    if (token == Token::Key) {
      path.truncate(outer.back());
      if (!path.isEmpty()) path += '.';
      path += scanner.text().first(std::clamp<qsizetype>(longestKey - path.size(), 0, scanner.text().size()));
      begin = scanner.offset();
    } else if (token == Token::ObjectBegin) {
      outer.push_back(path.size());
    } else if (token == Token::ObjectEnd) {
      path.truncate(outer.back());
      outer.pop_back();
    } else if (scanner.skip(token)) {
      take(path, trimmed(json.sliced(begin, scanner.offset() - begin)));
    }
  }
}

bool WandbRecords::take(QByteArrayView record, qint64 nowMs) {
  WireReader reader(record);
  while (reader.next()) {
    if (reader.type() != Type::Bytes) continue;
    switch (reader.field()) {
      case 2: takeHistory(reader.bytes(), nowMs); break;
      case 3: ++m_skipped[QStringLiteral("summary")]; break;
      case 4: case 13: ++m_skipped[QStringLiteral("output")]; break;
      case 5: takeConfig(reader.bytes()); break;
      case 7: takeStats(reader.bytes(), nowMs); break;
      case 10: ++m_skipped[QStringLiteral("alert")]; break;
      case 17: takeRun(reader.bytes()); break;
      case 18: takeExit(reader.bytes()); break;
      default: break;
    }
  }
  return !reader.isBroken();
}

void WandbRecords::takeHistory(QByteArrayView history, qint64 nowMs) {
  WireReader reader(history);
  std::optional<qint64> step;
  m_row.clear();
  while (reader.next()) {
    if (reader.is(1, Type::Bytes)) m_row.push_back(itemOf(reader.bytes()));
    if (!reader.is(2, Type::Bytes)) continue;
    WireReader number(reader.bytes());
    step = 0;
    while (number.next())
      if (number.is(1, Type::Varint)) step = number.integer();
  }
  takeRow(m_row, step, nowMs);
}

void WandbRecords::takeRow(const std::vector<Item>& row, std::optional<qint64> step, qint64 nowMs) {
  qint64 wallMs = 0;
  for (const Item& item : row) {
    const bool isTime = item.key == "_timestamp", isRuntime = item.key == "_runtime", isStep = item.key == "_step" && !step;
    if (!isTime && !isRuntime && !isStep) continue;
    const double value = numberOf(item.json).value_or(-1.0);
    if (isStep) step = stepIn(value);
    if (isTime) wallMs = timeMsIn(value);
    if (isRuntime && wallMs == 0 && m_facts.startedMs > 0 && value >= 0.0 && value < 1e9) wallMs = m_facts.startedMs + static_cast<qint64>(value * 1'000.0);
  }
  if (!step || *step < 0) step = m_nextStep;
  m_nextStep = *step < std::numeric_limits<qint64>::max() ? *step + 1 : *step;
  for (const Item& item : row)
    if (item.key != "_step" && item.key != "_timestamp") addValue(item.key, item.json, *step, wallMs > 0 ? wallMs : nowMs);
}

void WandbRecords::addValue(QByteArrayView key, QByteArrayView json, qint64 step, qint64 wallMs) {
  if (!json.startsWith('{')) return addNumber(key, json, step, wallMs);
  if (isMedia(json)) {
    ++m_skipped[QStringLiteral("media")];
    return;
  }
  eachLeaf(key, json, [&](QByteArrayView path, QByteArrayView leaf) { addNumber(path, leaf, step, wallMs); });
}

void WandbRecords::addNumber(QByteArrayView key, QByteArrayView json, qint64 step, qint64 wallMs) {
  if (const auto number = numberOf(json)) return m_series.add(m_series.indexOf(key), {step, wallMs, *number});
  ++m_skipped[QStringLiteral("value that is no number")];
}

void WandbRecords::takeStats(QByteArrayView stats, qint64 nowMs) {
  WireReader reader(stats);
  m_row.clear();
  qint64 wallMs = 0;
  while (reader.next()) {
    if (reader.is(2, Type::Bytes)) wallMs = timeOf(reader.bytes());
    if (reader.is(3, Type::Bytes)) m_row.push_back(itemOf(reader.bytes()));
  }
  const qint64 step = m_series.lastStep();  // of the run, not of its measurements
  for (const Item& item : m_row) addValue("system/" + item.key, item.json, m_measurements, wallMs > 0 ? wallMs : nowMs);
  m_series.setLastStep(step);
  ++m_measurements;
}

void WandbRecords::takeConfig(QByteArrayView config) {
  WireReader reader(config);
  while (reader.next())
    if (reader.is(1, Type::Bytes)) addParameter(itemOf(reader.bytes()));
}

void WandbRecords::addParameter(const Item& item) {
  if (item.key == "_wandb" || item.key.startsWith("_wandb.")) return;
  eachLeaf(item.key, item.json, [this](QByteArrayView path, QByteArrayView leaf) { m_parameters.push_back({tagOf(path), textOf(leaf)}); });
  if (m_parameters.size() >= RunFacts::mostParameters) settle();
}

/// One at a time they would be looked for among all.
void WandbRecords::settle() const {
  if (!m_parameters.isEmpty()) addParameters(m_facts, std::exchange(m_parameters, {}));
}

void WandbRecords::takeRun(QByteArrayView run) {
  WireReader reader(run);
  while (reader.next()) {
    if (reader.is(4, Type::Bytes)) takeConfig(reader.bytes());
    if (reader.is(8, Type::Bytes)) m_facts.name = tagOf(reader.bytes());
    if (reader.is(17, Type::Bytes)) m_facts.startedMs = timeOf(reader.bytes());
  }
}

void WandbRecords::takeExit(QByteArrayView exit) {
  WireReader reader(exit);
  qint64 code = 0, runtime = 0;
  while (reader.next()) {
    if (reader.is(1, Type::Varint)) code = reader.integer();
    if (reader.is(2, Type::Varint)) runtime = reader.integer();
  }
  constexpr qint64 longest = 1'000'000'000;  // seconds
  const bool isKnown = m_facts.startedMs > 0 && runtime > 0 && runtime < longest;
  m_facts.endedMs = isKnown ? m_facts.startedMs + runtime * 1'000 : 0;
  m_facts.ending = code == 0 ? Ending{EndKind::Completed, 0, {}, m_facts.endedMs}
                             : Ending{EndKind::ExitCode, static_cast<int>(code), QCoreApplication::translate("Readers", "exited with code %1").arg(code), m_facts.endedMs};
}

RunFacts WandbRecords::facts() const {
  settle();
  return m_facts;
}

QJsonObject WandbRecords::state() const {
  settle();
  QJsonObject state = factsState(m_facts, m_skipped);
  state[QStringLiteral("next")] = m_nextStep;
  state[QStringLiteral("measurements")] = m_measurements;
  return state;
}

void WandbRecords::restore(const QJsonObject& state) {
  restoreFacts(state, m_facts, m_skipped);
  m_nextStep = state[QLatin1String("next")].toInteger();
  m_measurements = state[QLatin1String("measurements")].toInteger();
}

}  // namespace trainyard
