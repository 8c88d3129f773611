// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <optional>

#include "core/readers/log_pages.h"

namespace trainyard {

/// What is looked for in a log. Case counts when the term has a capital letter.
struct LogQuery {
  QString term;
  [[nodiscard]] bool isCaseSensitive() const;
};

/// Looks through a whole file in steps, from a byte on and around to it again. Other letters than ASCII's are compared as they are.
class LogSearch {
 public:
  static constexpr qint64 stepBytes = 1 << 20;

  /// Forward: the first match that begins at `from` or after it; backward: the last one that begins before it.
  LogSearch(const LogQuery& query, qint64 from, bool forward, qint64 size);
  /// Reads one megabyte; where the match begins, once it is found.
  [[nodiscard]] std::optional<qint64> step(LogPages& pages);
  [[nodiscard]] bool isDone() const { return m_left <= 0; }
  /// 0..1
  [[nodiscard]] double progress() const;

 private:
  [[nodiscard]] std::optional<qint64> find(QByteArray part, qint64 offset, qint64 begins) const;

  QByteArray m_term;
  bool m_lower;
  bool m_forward;
  qint64 m_size;
  qint64 m_at;     ///< the next byte where a match may begin (forward), or behind it (backward)
  qint64 m_left;   ///< bytes still to be looked through
};

}  // namespace trainyard
