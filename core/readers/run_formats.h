// SPDX-License-Identifier: GPL-3.0-or-later
// The formats of runs, one after the other: who may claim what of a folder. Used by findRuns() and openRun() only.
#pragma once

#include <QSet>
#include <span>

#include "core/readers/run_source.h"

namespace trainyard {

/// One folder as it was read once for all formats. Asked for a single file, it holds that file only.
struct Folder {
  QString path;         ///< absolute and clean
  QStringList files;    ///< names, in order; without those that a format before took
  QStringList folders;  ///< names, in order
  [[nodiscard]] QString filePath(const QString& name) const { return path + u'/' + name; }
};

/// What a format sees of its own in a folder.
struct Claim {
  std::vector<FoundRun> runs;
  QSet<QString> taken;   ///< files that no later format is asked about
  QSet<QString> closed;  ///< folders that nobody goes into
  std::vector<ReadProblem> problems;
};

struct FormatReader {
  RunFormat format;
  Claim (*find)(const Folder& folder);
  Result<std::unique_ptr<RunSource>> (*open)(const FoundRun& run, const QByteArray& resume);
};

/// The most particular first: a format that takes what many files look like (a table, a log) comes after those that know theirs.
[[nodiscard]] std::span<const FormatReader> runFormats();

/// The first bytes of a file; empty where it cannot be read.
[[nodiscard]] QByteArray headOf(const QString& path, qint64 most = 8'192);

}  // namespace trainyard
