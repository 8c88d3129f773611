// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/cell.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "core/readers/run_source.h"

namespace trainyard {
namespace {

constexpr double largestStep = 9'007'199'254'740'992.0;  // 2^53: below it each whole number is a double

bool isOneOf(QByteArrayView word, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [word](const char* one) { return word.compare(one, Qt::CaseInsensitive) == 0; });
}

std::optional<double> specialNumber(QByteArrayView word) {
  const bool negative = word.startsWith('-');
  if (negative || word.startsWith('+')) word = word.sliced(1);
  if (isOneOf(word, {"nan"})) return std::numeric_limits<double>::quiet_NaN();
  if (!isOneOf(word, {"inf", "infinity"})) return std::nullopt;
  return negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
}

/// from_chars says only that a number is out of range; which way is told by its exponent.
double outOfRange(QByteArrayView number) {
  const bool negative = number.startsWith('-');
  const qsizetype exponent = std::max(number.lastIndexOf('e'), number.lastIndexOf('E'));
  const bool small = exponent >= 0 ? number.sliced(exponent + 1).startsWith('-') : number.startsWith('0') || number.startsWith("-0");
  const double size = small ? 0.0 : std::numeric_limits<double>::infinity();
  return negative ? -size : size;
}

}  // namespace

QByteArrayView trimmed(QByteArrayView text) {
  const auto isSpace = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.isEmpty() && isSpace(text.front())) text = text.sliced(1);
  while (!text.isEmpty() && isSpace(text.back())) text.chop(1);
  return text;
}

std::optional<double> numberIn(QByteArrayView cell) {
  if (cell.isEmpty()) return std::nullopt;
  const char* const end = cell.data() + cell.size();
  const char* begin = cell.data();
  if (*begin == '+' && cell.size() > 1 && begin[1] != '-') ++begin;
  double number = 0.0;
  const char first = *begin == '-' && begin + 1 < end ? begin[1] : *begin;
  if ((first < '0' || first > '9') && first != '.') return specialNumber(cell);  // from_chars takes "nan(...)" too
  const auto [stop, error] = std::from_chars(begin, end, number);
  if (stop != end || error == std::errc::invalid_argument) return std::nullopt;
  return error == std::errc() ? number : outOfRange(QByteArrayView(begin, end));
}

bool isMissing(QByteArrayView cell) { return cell.isEmpty() || isOneOf(cell, {"na", "n/a", "none", "null", "-"}); }

std::optional<qint64> stepIn(double value) {
  if (!(value >= 0.0 && value <= largestStep) || value != std::floor(value)) return std::nullopt;
  return qint64(value);
}

std::optional<qint64> RowCount::take(double told, qint64 next, bool isFirst) {
  if (isOn()) return next;
  if (std::isnan(told)) return std::nullopt;
  if (stepIn(told)) {
    m_state = State::Steps;
    return std::nullopt;
  }
  const bool isBelow = told < 0.0 && told >= -largestStep && told == std::floor(told);
  if (isBelow && isFirst) return 0;
  if (isBelow && m_state == State::Steps) return next - 1;
  m_state = State::Counting;
  return next;
}

int stepRank(QByteArrayView name) {
  static constexpr const char* names[] = {
      "step", "global_step", "_step", "trainer/global_step", "iteration", "iter", "current_steps", "num_updates", "training_step",
      "train_step", "time/total_timesteps", "total_timesteps", "timesteps_total", "training_iteration"};
  if (name.size() > 24) return -1;
  for (int rank = 0; rank < int(std::size(names)); ++rank)
    if (name.compare(names[rank], Qt::CaseInsensitive) == 0) return rank;
  return name.compare("epoch", Qt::CaseInsensitive) == 0 ? epochRank : -1;
}

bool isTimeName(QByteArrayView name) { return isOneOf(name, {"timestamp", "_timestamp", "wall_time", "wall time", "walltime"}); }

qint64 timeMsIn(double value) {
  constexpr double since = 1e9, until = 1e10;  // seconds: September 2001 to November 2286
  if (value > since && value < until) return qint64(value * 1'000.0);
  return value > since * 1'000.0 && value < until * 1'000.0 ? qint64(value) : 0;
}

QString tagOf(QByteArrayView name) {
  constexpr qsizetype mostBytes = 4 * RunSource::longestTag;
  return QString::fromUtf8(name.first(std::min(name.size(), mostBytes))).left(RunSource::longestTag);
}

}  // namespace trainyard
