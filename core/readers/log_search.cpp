// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/log_search.h"

#include <algorithm>

namespace trainyard {

bool LogQuery::isCaseSensitive() const {
  return std::any_of(term.begin(), term.end(), [](QChar c) { return c.isUpper(); });
}

LogSearch::LogSearch(const LogQuery& query, qint64 from, bool forward, qint64 size)
    : m_term(query.term.toUtf8()),
      m_lower(!query.isCaseSensitive()),
      m_forward(forward),
      m_size(size),
      m_at(std::clamp<qint64>(from, 0, size)),
      m_left(m_term.isEmpty() ? 0 : size) {}

double LogSearch::progress() const { return m_size > 0 ? 1.0 - double(std::max<qint64>(0, m_left)) / double(m_size) : 1.0; }

/// In `part`, which lies at `offset` in the file, a match that begins in its first `begins` bytes.
std::optional<qint64> LogSearch::find(QByteArray part, qint64 offset, qint64 begins) const {
  if (m_lower) part = part.toLower();  // ASCII's letters
  const qsizetype at = m_forward ? part.indexOf(m_term) : part.lastIndexOf(m_term, begins - 1);
  return at >= 0 && at < begins ? std::optional(offset + at) : std::nullopt;
}

std::optional<qint64> LogSearch::step(LogPages& pages) {
  if (isDone()) return std::nullopt;
  if (m_forward && m_at >= m_size) m_at = 0;
  if (!m_forward && m_at <= 0) m_at = m_size;
  const qint64 length = std::min({stepBytes, m_left, m_forward ? m_size - m_at : m_at});
  const qint64 from = m_forward ? m_at : m_at - length;
  m_at = m_forward ? from + length : from;
  m_left -= length;
  return find(pages.bytes(from, length + m_term.size() - 1), from, length);
}

}  // namespace trainyard
