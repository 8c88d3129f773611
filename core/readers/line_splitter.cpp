// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/line_splitter.h"

namespace trainyard {

void LineSplitter::feed(const QByteArray& bytes, const Take& take) {
  const char* at = bytes.constData();
  const char* const end = at + bytes.size();
  while (at < end) {
    const char* stop = std::find_if(at, end, [](char c) { return c == '\n' || c == '\r'; });
    if (!m_skipping) {
      m_partial.append(at, std::min<qsizetype>(stop - at, longest - m_partial.size()));
      m_skipping = m_partial.size() >= longest;
    }
    m_fed += stop - at;
    if (stop == end) return;
    ++m_fed;
    m_consumed = m_fed;
    this->take(take);
    at = stop + 1;
  }
}

void LineSplitter::finish(const Take& take) {
  m_consumed = m_fed;
  this->take(take);
}

void LineSplitter::take(const Take& take) {
  if (!m_partial.isEmpty()) take(m_partial);
  m_partial.clear();
  m_skipping = false;
}

void LineSplitter::reset() {
  m_partial.clear();
  m_skipping = false;
  m_fed = m_consumed = 0;
}

}  // namespace trainyard
