// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/database_source.h"

#include <QFileInfo>

namespace trainyard {

DatabaseSource::DatabaseSource(const FoundRun& run, const QByteArray& resume)
    : m_format(run.format), m_path(run.path), m_run(run.run), m_stamp(run.path) {
  const QJsonObject place = resumed(resume, m_format);
  m_place = {place[QLatin1String("row")].toString().toLongLong(), place[QLatin1String("mark")].toString()};
}

RunSource::Part DatabaseSource::read(qint64 nowMs) {
  bool more = false;
  if (m_stamp.mayHaveChanged()) {
    const QString before = m_stamp.now();
    const Result<bool> done = readOn(nowMs);
    more = done.value_or(false);
    if (done && !more) m_stamp.settle(before, nowMs);
    const QString why = done ? QString() : done.error().message;
    if (!why.isEmpty() && why != m_told) complain(m_path, -1, why);  // once, though it is tried again
    m_told = why;
    complainOfSeries(m_path);
  }
  return partOf({{QStringLiteral("row"), QString::number(m_place.row)}, {QStringLiteral("mark"), m_place.mark}}, m_format, more);
}

Result<bool> DatabaseSource::readOn(qint64 nowMs) {
  SqliteFile file;
  if (auto opened = file.open(m_path); !opened) return tl::make_unexpected(opened.error());
  if (m_place.row > 0) {
    const Result<QString> mark = markOf(file, m_place.row);
    if (!mark) return tl::make_unexpected(mark.error());
    if (*mark != m_place.mark) {  // another file of that name, or one whose rows were numbered anew
      tellAnew(m_path);
      m_place = {};
    }
  }
  const Result<bool> more = takeRows(file, m_place, nowMs);
  if (!more || *more) return more;
  return readFacts(file).map([this](const RunFacts& facts) {
    m_facts = facts;
    return false;
  });
}

}  // namespace trainyard
