// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/follow.h"

#include <sys/stat.h>

#include <QFile>
#include <algorithm>

namespace trainyard {

QByteArray Follower::read() {
  QFile file(m_path);
  struct stat info = {};
  if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered) || fstat(file.handle(), &info) != 0) {
    const QString why = file.errorString();
    const bool isThere = file.exists();
    if (isThere && !std::exchange(m_barred, true)) m_whyBarred = why;
    if (m_inode != 0 && !isThere && !std::exchange(m_missing, true)) m_vanished = true;
    return {};
  }
  m_missing = m_barred = false;
  if (m_inode != 0 && isOther(file, info.st_ino, info.st_size)) restart();
  m_inode = info.st_ino;
  if (info.st_size == m_offset || !file.seek(m_offset)) return {};
  QByteArray bytes = file.read(mostAtOnce);
  m_offset += bytes.size();
  m_recent = (m_recent + bytes.right(recentBytes)).right(recentBytes);
  return bytes;
}

/// A file may have been truncated and have grown past the offset again, and a new one may have the number of the old.
bool Follower::isOther(QFile& file, quint64 inode, qint64 size) const {
  if (inode != m_inode || size < m_offset) return true;
  const QByteArray known = before(m_offset);
  if (size == m_offset || known.isEmpty()) return false;
  return !file.seek(m_offset - known.size()) || file.read(known.size()) != known;
}

void Follower::restart() {
  m_offset = 0;
  m_recent.clear();
  m_restarted = true;
}

QByteArray Follower::before(qint64 offset) const {
  const qint64 behind = m_offset - offset;
  if (behind < 0 || behind > m_recent.size()) return {};
  return m_recent.chopped(behind).right(remembered);
}

void Follower::resumeAt(qint64 offset, quint64 fileNumber, const QByteArray& before) {
  m_offset = offset;
  m_inode = fileNumber;
  m_recent = before;
}

}  // namespace trainyard
