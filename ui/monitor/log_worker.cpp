// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/log_worker.h"

#include <algorithm>

#include "core/runners/run_times.h"

namespace trainyard {
namespace {

constexpr qint64 errorStepBytes = 1 << 20;
constexpr int errorPauseMs = 4;          ///< between two megabytes: a log of gigabytes is looked through beside the work
constexpr qint64 errorHeadBytes = 64;    ///< a head that lies over the border of two steps
constexpr qint64 longestTraceback = 1 << 18;

}  // namespace

LogWorker::LogWorker() : m_timer(new QTimer(this)), m_errorTimer(new QTimer(this)) {
  m_errorTimer->setInterval(errorPauseMs);
  connect(m_timer, &QTimer::timeout, this, &LogWorker::poll);
  connect(m_errorTimer, &QTimer::timeout, this, &LogWorker::lookForError);
}

void LogWorker::open(quint64 run, const QString& path) {
  m_run = run;
  m_path = path;
  startAnew();
  poll();
}

void LogWorker::startAnew() {
  m_pages.close();
  m_search.reset();
  m_size = -1;
  m_errorSearched = 0;
  m_errorFound = false;
}

void LogWorker::setActive(bool active) {
  m_timer->start(active ? followMs : idleMs);
  if (active) poll();
}

bool LogWorker::ensureOpen() { return m_pages.isOpen() || (!m_path.isEmpty() && m_pages.open(m_path)); }

void LogWorker::poll() {
  if (m_pages.isOpen() && (m_pages.isReplaced() || m_pages.size() < m_size)) {
    startAnew();
    m_size = ensureOpen() ? m_pages.size() : 0;
    Q_EMIT changed(m_run, m_size, true);
    return;
  }
  if (!ensureOpen()) return;
  const qint64 size = m_pages.size();
  if (size == m_size) return;
  m_size = size;
  Q_EMIT changed(m_run, size, false);
  if (!m_errorFound) m_errorTimer->start();
}

void LogWorker::readAround(qint64 offset, int before, int after) {
  if (!ensureOpen()) return;
  LogPage page;
  page.requested = offset;
  page.fileSize = m_pages.size();
  page.anchor = m_pages.lineStart(std::clamp<qint64>(offset, 0, page.fileSize));
  page.rows = m_pages.rowsBefore(page.anchor, before);
  const std::vector<LogRow> behind = m_pages.rowsFrom(page.anchor, after);
  page.rows.insert(page.rows.end(), behind.begin(), behind.end());
  Q_EMIT pageRead(m_run, page);
}

void LogWorker::readTail(int count) {
  if (!ensureOpen()) return;
  LogPage page;
  page.fileSize = m_pages.size();
  page.rows = m_pages.rowsBefore(page.fileSize, count);
  page.anchor = page.rows.empty() ? 0 : page.rows.back().offset;
  page.isTail = true;
  Q_EMIT pageRead(m_run, page);
}

void LogWorker::findTime(const QString& systemPath, qint64 wallMs) {
  Q_EMIT timeFound(m_run, RunTimes::read(systemPath).logOffsetAt(wallMs));
}

void LogWorker::search(const LogQuery& query, qint64 from, bool forward) {
  if (!ensureOpen()) {
    Q_EMIT found(m_run, -1);
    return;
  }
  m_search.emplace(query, from, forward, m_pages.size());
  searchStep();
}

void LogWorker::searchStep() {
  if (!m_search) return;
  if (const auto at = m_search->step(m_pages)) {
    m_search.reset();
    Q_EMIT found(m_run, *at);
    return;
  }
  if (m_search->isDone()) {
    m_search.reset();
    Q_EMIT found(m_run, -1);
    return;
  }
  Q_EMIT searched(m_run, m_search->progress());
  QMetaObject::invokeMethod(this, &LogWorker::searchStep, Qt::QueuedConnection);
}

QString cutOut(QStringList lines, qsizetype firstColumn, qsizetype lastColumn) {
  if (lines.isEmpty()) return {};
  lines.last().truncate(lastColumn);
  lines.first().remove(0, firstColumn);
  return lines.join(u'\n');
}

void LogWorker::copy(const LogPlace& from, const LogPlace& to) {
  if (!ensureOpen() || to <= from) return;
  const std::vector<LogRow> last = m_pages.rowsFrom(to.row, 1);
  const qint64 length = (last.empty() ? to.row : last.front().next) - from.row;
  QByteArray text = m_pages.bytes(from.row, std::min(length, mostCopied));
  if (!last.empty() && text.size() == length && text.endsWith('\n')) text.chop(1);  // it ends the last line
  QStringList lines;
  for (const QByteArray& line : text.split('\n')) lines << styledLine(line).text;
  Q_EMIT copied(m_run, cutOut(std::move(lines), from.column, length <= mostCopied ? to.column : std::numeric_limits<qsizetype>::max()));
}

void LogWorker::lookForError() {
  if (m_errorFound || !m_pages.isOpen() || m_errorSearched >= m_size) {
    m_errorTimer->stop();
    return;
  }
  const qint64 from = std::max<qint64>(0, m_errorSearched - errorHeadBytes);
  const QByteArray part = m_pages.bytes(from, errorStepBytes);
  const qsizetype at = findError(part);
  if (at < 0) {
    m_errorSearched = from + part.size();
    if (part.isEmpty() || m_errorSearched >= m_size) m_errorTimer->stop();
    return;
  }
  const qint64 begin = m_pages.lineStart(from + at);
  const QByteArray text = m_pages.bytes(begin, longestTraceback);
  m_errorSearched = std::max(m_errorSearched, begin);
  const auto error = readError(text, begin, text.size() == longestTraceback);
  if (!error) {
    m_errorTimer->stop();  // it is being written; the next growth looks again
    return;
  }
  m_errorFound = true;
  m_errorTimer->stop();
  Q_EMIT firstErrorFound(m_run, error->line, error->offset);
}

}  // namespace trainyard
