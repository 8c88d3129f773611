// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/json_rows.h"

#include <QJsonObject>

#include "core/readers/cell.h"

namespace trainyard {
namespace {

using Token = JsonScanner::Token;
constexpr qsizetype mostParameters = 500;  ///< of one row

}  // namespace

const JsonRows::Known& JsonRows::knownOf(int number, QByteArrayView name) {
  while (m_known.size() <= size_t(number)) m_known.push_back({-2});
  Known& known = m_known[size_t(number)];
  if (known.rank != -2) return known;
  known.rank = stepRank(name);
  if (isTimeName(name)) known.kind = Kind::Time;
  else if (name == "total_steps" || name == "max_steps") known.kind = Kind::Total;
  else if (name == "iter") known.kind = Kind::Iteration;
  return known;
}

void JsonRows::takeLeaf(const JsonLeaf& leaf, SeriesSet& series) {
  std::optional<double> value;
  if (leaf.kind == Token::Number) value = leaf.number;
  else if (leaf.kind == Token::Text) value = numberIn(trimmed(leaf.text));
  if (m_bestRank < 0 && m_parameters.size() < mostParameters && leaf.kind != Token::Null) m_parameters.push_back({tagOf(leaf.path), wordsOf(leaf)});
  if (!value) {
    if (leaf.path == "mode") m_mode = leaf.text == "train" ? Mode::Train : Mode::Evaluation;
    m_words += leaf.kind == Token::Text;
    return;
  }
  const int number = series.indexOf(leaf.path);
  if (number < 0) return;
  const Known& known = knownOf(number, leaf.path);
  if (known.rank >= 0 && (m_step < 0 || known.rank < m_known[size_t(m_row[size_t(m_step)].series)].rank)) m_step = int(m_row.size());
  if (known.rank == epochRank) m_epoch = int(m_row.size());
  if (known.kind == Kind::Time) m_time = timeMsIn(*value);
  else if (known.kind == Kind::Total) m_totalSteps = stepIn(*value).value_or(0);
  else if (known.kind == Kind::Iteration) m_hasIteration = true;
  m_row.push_back({number, *value});
}

/// A step within an epoch to one of the run. An evaluation belongs to the end of its epoch so far.
qint64 JsonRows::stepOfEpochs(qint64 step, double epoch) {
  if (m_mode == Mode::Train) {
    if (m_lastEpoch >= 0.0 && epoch > m_lastEpoch && step <= m_lastInEpoch) m_epochsBefore += m_lastInEpoch;
    else if (epoch < m_lastEpoch) m_epochsBefore = 0;
    m_lastEpoch = epoch;
    m_lastInEpoch = step;
  }
  return m_epochsBefore + m_lastInEpoch;
}

/// A row that tells an epoch where others tell steps belongs to the step before.
/// mmengine's rows of an evaluation tell the epoch as their step; they belong to the iteration of the row before.
qint64 JsonRows::stepOf(qint64 rowNumber, const SeriesSet& series) {
  const bool isFirst = m_bestRank < 0;
  if (m_step >= 0 && !isFirst && rankOf(m_step) > m_bestRank) return series.lastStep();
  if (m_step >= 0)
    if (const auto counted = m_count.take(m_row[size_t(m_step)].value, isFirst ? rowNumber : series.lastStep() + 1, isFirst)) return *counted;
  for (const int place : {m_step, m_epoch}) {
    const auto step = place >= 0 ? stepIn(m_row[size_t(place)].value) : std::nullopt;
    if (!step) continue;
    if (m_mode != Mode::None && m_epoch >= 0 && place != m_epoch && m_hasIteration) return stepOfEpochs(*step, m_row[size_t(m_epoch)].value);
    if (rankOf(place) == 0 && m_hasIteration) m_iterations = true;
    return rankOf(place) == 0 && m_iterations && !m_hasIteration ? std::max(*step, series.lastStep()) : *step;
  }
  return isFirst ? rowNumber : series.lastStep();
}

bool JsonRows::take(JsonScanner& scanner, qint64 rowNumber, qint64 wallMs, SeriesSet& series) {
  m_row.clear();
  m_parameters.clear();
  m_step = m_epoch = -1;
  m_time = 0;
  m_mode = Mode::None;
  m_hasIteration = false;
  if (!readLeaves(scanner, [this, &series](const JsonLeaf& leaf) { takeLeaf(leaf, series); })) return false;
  m_hadStep = m_step >= 0;
  if (!m_hadStep && m_bestRank < 0 && rowNumber == 0) return true;  // what stands before the first step is no series
  const qint64 step = stepOf(rowNumber, series);
  if (m_hadStep) {
    const int rank = rankOf(m_step);
    if (m_bestRank < 0 || rank < m_bestRank) m_bestRank = rank;
    if (rank != m_bestRank || m_count.isOn()) m_step = -1;  // an epoch where other rows have steps is a value
  }
  const qint64 time = m_time > 0 ? m_time : wallMs;
  for (size_t i = 0; i < m_row.size(); ++i)
    if (int(i) != m_step) series.add(m_row[i].series, {step, time, m_row[i].value});
  return true;
}

QJsonObject JsonRows::state() const {
  return {{QStringLiteral("rank"), m_bestRank},
          {QStringLiteral("iterations"), m_iterations},
          {QStringLiteral("counted"), m_count.state()},
          {QStringLiteral("total"), m_totalSteps},
          {QStringLiteral("epoch"), m_lastEpoch},
          {QStringLiteral("inEpoch"), m_lastInEpoch},
          {QStringLiteral("before"), m_epochsBefore}};
}

void JsonRows::restore(const QJsonObject& state) {
  m_bestRank = state[QLatin1String("rank")].toInt(-1);
  m_count.restore(state[QLatin1String("counted")].toInt());
  m_iterations = state[QLatin1String("iterations")].toBool();
  m_totalSteps = state[QLatin1String("total")].toInteger();
  m_lastEpoch = state[QLatin1String("epoch")].toDouble(-1.0);
  m_lastInEpoch = state[QLatin1String("inEpoch")].toInteger();
  m_epochsBefore = state[QLatin1String("before")].toInteger();
}

}  // namespace trainyard
