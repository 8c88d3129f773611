// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <functional>

namespace trainyard {

/// Bytes to lines. A carriage return ends a line as a newline does, so that each state of a progress bar is one. A line
/// longer than `longest` is cut there and its rest skipped: output without newlines costs no memory.
class LineSplitter {
 public:
  static constexpr qsizetype longest = 65'536;
  using Take = std::function<void(const QByteArray& line)>;

  void feed(const QByteArray& bytes, const Take& take);
  /// The last line, when the output did not end in a newline.
  void finish(const Take& take);
  void reset();
  /// How many of the bytes fed belong to lines that have ended; while a line is taken, it is one of them.
  [[nodiscard]] qint64 consumed() const { return m_consumed; }

 private:
  void take(const Take& take);
  QByteArray m_partial;
  bool m_skipping = false;
  qint64 m_fed = 0;
  qint64 m_consumed = 0;
};

}  // namespace trainyard
