// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/folder_source.h"

#include <QCoreApplication>
#include <QDirIterator>
#include <QFileInfo>

#include "core/readers/cell.h"

namespace trainyard {
namespace {

constexpr qsizetype longestLine = 64 << 10;

}  // namespace

QStringList filesUnder(const QString& root, const QString& ending) {
  QStringList names;
  QDirIterator files(root, QDir::Files, QDirIterator::Subdirectories);
  while (files.hasNext() && names.size() <= RunSource::mostSeries) {
    const QString path = files.next();
    if (path.endsWith(ending)) names << path.mid(root.size() + 1);
  }
  names.sort();
  return names;
}

FolderSource::FolderSource(RunFormat format, const QString& root, const QString& ending, const QByteArray& resume)
    : m_format(format), m_root(root), m_ending(ending) {
  m_resumed = resumed(resume, format)[QLatin1String("files")].toObject();
}

RunSource::Part FolderSource::read(qint64 nowMs) {
  if (m_next.isEmpty()) lookForFiles();
  qint64 bytes = 0;
  auto at = m_files.lower_bound(m_next);
  while (at != m_files.end() && bytes < mostAtOnce) {
    const qint64 read = readFile(at->second, nowMs);
    bytes += read;
    if (read < Follower::mostAtOnce) ++at;
  }
  m_next = at == m_files.end() ? QString() : at->first;
  complainOfSeries(m_root);
  return partOf(place(), m_format, !m_next.isEmpty());
}

JobPoints FolderSource::finish(qint64 nowMs) {
  for (auto& [name, series] : m_files) {
    if (series.partial.isEmpty()) continue;
    takeLines(series, "\n", series.file.timeMs(nowMs));
    series.lineOffset = series.file.offset();  // there was no newline
  }
  return partOf(place(), m_format, false).points;
}

QStringList FolderSource::watched() const {
  QStringList all{m_root};
  QSet<QString> folders;
  for (const auto& [name, series] : m_files) {
    all << series.file.path();
    if (const qsizetype end = name.lastIndexOf(u'/'); end > 0) folders.insert(m_root + u'/' + name.left(end));
  }
  return all + QStringList(folders.begin(), folders.end());
}

void FolderSource::lookForFiles() {
  const QFileInfo root(m_root);
  if (root.exists() && !root.isReadable() && !std::exchange(m_toldBarred, true))
    complain(m_root, -1, QCoreApplication::translate("Readers", "This folder cannot be read. Give the right to, and import its run again."));
  for (const QString& name : filesUnder(m_root, m_ending)) (void)seriesOf(name);
}

FolderSource::Series& FolderSource::seriesOf(const QString& name) {
  const auto [place, isNew] = m_files.try_emplace(name, m_root + u'/' + name);
  Series& series = place->second;
  if (!isNew) return series;
  series.number = m_series.indexOf(tagOfFile(name).toUtf8());
  const QJsonObject kept = m_resumed[name].toObject();
  if (kept.isEmpty()) return series;
  series.file.resumeAt(kept);
  series.lineOffset = series.file.base();
  series.row = kept[QLatin1String("rows")].toInteger();
  series.header = kept[QLatin1String("header")].toString().toUtf8();
  return series;
}

/// How many bytes it had.
qint64 FolderSource::readFile(Series& series, qint64 nowMs) {
  const QByteArray bytes = series.file.read();
  noteRead(bytes);
  if (series.file.takeRestarted()) {
    tellAnew(series.file.path());
    series.partial.clear();
    series.header.clear();
    series.lineOffset = series.row = 0;
  }
  tellTrouble(series.file);
  if (!bytes.isEmpty()) takeLines(series, bytes, series.file.timeMs(nowMs));
  return bytes.size();
}

void FolderSource::takeLines(Series& series, const QByteArray& bytes, qint64 timeMs) {
  QByteArrayView rest(bytes);
  for (qsizetype end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
    series.partial.append(rest.first(std::min(end, longestLine - series.partial.size())));
    if (series.partial.size() >= longestLine) complainOfLine(series);
    else if (const QByteArrayView line = trimmed(series.partial); !line.isEmpty()) takeLine(series, line, timeMs);
    rest = rest.sliced(end + 1);
    series.partial.resize(0);
    series.lineOffset = series.file.offset() - rest.size();
  }
  series.partial.append(rest.first(std::min(rest.size(), longestLine - series.partial.size())));
}

void FolderSource::complainOfLine(const Series& series) {
  complain(series.file.path(), series.lineOffset, QCoreApplication::translate("Readers", "A line is no value of a metric; it is left out."));
}

QJsonObject FolderSource::place() const {
  QJsonObject files;
  for (const auto& [name, series] : m_files) {
    QJsonObject one = series.file.placeAt(series.lineOffset);
    one[QStringLiteral("rows")] = series.row;
    if (!series.header.isEmpty()) one[QStringLiteral("header")] = QString::fromUtf8(series.header);
    files[name] = one;
  }
  return {{QStringLiteral("files"), files}};
}

}  // namespace trainyard
