// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>

#include "core/readers/follow.h"
#include "core/readers/run_source.h"
#include "core/readers/series_set.h"

namespace trainyard {

/// What most sources have: their series, and the problems and the notice that wait to be told.
class BasicSource : public RunSource {
 public:
  [[nodiscard]] std::vector<ReadProblem> takeProblems() override;
  [[nodiscard]] QString takeNotice() override { return std::exchange(m_notice, {}); }
  [[nodiscard]] bool takeAnew() override { return std::exchange(m_isAnew, false); }

 protected:
  void complain(const QString& file, qint64 offset, const QString& why);
  /// Tells, once, that there are more series than are taken.
  void complainOfSeries(const QString& file);
  void tellAnew(const QString& file);
  void tellGone(const QString& file);
  /// After a read of it: tells when it is gone, or is there and cannot be read.
  void tellTrouble(class FollowedFile& file);
  /// The points that were read since the last one, and the place after them where it moved.
  [[nodiscard]] Part partOf(QJsonObject place, RunFormat format, bool more);
  /// The place in a `resume` of this version and format; empty for another.
  [[nodiscard]] QJsonObject resumed(const QByteArray& resume, RunFormat format);
  /// Bytes of the run's files that were read for the part that comes next.
  void noteRead(const QByteArray& bytes) { m_read += bytes.size(); }
  SeriesSet m_series;
  Progress m_progress;  ///< but for the step, which is the newest point's

 private:
  static constexpr size_t mostProblems = 100;
  std::vector<ReadProblem> m_problems;
  qint64 m_untold = 0;
  qint64 m_read = 0;
  QString m_notice;
  bool m_isAnew = false;
  QByteArray m_resume;
};

/// A file that is followed, and where in it the records end that were taken.
class FollowedFile {
 public:
  explicit FollowedFile(const QString& path) : m_path(path), m_follower(path) {}
  /// What was appended, at most Follower::mostAtOnce bytes. The base moves to 0 when the file is read anew.
  [[nodiscard]] QByteArray read();
  [[nodiscard]] bool takeRestarted() { return std::exchange(m_restarted, false); }
  [[nodiscard]] bool takeVanished() { return m_follower.takeVanished(); }
  /// Whether it could be read once.
  [[nodiscard]] bool wasRead() const { return m_follower.fileNumber() != 0; }
  [[nodiscard]] QString takeBarred() { return m_follower.takeBarred(); }
  /// Where the first byte is that read() gave since it was made, resumed or restarted.
  [[nodiscard]] qint64 base() const { return m_base; }
  [[nodiscard]] qint64 offset() const { return m_follower.offset(); }
  [[nodiscard]] const QString& path() const { return m_path; }
  /// When the file changed last, but not after `nowMs`: when its newest lines were written, in ms since 1970 UTC.
  [[nodiscard]] qint64 timeMs(qint64 nowMs) const;
  /// The place of a record's end, for resumeAt() of another one. An empty place is the begin.
  [[nodiscard]] QJsonObject placeAt(qint64 offset) const;
  void resumeAt(const QJsonObject& place);

 private:
  QString m_path;
  Follower m_follower;
  qint64 m_base = 0;
  bool m_restarted = false;
};

/// NotFound or StorageOpen with a sentence when a file cannot be read.
[[nodiscard]] Result<void> checkReadable(const QString& path);
/// A whole file of at most `most` bytes; nothing when it is larger or cannot be read.
[[nodiscard]] std::optional<QByteArray> contentOf(const QString& path, qint64 most);

}  // namespace trainyard
