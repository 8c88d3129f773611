// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <vector>

#include "core/readers/ansi_text.h"

namespace trainyard {

/// A line of a log and where it is in the file, in bytes.
struct LogRow {
  qint64 offset = 0;  ///< of its first byte
  qint64 next = 0;    ///< of the line behind it
  StyledLine line;
};

/// Reads lines of a file of any size around any byte, by reading no more than what is asked for. A line of more than
/// `longestPiece` bytes is taken as several. No index is kept: memory does not depend on the file's size.
class LogPages {
 public:
  static constexpr qint64 longestPiece = 1 << 18;

  /// Opens, or opens anew after the file was replaced; false when it cannot be read.
  [[nodiscard]] bool open(const QString& path);
  void close() { m_file.close(); }
  [[nodiscard]] bool isOpen() const { return m_file.isOpen(); }
  /// Bytes at this moment.
  [[nodiscard]] qint64 size();
  /// Another file lies under the name now.
  [[nodiscard]] bool isReplaced() const;

  /// The begin of the line that holds the byte.
  [[nodiscard]] qint64 lineStart(qint64 offset);
  /// Up to `count` lines from the begin of a line on.
  [[nodiscard]] std::vector<LogRow> rowsFrom(qint64 offset, int count);
  /// Up to `count` lines before the begin of a line (or before the file's end).
  [[nodiscard]] std::vector<LogRow> rowsBefore(qint64 offset, int count);
  /// Up to `length` bytes.
  [[nodiscard]] QByteArray bytes(qint64 offset, qint64 length);

 private:
  QFile m_file;
  quint64 m_number = 0;  ///< the file's, to notice another
};

}  // namespace trainyard
