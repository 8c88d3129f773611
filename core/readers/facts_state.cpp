// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/facts_state.h"

#include <QJsonArray>

#include "core/readers/known_facts.h"

namespace trainyard {

QJsonObject factsState(const RunFacts& facts, const SkippedCounts& skipped) {
  QJsonArray parameters;
  for (const KeyValue& one : facts.parameters) parameters << QJsonArray{one.key, one.value};
  QJsonObject counts;
  for (const auto& [kind, count] : skipped) counts[kind] = count;
  QJsonObject state{{QStringLiteral("started"), facts.startedMs}, {QStringLiteral("skipped"), counts}};
  if (!facts.name.isEmpty()) state[QStringLiteral("name")] = facts.name;
  if (!parameters.isEmpty()) state[QStringLiteral("parameters")] = parameters;
  if (facts.endedMs != 0) state[QStringLiteral("ended")] = facts.endedMs;
  if (facts.ending)
    state[QStringLiteral("ending")] = QJsonArray{toKey(facts.ending->kind), facts.ending->code, facts.ending->reason, facts.ending->atMs};
  return state;
}

void restoreFacts(const QJsonObject& state, RunFacts& facts, SkippedCounts& skipped) {
  facts.name = state[QLatin1String("name")].toString();
  facts.startedMs = state[QLatin1String("started")].toInteger();
  facts.endedMs = state[QLatin1String("ended")].toInteger();
  QList<KeyValue> parameters;
  for (const QJsonValue pair : state[QLatin1String("parameters")].toArray()) parameters.push_back({pair[0].toString(), pair[1].toString()});
  addParameters(facts, parameters);
  const QJsonArray ending = state[QLatin1String("ending")].toArray();
  if (const auto kind = endKindFromKey(ending[0].toString()); kind)
    facts.ending = Ending{*kind, ending[1].toInt(), ending[2].toString(), ending[3].toInteger()};
  const QJsonObject counts = state[QLatin1String("skipped")].toObject();
  for (auto count = counts.begin(); count != counts.end(); ++count) skipped[count.key()] = count.value().toInteger();
}

}  // namespace trainyard
