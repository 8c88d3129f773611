// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/point.h"
#include "core/readers/follow.h"
#include "core/readers/line_splitter.h"
#include "core/readers/log_interpreter.h"
#include "core/runners/run_times.h"

namespace trainyard {

/// The files of one run to points: output.log and metrics.jsonl by the LogInterpreter, system.jsonl (what the supervisor
/// measured) as series "system/...". Each batch holds where it goes on, so that a reader made of it gives exactly the
/// points that this one would have. What was written while nobody read is dated by the supervisor's measurements.
class RunReader {
 public:
  /// `resume`: of the last batch that is kept, or empty.
  RunReader(const Job& job, const QString& directory, LogInterpreter interpreter, const QByteArray& resume);

  struct Part {
    JobPoints points;
    bool more = false;                  ///< there may be more to read at once
    std::optional<qint64> sampleNumber; ///< of the newest measurement, when it was made just now
  };
  /// One bounded part of each file, at most a megabyte.
  [[nodiscard]] Part read(qint64 nowMs);
  /// The last lines, when they did not end in a newline. After the last read().
  [[nodiscard]] JobPoints finish(qint64 nowMs);
  /// One sentence, once, when a file became shorter or was replaced.
  [[nodiscard]] QString takeNotice();
  [[nodiscard]] QString lastError() const { return m_interpreter.lastError(); }

 private:
  struct Source {
    Source(const QString& path, const QString& name);
    void resumeAt(const QJsonObject& place);
    [[nodiscard]] QJsonObject place() const;
    QString name;
    Follower file;
    LineSplitter lines;
    qint64 base = 0;      ///< where the first line that was fed begins
    qint64 historyEnd = 0;///< what is before it was written before this reader began
    [[nodiscard]] qint64 lineEnd() const { return base + lines.consumed(); }
  };
  [[nodiscard]] QByteArray readSource(Source& source);
  [[nodiscard]] qint64 timeOf(const Source& source, RunTimes::File file, qint64 nowMs) const;
  void takeSystemLine(const QByteArray& line, qint64 nowMs, Part& part);
  void takeLine(Source& source, RunTimes::File file, const QByteArray& line, qint64 nowMs, JobPoints& points);
  [[nodiscard]] QByteArray resume() const;
  [[nodiscard]] bool isWorthKeeping(const JobPoints& points, qint64 nowMs);

  LogInterpreter m_interpreter;
  Source m_log;
  Source m_metrics;
  Source m_system;
  RunTimes m_times;
  JobId m_job;
  Progress m_progress;
  QString m_notice;
  qint64 m_keptMs = 0;
  qint64 m_keptOffset = 0;
};

}  // namespace trainyard
