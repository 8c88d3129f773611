// SPDX-License-Identifier: GPL-3.0-or-later
// What a cell of a table or a word of a line says: a number, and whether a name speaks of the step.
#pragma once

#include <QByteArrayView>
#include <QString>
#include <algorithm>
#include <optional>

namespace trainyard {

/// Without spaces, tabs and carriage returns around it.
[[nodiscard]] QByteArrayView trimmed(QByteArrayView text);

/// The number of a cell, as Python and C write it: "1e-3", "+2", "nan", "-Infinity". Nothing for words, NA, None and an empty cell. Padding
/// is to be trimmed before. A number too large for a double is infinite, one too small is 0.
[[nodiscard]] std::optional<double> numberIn(QByteArrayView cell);

/// Whether a cell that is no number says that there is none, as "NA" does.
[[nodiscard]] bool isMissing(QByteArrayView cell);

/// A number that can be a step: whole, 0..2^53.
[[nodiscard]] std::optional<qint64> stepIn(double value);

/// Rows whose column of the step holds what can be none (0.05 of an epoch, -3, 1e18) are counted instead, from the first such one on, and
/// the column is a series as others are: read as steps, many rows would fall on one.
class RowCount {
 public:
  [[nodiscard]] bool isOn() const { return m_state == State::Counting; }
  /// The step of a row that is counted; nothing where what was `told` is its step, or where none was told (NaN). `next` is the step of
  /// the row if it is counted, one after the row before. A row below 0 among rows with steps, as of an evaluation before or after the
  /// training, is not counted: it is at 0 when it is the first, and at the step of the row before when it is not.
  [[nodiscard]] std::optional<qint64> take(double told, qint64 next, bool isFirst);
  /// To be kept with the place in a file, and to be given back.
  [[nodiscard]] int state() const { return int(m_state); }
  void restore(int state) { m_state = State(std::clamp(state, 0, int(State::Counting))); }

 private:
  enum class State { NoSteps, Steps, Counting };
  State m_state = State::NoSteps;
};

/// How good a name is as the step of its row: "step" is 0, the best, "epoch" is `epochRank`, the last; -1 for names that speak of none.
/// Letter case does not count.
[[nodiscard]] int stepRank(QByteArrayView name);
inline constexpr int epochRank = 1'000;

/// The time of a value of a column "timestamp", "wall time" and the like, in ms since 1970 UTC; 0 where the name or the value speaks of no
/// time between 2001 and 2286. Takes seconds and milliseconds.
[[nodiscard]] bool isTimeName(QByteArrayView name);
[[nodiscard]] qint64 timeMsIn(double value);

/// A name as a series is called: UTF-8, what is none replaced, at most RunSource::longestTag characters.
[[nodiscard]] QString tagOf(QByteArrayView name);

}  // namespace trainyard
