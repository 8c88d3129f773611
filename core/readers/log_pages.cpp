// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/log_pages.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace trainyard {
namespace {

constexpr qint64 block = 1 << 16;

quint64 numberOf(const QString& path) {
  struct stat info = {};
  return ::stat(QFile::encodeName(path).constData(), &info) == 0 ? info.st_ino : 0;
}

}  // namespace

bool LogPages::open(const QString& path) {
  m_file.close();
  m_file.setFileName(path);
  m_number = numberOf(path);
  return m_number != 0 && m_file.open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

qint64 LogPages::size() {
  struct stat info = {};
  return m_file.isOpen() && ::fstat(m_file.handle(), &info) == 0 ? info.st_size : 0;
}

bool LogPages::isReplaced() const { return m_file.isOpen() && numberOf(m_file.fileName()) != m_number; }

QByteArray LogPages::bytes(qint64 offset, qint64 length) {
  if (!m_file.isOpen() || length <= 0) return {};
  QByteArray data(length, Qt::Uninitialized);
  const ssize_t count = ::pread(m_file.handle(), data.data(), size_t(length), offset);
  data.resize(std::max<ssize_t>(0, count));
  return data;
}

qint64 LogPages::lineStart(qint64 offset) {
  const qint64 least = std::max<qint64>(0, offset - longestPiece);
  for (qint64 end = offset; end > least;) {
    const qint64 from = std::max(least, end - block);
    const QByteArray data = bytes(from, end - from);
    if (const qsizetype at = data.lastIndexOf('\n'); at >= 0) return from + at + 1;
    end = from;
  }
  return least;
}

std::vector<LogRow> LogPages::rowsFrom(qint64 offset, int count) {
  std::vector<LogRow> rows;
  QByteArray data;
  qint64 read = offset;   // up to here the file is in `data`
  qsizetype at = 0;       // of the next line in `data`, which begins at `offset`
  while (int(rows.size()) < count) {
    qsizetype end = data.indexOf('\n', at);
    const bool tooLong = data.size() - at >= longestPiece;
    if (end < 0 && !tooLong) {
      const QByteArray more = bytes(read, block);
      if (!more.isEmpty()) {
        data = data.mid(at) + more;
        offset += at;
        at = 0;
        read += more.size();
        continue;
      }
      if (at < data.size()) rows.push_back({offset + at, offset + data.size(), styledLine(data.mid(at))});  // no newline yet
      break;
    }
    if (end < 0 || end - at >= longestPiece) end = at + longestPiece - 1;
    rows.push_back({offset + at, offset + end + 1, styledLine(data.mid(at, end - at))});
    at = end + 1;
  }
  return rows;
}

std::vector<LogRow> LogPages::rowsBefore(qint64 offset, int count) {
  qint64 start = offset;
  int lines = 0;
  // Back to where `count` lines begin: one newline more than lines, for the one before the first is not theirs.
  for (qint64 end = offset; end > 0 && lines <= count;) {
    const qint64 from = std::max<qint64>(0, end - block);
    const QByteArray data = bytes(from, end - from);
    if (data.isEmpty()) break;
    qsizetype at = data.size();
    if (end == offset && data.endsWith('\n')) --at;  // ends the last line
    while (lines <= count && at > 0 && (at = data.lastIndexOf('\n', at - 1)) >= 0) {
      start = from + at + 1;
      if (++lines == count) break;
    }
    if (lines >= count) break;
    end = from;
    if (end == 0 || offset - end > longestPiece * 4) {
      if (end == 0 || lines == 0) start = end;  // else from the last line that was found: no line is cut
      break;
    }
  }
  std::vector<LogRow> rows = rowsFrom(start, count + 1);
  while (!rows.empty() && rows.back().offset >= offset) rows.pop_back();
  if (int(rows.size()) > count) rows.erase(rows.begin(), rows.end() - count);
  return rows;
}

}  // namespace trainyard
