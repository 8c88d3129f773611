// SPDX-License-Identifier: GPL-3.0-or-later
// The memory of a LogInterpreter as JSON: it is committed with the points, so that a reader after a crash goes on as if
// there had been none.
#include <QJsonArray>

#include "core/readers/log_interpreter.h"

namespace trainyard {
namespace {

QJsonArray arrayOf(const QSet<QString>& tags) {
  QStringList sorted(tags.begin(), tags.end());
  sorted.sort();
  return QJsonArray::fromStringList(sorted);
}

QSet<QString> setOf(const QJsonValue& value) {
  QSet<QString> tags;
  for (const QJsonValue& tag : value.toArray()) tags.insert(tag.toString());
  return tags;
}

std::optional<double> optionalOf(const QJsonValue& value) {
  return value.isDouble() ? std::optional(value.toDouble()) : std::nullopt;
}

QJsonValue valueOf(const std::optional<double>& number) { return number ? QJsonValue(*number) : QJsonValue(); }

}  // namespace

QJsonObject LogInterpreter::state() const {
  return {{QStringLiteral("epochs"), m_epochs},
          {QStringLiteral("epoch"), valueOf(m_epoch)},
          {QStringLiteral("first_epoch"), valueOf(m_firstEpoch)},
          {QStringLiteral("epoch_length"), m_epochLength},
          {QStringLiteral("last_told"), m_lastTold},
          {QStringLiteral("told_epoch"), valueOf(m_toldEpoch)},
          {QStringLiteral("bar"), m_bar.state()},
          {QStringLiteral("step_of_bar"), m_stepOfBar},
          {QStringLiteral("run_steps"), m_runSteps},
          {QStringLiteral("saw_step"), m_sawStep},
          {QStringLiteral("step"), m_step},
          {QStringLiteral("total"), m_total},
          {QStringLiteral("tags"), arrayOf(m_tags)},
          {QStringLiteral("tags_at_step"), arrayOf(m_tagsAtStep)},
          {QStringLiteral("last_error"), m_lastError}};
}

void LogInterpreter::restore(const QJsonObject& state) {
  m_epochs = state[QLatin1String("epochs")].toInteger(m_epochs);
  m_epoch = optionalOf(state[QLatin1String("epoch")]);
  m_firstEpoch = optionalOf(state[QLatin1String("first_epoch")]);
  m_epochLength = state[QLatin1String("epoch_length")].toInteger();
  m_lastTold = state[QLatin1String("last_told")].toInteger();
  m_toldEpoch = optionalOf(state[QLatin1String("told_epoch")]);
  m_bar.restore(state[QLatin1String("bar")].toObject());
  m_stepOfBar = state[QLatin1String("step_of_bar")].toBool();
  m_runSteps = state[QLatin1String("run_steps")].toBool();
  m_sawStep = state[QLatin1String("saw_step")].toBool();
  m_step = state[QLatin1String("step")].toInteger();
  m_total = state[QLatin1String("total")].toInteger();
  m_tags = setOf(state[QLatin1String("tags")]);
  m_tagsAtStep = setOf(state[QLatin1String("tags_at_step")]);
  if (!state.contains(QLatin1String("bar")))  // an older Trainyard's
    m_bar.goOn(m_step, m_lastTold, std::max(state[QLatin1String("bar_total")].toInteger(), m_epochLength), m_epoch);
  m_lastError = state[QLatin1String("last_error")].toString();
}

}  // namespace trainyard
