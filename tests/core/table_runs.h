// SPDX-License-Identifier: GPL-3.0-or-later
// A folder of a run for the tests of readers, and what a source gives of it.
#pragma once

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <catch2/catch.hpp>
#include <map>

#include "core/readers/run_formats.h"

namespace trainyard::test {

using Series = std::map<QString, std::vector<Point>>;

inline Folder listed(const QString& path) {
  const QDir dir(path);
  return {path, dir.entryList(QDir::Files | QDir::Hidden, QDir::Name), dir.entryList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::Hidden, QDir::Name)};
}

inline void put(const QString& path, const QByteArray& text, QIODevice::OpenMode mode = QIODevice::WriteOnly | QIODevice::Truncate) {
  REQUIRE(QDir().mkpath(QFileInfo(path).path()));
  QFile file(path);
  REQUIRE(file.open(mode));
  REQUIRE(file.write(text) == text.size());
}

inline void append(const QString& path, const QByteArray& text) { put(path, text, QIODevice::WriteOnly | QIODevice::Append); }

/// The points of a series replaced from where new ones overtake them, as the store does.
inline void add(Series& all, const JobPoints& points) {
  for (const SeriesPoints& one : points.series) {
    auto& known = all[one.tag];
    for (const Point& point : one.points) {
      while (!known.empty() && known.back().step >= point.step) known.pop_back();
      known.push_back(point);
    }
  }
}

/// All points in the order of the files.
inline void addRaw(Series& all, const JobPoints& points) {
  for (const SeriesPoints& one : points.series) all[one.tag].insert(all[one.tag].end(), one.points.begin(), one.points.end());
}

constexpr qint64 someDay = 4'000'000'000'000;  ///< after every file's time

/// Reads until there is no more; the last place is kept in `resume`.
inline void readOn(RunSource& source, Series& all, QByteArray* resume = nullptr, void (*join)(Series&, const JobPoints&) = add) {
  for (bool more = true; more;) {
    const RunSource::Part part = source.read(someDay);
    join(all, part.points);
    if (resume && !part.points.resume.isEmpty()) *resume = part.points.resume;
    more = part.more;
  }
}

inline std::unique_ptr<RunSource> opened(Result<std::unique_ptr<RunSource>> source) {
  REQUIRE(source);
  return std::move(*source);
}

/// "0=1.5 1=nan": steps and values; for comparing.
inline QString textOf(const std::vector<Point>& points) {
  QStringList words;
  for (const Point& point : points) words << QStringLiteral("%1=%2").arg(point.step).arg(point.value);
  return words.join(u' ');
}

inline QStringList textOf(const Series& all) {
  QStringList lines;
  for (const auto& [tag, points] : all) lines << tag + QStringLiteral(": ") + textOf(points);
  return lines;
}

/// A file that grows byte by byte, a reader that is begun anew at each byte from where the one before was, and one that reads all at once
/// give the same.
template <typename Find, typename Open>
void checkGrowing(const QString& path, const QByteArray& text, const FoundRun& run, Find beside, Open open) {
  Series whole;
  {
    put(path, text);
    beside();
    auto source = opened(open(run, {}));
    readOn(*source, whole);
    add(whole, source->finish(someDay));
  }
  Series grown, resumed;
  put(path, {});
  auto source = opened(open(run, {}));
  QByteArray resume;
  for (qsizetype i = 0; i < text.size(); ++i) {
    append(path, text.mid(i, 1));
    readOn(*source, grown);
    readOn(*opened(open(run, resume)), resumed, &resume);
  }
  add(grown, source->finish(someDay));
  auto last = opened(open(run, resume));
  readOn(*last, resumed);
  add(resumed, last->finish(someDay));
  CHECK(textOf(grown) == textOf(whole));
  CHECK(textOf(resumed) == textOf(whole));
}

}  // namespace trainyard::test
