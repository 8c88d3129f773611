// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <utility>

class QFile;

namespace trainyard {

/// Reads a growing file by offset. A file that became shorter, another one under the same name, and one whose last bytes before the
/// offset are not those that were read there, is read anew.
class Follower {
 public:
  static constexpr qint64 mostAtOnce = 1 << 20;
  static constexpr qint64 remembered = 64;  ///< bytes before the offset that are held against the file

  explicit Follower(QString path) : m_path(std::move(path)) {}
  /// What was appended since the last call, at most `mostAtOnce` bytes; empty when nothing was or the file is not there.
  [[nodiscard]] QByteArray read();
  /// True once after read() found the file truncated or replaced.
  [[nodiscard]] bool takeRestarted() { return std::exchange(m_restarted, false); }
  /// True once after a file that was being read was found to be gone.
  [[nodiscard]] bool takeVanished() { return std::exchange(m_vanished, false); }
  /// The system's words, once, when the file is there and could not be read.
  [[nodiscard]] QString takeBarred() { return std::exchange(m_whyBarred, {}); }
  [[nodiscard]] qint64 offset() const { return m_offset; }
  /// Which file it was, to be told to resumeAt(); 0 = none was read yet.
  [[nodiscard]] quint64 fileNumber() const { return m_inode; }
  /// The bytes that stood before `offset` (at most the present one) when they were read; empty where that was too long ago.
  [[nodiscard]] QByteArray before(qint64 offset) const;
  /// Goes on where an earlier reader was, if the file is still the one that it read.
  void resumeAt(qint64 offset, quint64 fileNumber, const QByteArray& before);

 private:
  static constexpr qint64 recentBytes = 8'192;
  [[nodiscard]] bool isOther(QFile& file, quint64 inode, qint64 size) const;
  void restart();

  QString m_path;
  qint64 m_offset = 0;
  quint64 m_inode = 0;
  QByteArray m_recent;  ///< the last that was read, up to m_offset
  bool m_restarted = false;
  bool m_vanished = false;
  bool m_missing = false;
  QString m_whyBarred;
  bool m_barred = false;
};

}  // namespace trainyard
