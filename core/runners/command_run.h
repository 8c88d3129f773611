// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QProcess>
#include <QTimer>

#include "core/base/clock.h"
#include "core/readers/follow.h"
#include "core/readers/line_splitter.h"
#include "core/readers/log_interpreter.h"
#include "core/runners/runner.h"

namespace trainyard {

/// One program of one job: its process group, its output.log, its metrics.jsonl. Knows nothing of other jobs, so that it
/// can be moved into a process of its own.
class CommandRun final : public QObject {
  Q_OBJECT
 public:
  CommandRun(const Job& job, QString directory, LogInterpreter interpreter, const Clock& clock);
  ~CommandRun() override;

  /// Starts the program; what goes wrong is told by `ended`.
  void start();
  /// The next of SIGINT, SIGTERM, SIGKILL to the process group now; the ones after it each `graceMs` later.
  void stop(int graceMs);
  /// To the process group at once.
  void signalGroup(int signal) const;
  [[nodiscard]] bool waitForEnd(int ms);

 Q_SIGNALS:
  void produced(const trainyard::JobPoints& points);
  void ended(const trainyard::Ending& ending);

 private:
  [[nodiscard]] bool prepareFiles(QString* problem) const;
  [[nodiscard]] QProcessEnvironment environment() const;
  void read();
  [[nodiscard]] bool readSome();
  void tellBatch();
  void finished(int code, QProcess::ExitStatus status);
  void failedToStart(QProcess::ProcessError error);
  [[nodiscard]] Ending endingFor(int code, QProcess::ExitStatus status) const;

  Job m_job;
  QString m_directory;
  LogInterpreter m_interpreter;
  const Clock& m_clock;
  QProcess m_process;
  Follower m_log;
  Follower m_metrics;
  LineSplitter m_logLines;
  LineSplitter m_metricLines;
  JobPoints m_batch;
  QTimer m_poll;
  QTimer m_escalation;
  qint64 m_group = 0;
  int m_graceMs = 0;
  int m_signalsSent = 0;
};

}  // namespace trainyard
