// SPDX-License-Identifier: GPL-3.0-or-later
// Delimited text (RFC 4180 and what programs make of it) to rows, piece by piece.
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <functional>
#include <optional>
#include <vector>

namespace trainyard {

/// ',', ';', tab or '|': what stands most often in a header outside of quotes; nothing when none does.
/// A comma when a quote does not end.
[[nodiscard]] std::optional<char> separatorOf(QByteArrayView header);

/// Takes quotes with newlines and doubled quotes inside, CRLF, a byte order mark, padding around cells. A quote inside an unquoted cell is a
/// character as any other. Empty lines are no rows.
class DelimitedReader {
 public:
  static constexpr qsizetype longestRow = 16 << 20;    ///< bytes; the rest of a longer one is skipped
  static constexpr qsizetype longestQuoted = 1 << 20;  ///< bytes; a quote that goes on is taken for one that never closes
  static constexpr size_t mostCells = 100'000;         ///< the rest of a wider row is skipped

  enum class Trouble { None, OpenQuote, LongRow, ManyCells };
  /// Valid while it is taken.
  class Row {
   public:
    [[nodiscard]] size_t size() const { return m_ends.size(); }
    /// Without quotes and padding.
    [[nodiscard]] QByteArrayView operator[](size_t cell) const {
      const qsizetype begin = cell == 0 ? 0 : m_ends[cell - 1];
      return QByteArrayView(m_text).sliced(begin, m_ends[cell] - begin);
    }
    qint64 offset = 0;  ///< of its first byte, from where feeding began
    Trouble trouble = Trouble::None;
    qint64 troubleOffset = 0;

   private:
    friend class DelimitedReader;
    QByteArray m_text;
    std::vector<qsizetype> m_ends;
  };
  using Take = std::function<void(const Row& row)>;

  explicit DelimitedReader(char separator) : m_separator(separator) {}
  void feed(QByteArrayView bytes, const Take& take);
  /// The last row, when the text did not end in a newline; a quote that is open is trouble.
  void finish(const Take& take);
  /// How many of the bytes fed belong to rows that have ended; while a row is taken, it is one of them.
  [[nodiscard]] qint64 consumed() const { return m_consumed; }

 private:
  enum class State { CellStart, Plain, Quoted, QuoteInQuoted, AfterQuoted, Skipping };
  [[nodiscard]] const char* takePlain(const char* at, const char* end);
  [[nodiscard]] const char* takeQuoted(const char* at, const char* end);
  void takeByte(char c, const Take& take);
  void startCell(char c);
  void endCell();
  void nextCell();
  void endRow(const Take& take);
  void stumble(Trouble trouble, qint64 offset);
  [[nodiscard]] bool isByteOrderMark(char c) const;

  char m_separator;
  State m_state = State::CellStart;
  Row m_row;
  qsizetype m_cellBegin = 0;   ///< in the row's text
  bool m_wasQuoted = false;
  qint64 m_quoteOffset = 0;
  qint64 m_fed = 0;
  qint64 m_consumed = 0;
};

}  // namespace trainyard
