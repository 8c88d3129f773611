// SPDX-License-Identifier: GPL-3.0-or-later
// What a cell of a table or a word of a line says: a number, and whether a name speaks of the step.
#pragma once

#include <QByteArrayView>
#include <QString>
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
