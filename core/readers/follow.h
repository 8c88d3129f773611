// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <limits>

namespace trainyard {

/// Reads a growing file by offset. A file that became shorter, or another one under the same name, is read anew.
class Follower {
 public:
  static constexpr qint64 mostAtOnce = 1 << 20;

  /// Begins `tail` bytes before the file's present end, or at its begin.
  explicit Follower(QString path, qint64 tail = std::numeric_limits<qint64>::max());
  /// What was appended since the last call, at most `mostAtOnce` bytes; empty when nothing was or the file is not there.
  [[nodiscard]] QByteArray read();
  /// True once after read() found the file truncated or replaced.
  [[nodiscard]] bool takeRestarted();
  [[nodiscard]] qint64 offset() const { return m_offset; }
  /// Which file it was, to be told to resumeAt(); 0 = none was read yet.
  [[nodiscard]] quint64 fileNumber() const { return m_inode; }
  /// Goes on where an earlier reader was, if the file is still the one that it read.
  void resumeAt(qint64 offset, quint64 fileNumber);

 private:
  QString m_path;
  qint64 m_offset = 0;
  quint64 m_inode = 0;
  bool m_restarted = false;
};

}  // namespace trainyard
