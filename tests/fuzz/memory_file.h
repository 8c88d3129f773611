// SPDX-License-Identifier: GPL-3.0-or-later
// For readers that read files: the input is written into memory-backed files and read to its end.
#pragma once

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include "core/readers/run_formats.h"

namespace trainyard::fuzz {

/// A folder in memory, one for the whole run.
inline const QString& folder() {
  static const QTemporaryDir dir(QFileInfo(QStringLiteral("/dev/shm")).isWritable() ? QStringLiteral("/dev/shm/fuzz")
                                                                                    : QDir::tempPath() + QStringLiteral("/fuzz"));
  static const QString path = dir.path();
  return path;
}

inline void put(const QString& name, const uint8_t* data, size_t size) {
  const QString path = folder() + u'/' + name;
  QDir().mkpath(QFileInfo(path).path());
  QFile file(path);
  if (file.open(QIODevice::WriteOnly | QIODevice::Truncate)) file.write(reinterpret_cast<const char*>(data), qint64(size));
}

inline Folder listed(const QString& path = folder()) {
  const QDir dir(path);
  return {path, dir.entryList(QDir::Files, QDir::Name), dir.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)};
}

/// Reads a run twice, the second time from the place of the first part, as after a crash.
inline void readAll(const FoundRun& run, Result<std::unique_ptr<RunSource>> (*open)(const FoundRun&, const QByteArray&)) {
  constexpr qint64 nowMs = 4'000'000'000'000;
  QByteArray resume;
  for (int round = 0; round < 2; ++round) {
    auto source = open(run, resume);
    if (!source) return;
    for (RunSource::Part part = (*source)->read(nowMs);; part = (*source)->read(nowMs)) {
      if (resume.isEmpty()) resume = part.points.resume;
      if (!part.more) break;
    }
    (void)(*source)->finish(nowMs);
    (void)(*source)->facts();
    (void)(*source)->takeProblems();
  }
}

}  // namespace trainyard::fuzz
