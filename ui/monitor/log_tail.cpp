// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/log_tail.h"

#include "core/readers/log_line.h"

namespace trainyard {
namespace {

constexpr int pollMs = 200;
constexpr qsizetype longestLine = 4'096;  ///< a line is cut here; no log is read sideways

}  // namespace

QByteArray foldedOutput(const QByteArray& output) {
  QByteArray out;
  for (const QByteArray& line : output.split('\n')) {
    QByteArray kept = line.endsWith('\r') ? line.chopped(1) : line;
    kept = withoutControl(kept.mid(kept.lastIndexOf('\r') + 1));
    if (kept.size() > longestLine) kept = kept.left(longestLine) + " …";
    out += kept + '\n';
  }
  out.chop(1);
  return out;
}

LogTail::LogTail() : m_timer(new QTimer(this)) {
  m_timer->setInterval(pollMs);
  connect(m_timer, &QTimer::timeout, this, &LogTail::poll);
}

void LogTail::follow(const QString& path) {
  m_path = path;
  m_file = Follower(path, firstBytes);
  m_anew = true;
  m_partial.clear();
  poll();
}

void LogTail::setActive(bool active) {
  if (!active) {
    m_timer->stop();
    return;
  }
  poll();
  m_timer->start();
}

void LogTail::poll() {
  if (m_path.isEmpty()) return;
  const QByteArray bytes = m_file.read();
  if (m_file.takeRestarted()) {
    m_anew = true;
    m_partial.clear();
  }
  if (bytes.isEmpty()) return;
  QByteArray text = m_partial + bytes;
  const qsizetype end = text.lastIndexOf('\n') + 1;
  m_partial = text.mid(end).right(longestLine);
  text.truncate(end);
  if (!text.isEmpty()) Q_EMIT read(m_path, QString::fromUtf8(foldedOutput(text)), std::exchange(m_anew, false));
  if (bytes.size() == Follower::mostAtOnce) QMetaObject::invokeMethod(this, &LogTail::poll, Qt::QueuedConnection);
}

}  // namespace trainyard
