// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>

#include "core/readers/basic_source.h"

namespace trainyard {

/// The files below a folder, by their names from there, in order, links to folders not followed: at most one more than
/// RunSource::mostSeries, so that too many are noticed.
[[nodiscard]] QStringList filesUnder(const QString& root, const QString& ending = {});

/// A run with a file for each series (MLflow, DVCLive): all below a folder are followed, new ones too, line by line.
class FolderSource : public BasicSource {
 public:
  Part read(qint64 nowMs) final;
  JobPoints finish(qint64 nowMs) final;
  QStringList watched() const override;

 protected:
  FolderSource(RunFormat format, const QString& root, const QString& ending, const QByteArray& resume);

  struct Series {
    explicit Series(const QString& path) : file(path) {}
    FollowedFile file;
    QByteArray partial = {};
    qint64 lineOffset = 0;  ///< where the line begins that is being read
    qint64 row = 0;         ///< lines that gave a point
    int number = -1;        ///< in m_series
    QByteArray header = {}; ///< the first line, of files that have one
  };
  /// `line` is trimmed and not empty. Counts `row`.
  virtual void takeLine(Series& series, QByteArrayView line, qint64 timeMs) = 0;
  /// The name of the series in a file.
  [[nodiscard]] virtual QString tagOfFile(const QString& name) const = 0;
  void complainOfLine(const Series& series);

 private:
  [[nodiscard]] Series& seriesOf(const QString& name);
  [[nodiscard]] qint64 readFile(Series& series, qint64 nowMs);
  void takeLines(Series& series, const QByteArray& bytes, qint64 timeMs);
  void lookForFiles();
  [[nodiscard]] QJsonObject place() const;

  RunFormat m_format;
  QString m_root;
  QString m_ending;
  QJsonObject m_resumed;           ///< places of files that were not seen yet
  std::map<QString, Series> m_files;
  bool m_toldBarred = false;
  QString m_next;                  ///< the file that the next part begins with; empty = all were read
};

}  // namespace trainyard
