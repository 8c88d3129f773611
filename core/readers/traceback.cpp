// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/traceback.h"

#include <QByteArrayMatcher>
#include <algorithm>
#include <array>

#include "core/readers/log_line.h"

namespace trainyard {
namespace {

constexpr int longestError = 300;
constexpr char pythonHead[] = "Traceback (most recent call last)";

QString toLine(const QByteArray& line) { return QString::fromUtf8(withoutControl(line).trimmed()).left(longestError); }

}  // namespace

qsizetype findError(const QByteArray& bytes) {
  static const std::array<QByteArrayMatcher, 4> heads{QByteArrayMatcher(pythonHead), QByteArrayMatcher("terminate called"),
                                                      QByteArrayMatcher("Segmentation fault"), QByteArrayMatcher("panicked at")};
  qsizetype first = -1;
  for (const QByteArrayMatcher& head : heads)
    if (const qsizetype at = head.indexIn(bytes); at >= 0 && (first < 0 || at < first)) first = at;
  return first;
}

std::optional<FirstError> readError(const QByteArray& bytes, qint64 offset, bool isAll) {
  const QList<QByteArray> lines = bytes.split('\n');
  if (!lines.first().contains(pythonHead)) return FirstError{offset, toLine(lines.first())};
  // Its frames are indented; the first line that is not tells the exception.
  for (qsizetype i = 1; i < lines.size(); ++i) {
    const bool whole = isAll || i + 1 < lines.size();
    const QByteArray line = withoutControl(lines[i]);
    if (!whole) return std::nullopt;
    if (line.trimmed().isEmpty() || line.startsWith(' ') || line.startsWith('\t')) continue;
    return FirstError{offset, toLine(line)};
  }
  return isAll ? std::optional(FirstError{offset, toLine(lines.first())}) : std::nullopt;
}

}  // namespace trainyard
