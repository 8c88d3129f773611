// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <vector>

namespace trainyard {

/// When which byte of a run's files was written: the supervisor notes their lengths every five seconds, and in between a
/// program is taken to write evenly.
class RunTimes {
 public:
  enum class File { Log, Metrics };

  void add(qint64 wallMs, qint64 logBytes, qint64 metricsBytes);
  /// The time of the byte before `offset`, ms since 1970 UTC; `whenUnknown` beyond what was noted.
  [[nodiscard]] qint64 timeOf(File file, qint64 offset, qint64 whenUnknown) const;
  /// How long the log was at that time.
  [[nodiscard]] qint64 logOffsetAt(qint64 wallMs) const;

  /// Reads a whole system.jsonl.
  [[nodiscard]] static RunTimes read(const QString& path);

 private:
  struct Note {
    qint64 wallMs;
    qint64 bytes[2];
  };
  std::vector<Note> m_notes;
};

/// One line of system.jsonl.
struct SystemSample {
  qint64 number = 0;
  qint64 wallMs = 0;
  qint64 logBytes = 0;
  qint64 metricsBytes = 0;
  double cpu = 0.0;          ///< cores in use, mean since the sample before
  double residentBytes = 0.0;    ///< 0 = nothing ran any more
  double readPerSecond = 0.0;    ///< bytes from storage
  double writtenPerSecond = 0.0; ///< bytes to storage
};
/// False when the line is none.
[[nodiscard]] bool parseSample(const QByteArray& line, SystemSample& sample);

}  // namespace trainyard
