// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/points_csv.h"

#include <charconv>
#include <cmath>

#include "core/base/csv.h"

namespace trainyard {
namespace {

constexpr int longestNumber = 32;

template <typename Number>
void appendNumber(QByteArray& text, Number number) {
  char digits[longestNumber];
  const auto end = std::to_chars(digits, digits + longestNumber, number);
  text.append(digits, end.ptr - digits);
}

}  // namespace

QByteArray pointsCsvHeader() { return QByteArrayLiteral("series,step,wall_ms,value\n"); }

QByteArray pointsCsv(const SeriesPoints& series, const QByteArray& before) {
  constexpr qsizetype usualRow = 40;
  const QByteArray start = before + csvField(series.tag).toUtf8() + ',';
  QByteArray rows;
  rows.reserve(qsizetype(series.points.size()) * (start.size() + usualRow));
  for (const Point& point : series.points) {
    rows += start;
    appendNumber(rows, point.step);
    rows += ',';
    appendNumber(rows, point.wallMs);
    rows += ',';
    if (std::isnan(point.value))
      rows += "nan";
    else if (point.value == 0.0)
      rows += std::signbit(point.value) ? "-0.0" : "0";
    else
      appendNumber(rows, point.value);
    rows += '\n';
  }
  return rows;
}

}  // namespace trainyard
