// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <vector>

namespace trainyard {

/// A piece of a log line. Dates and clock times are one Other token, so that their parts are never read as values.
struct LogToken {
  enum class Kind { Word, Number, Fraction, Sign, Other };
  Kind kind = Kind::Other;
  QByteArray text;     ///< of a Word; the character of a Sign; the unit right after a Number ("ms", "%")
  double value = 0.0;  ///< of a Number; the first of a Fraction
  double over = 0.0;   ///< the second of a Fraction: "3/10"
  bool spaced = false; ///< white space stands before it
};

[[nodiscard]] std::vector<LogToken> tokensOf(const QByteArray& line);

}  // namespace trainyard
