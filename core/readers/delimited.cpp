// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/delimited.h"

#include <array>

#include "core/readers/cell.h"

namespace trainyard {

std::optional<char> separatorOf(QByteArrayView header) {
  static constexpr std::array<char, 4> separators{',', '\t', ';', '|'};
  std::array<qsizetype, separators.size()> counts{};
  bool quoted = false;
  for (const char c : header) {
    if (c == '\n' && !quoted) break;
    if (c == '"') quoted = !quoted;
    for (size_t i = 0; i < separators.size() && !quoted; ++i) counts[i] += c == separators[i];
  }
  const auto most = std::max_element(counts.begin(), counts.end());
  if (*most == 0 && quoted) return ',';
  if (*most == 0) return std::nullopt;
  return separators[size_t(most - counts.begin())];
}

void DelimitedReader::feed(QByteArrayView bytes, const Take& take) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while (at < end) {
    const char* const begin = at;
    if (m_state == State::Plain) at = takePlain(at, end);
    else if (m_state == State::Quoted) at = takeQuoted(at, end);
    else if (m_state == State::Skipping) at = std::find(at, end, '\n');
    m_fed += at - begin;
    if (at == end) return;
    ++m_fed;
    takeByte(*at++, take);
  }
}

/// Up to the end of the cell.
const char* DelimitedReader::takePlain(const char* at, const char* end) {
  const char separator = m_separator;
  const char* const stop = std::find_if(at, end, [separator](char c) { return c == separator || c == '\n'; });
  const qsizetype room = longestRow - m_row.m_text.size();
  m_row.m_text.append(at, std::min<qsizetype>(stop - at, room));
  if (stop - at > room) stumble(Trouble::LongRow, m_fed + room);
  return stop;
}

/// Up to the next quote, or to where the cell is too long.
const char* DelimitedReader::takeQuoted(const char* at, const char* end) {
  const qsizetype room = longestQuoted - (m_row.m_text.size() - m_cellBegin);
  const char* const last = end - at > room ? at + room : end;
  const char* const stop = std::find(at, last, '"');
  m_row.m_text.append(at, stop - at);
  if (stop == last && last != end) stumble(Trouble::OpenQuote, m_quoteOffset);
  return stop;
}

void DelimitedReader::takeByte(char c, const Take& take) {
  switch (m_state) {
    case State::CellStart: return c == '\n' ? endRow(take) : startCell(c);
    case State::Plain: return c == '\n' ? endRow(take) : nextCell();
    case State::Quoted: m_state = State::QuoteInQuoted; return;
    case State::QuoteInQuoted:
      if (c == '"') {
        m_row.m_text.append('"');
        m_state = State::Quoted;
        return;
      }
      m_state = State::AfterQuoted;
      [[fallthrough]];
    case State::AfterQuoted:  // what stands between the quote and the separator is dropped
      if (c == '\n') endRow(take);
      else if (c == m_separator) nextCell();
      return;
    case State::Skipping: return c == '\n' ? endRow(take) : void();
  }
}

/// Some programs begin a file with a mark of three bytes.
bool DelimitedReader::isByteOrderMark(char c) const {
  static constexpr char mark[] = "\xef\xbb\xbf";
  return m_fed <= 3 && m_consumed == 0 && m_row.m_ends.empty() && c == mark[m_fed - 1];
}

void DelimitedReader::startCell(char c) {
  if (c == m_separator) return nextCell();
  if (c == ' ' || c == '\t' || c == '\r' || isByteOrderMark(c)) return;
  if (c == '"') {
    m_wasQuoted = true;
    m_quoteOffset = m_fed - 1;
    m_state = State::Quoted;
    return;
  }
  m_row.m_text.append(c);
  m_state = State::Plain;
}

void DelimitedReader::endCell() {
  QByteArray& text = m_row.m_text;
  if (!m_wasQuoted) text.truncate(m_cellBegin + trimmed(QByteArrayView(text).sliced(m_cellBegin)).size());
  m_wasQuoted = false;
  m_state = State::CellStart;
  m_cellBegin = text.size();
  m_row.m_ends.push_back(text.size());
}

void DelimitedReader::nextCell() {
  endCell();
  if (m_row.m_ends.size() >= mostCells) stumble(Trouble::ManyCells, m_fed);
  else if (m_row.m_text.size() >= longestRow) stumble(Trouble::LongRow, m_fed);
}

/// The rest of the line is skipped.
void DelimitedReader::stumble(Trouble trouble, qint64 offset) {
  m_row.trouble = trouble;
  m_row.troubleOffset = offset;
  m_state = State::Skipping;
}

void DelimitedReader::endRow(const Take& take) {
  m_consumed = m_fed;
  const bool empty = m_row.m_ends.empty() && m_row.m_text.isEmpty() && !m_wasQuoted;
  const bool whole = m_row.trouble == Trouble::None;
  if (!empty && whole) endCell();
  if (!empty || !whole) take(m_row);
  m_row.m_text.resize(0);
  m_row.m_ends.clear();
  m_row.trouble = Trouble::None;
  m_row.offset = m_fed;
  m_cellBegin = 0;
  m_wasQuoted = false;
  m_state = State::CellStart;
}

void DelimitedReader::finish(const Take& take) {
  if (m_state == State::Quoted) stumble(Trouble::OpenQuote, m_quoteOffset);
  endRow(take);
}

}  // namespace trainyard
