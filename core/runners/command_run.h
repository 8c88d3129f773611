// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QProcess>
#include <QTimer>

#include "core/base/clock.h"
#include "core/runners/run_reader.h"
#include "core/runners/run_records.h"
#include "core/runners/runner.h"
#include "core/system/process_identity.h"

namespace trainyard {

struct CommandRunSetup {
  Job job;
  QString directory;   ///< the job's
  QString supervisor;  ///< the program that supervises, absolute
  QByteArray resume;   ///< where reading goes on, or empty
  /// What else is measured when the supervisor has made its measurement of that number just now.
  std::function<std::vector<SeriesPoints>(const Job& job, qint64 number, qint64 wallMs)> measure = {};
  QString mlflowAddress = {};  ///< of our own server, or empty
};

/// One program of one job as this process sees it: has a supervisor start it, or finds the one that an earlier window has
/// started; reads its files; learns of its end from the supervisor's record. It does not end with this object.
class CommandRun final : public QObject {
  Q_OBJECT
 public:
  CommandRun(CommandRunSetup setup, LogInterpreter interpreter, const Clock& clock);
  ~CommandRun() override;

  /// Starts the program; what goes wrong is told by `ended`.
  void start();
  /// Finds the program that an earlier window has started, or its end. It is started only when none has come so far.
  void takeOver();
  /// The next of SIGINT, SIGTERM, SIGKILL to all its processes now; the supervisor sends the ones after it each `graceMs` later.
  void stop(int graceMs, const Ending& why);
  /// While paused it reads nothing: what the program writes waits in its files.
  void setPaused(bool paused) { m_paused = paused; }
  [[nodiscard]] const Job& job() const { return m_setup.job; }

 Q_SIGNALS:
  void produced(const trainyard::JobPoints& points);
  void stopping(const trainyard::StopStage& stage);
  void noticed(const QString& sentence);
  void ended(const trainyard::Ending& ending);

 private:
  [[nodiscard]] bool prepareFolder(QString* problem) const;
  [[nodiscard]] QProcessEnvironment environment() const;
  void tellOfMlflow(QProcessEnvironment& environment) const;
  void launch();
  void launched(int code);
  void attach();
  void read();
  [[nodiscard]] bool readPart();
  void tell(const JobPoints& points);
  void tellStopping();
  void conclude();
  void end(const Ending& ending);
  [[nodiscard]] QByteArrayList marks() const;
  [[nodiscard]] std::optional<ProcessIdentity> supervisorByMarks() const;
  [[nodiscard]] bool clearForeignRecords(QString* problem) const;

  CommandRunSetup m_setup;
  const Clock& m_clock;
  RunReader m_reader;
  QProcess m_launcher;
  ProcessWatch* m_watch = nullptr;
  QTimer m_poll;
  std::optional<Ending> m_wish;  ///< a stop that was asked for before the supervisor was known
  int m_wishGraceMs = 0;
  std::optional<Ending> m_why;   ///< of the stop, should the disk refuse to keep it
  int m_toldSignals = 0;
  bool m_toldUnreadable = false;
  bool m_stopping = false;
  bool m_paused = false;
  bool m_isGone = false;         ///< the supervisor; what is left to do is to read
  bool m_isOver = false;
};

}  // namespace trainyard
