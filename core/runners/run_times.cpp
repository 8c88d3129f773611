// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runners/run_times.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

namespace trainyard {

void RunTimes::add(qint64 wallMs, qint64 logBytes, qint64 metricsBytes) {
  // A clock that was set back, or a file that was truncated, would turn the order: such notes begin anew.
  if (!m_notes.empty() && (wallMs < m_notes.back().wallMs || logBytes < m_notes.back().bytes[0] || metricsBytes < m_notes.back().bytes[1]))
    m_notes.clear();
  m_notes.push_back({wallMs, {logBytes, metricsBytes}});
}

qint64 RunTimes::timeOf(File file, qint64 offset, qint64 whenUnknown) const {
  const size_t which = file == File::Log ? 0 : 1;
  const auto after = std::lower_bound(m_notes.begin(), m_notes.end(), offset,
                                      [which](const Note& note, qint64 wanted) { return note.bytes[which] < wanted; });
  if (after == m_notes.end()) return whenUnknown;
  if (after == m_notes.begin()) return after->wallMs;
  const Note& before = *(after - 1);
  const double share = double(offset - before.bytes[which]) / double(after->bytes[which] - before.bytes[which]);
  return before.wallMs + qint64(share * double(after->wallMs - before.wallMs));
}

qint64 RunTimes::logOffsetAt(qint64 wallMs) const {
  const auto after = std::lower_bound(m_notes.begin(), m_notes.end(), wallMs,
                                      [](const Note& note, qint64 wanted) { return note.wallMs < wanted; });
  if (after == m_notes.end()) return m_notes.empty() ? 0 : m_notes.back().bytes[0];
  if (after == m_notes.begin()) return 0;
  const Note& before = *(after - 1);
  const double share = double(wallMs - before.wallMs) / double(std::max<qint64>(1, after->wallMs - before.wallMs));
  return before.bytes[0] + qint64(share * double(after->bytes[0] - before.bytes[0]));
}

RunTimes RunTimes::read(const QString& path) {
  RunTimes times;
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return times;
  while (!file.atEnd())
    if (SystemSample sample; parseSample(file.readLine(), sample)) times.add(sample.wallMs, sample.logBytes, sample.metricsBytes);
  return times;
}

bool parseSample(const QByteArray& line, SystemSample& sample) {
  const QJsonObject object = QJsonDocument::fromJson(line).object();
  if (!object.contains(QLatin1String("n")) || !object.contains(QLatin1String("ms"))) return false;
  const auto whole = [&object](const char* key) { return object[QLatin1String(key)].toInteger(); };
  const auto real = [&object](const char* key) { return object[QLatin1String(key)].toDouble(); };
  sample = {whole("n"), whole("ms"), whole("log"), whole("metrics"), real("cpu"), real("resident"), real("read"), real("written")};
  return true;
}

}  // namespace trainyard
