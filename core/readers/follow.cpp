// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/follow.h"

#include <sys/stat.h>

#include <QFile>
#include <QFileInfo>
#include <algorithm>

namespace trainyard {

Follower::Follower(QString path, qint64 tail)
    : m_path(std::move(path)), m_offset(std::max<qint64>(0, QFileInfo(m_path).size() - tail)) {}

QByteArray Follower::read() {
  QFile file(m_path);
  if (!file.open(QIODevice::ReadOnly)) return {};
  struct stat info = {};
  if (fstat(file.handle(), &info) != 0) return {};
  if (m_inode != 0 && (info.st_ino != m_inode || info.st_size < m_offset)) {
    m_offset = 0;
    m_restarted = true;
  }
  m_inode = info.st_ino;
  if (info.st_size == m_offset || !file.seek(m_offset)) return {};
  QByteArray bytes = file.read(mostAtOnce);
  m_offset += bytes.size();
  return bytes;
}

void Follower::resumeAt(qint64 offset, quint64 fileNumber) {
  m_offset = offset;
  m_inode = fileNumber;
}

bool Follower::takeRestarted() { return std::exchange(m_restarted, false); }

}  // namespace trainyard
