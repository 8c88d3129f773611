// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runners/command_run.h"

#include <signal.h>

#include <QDir>
#include <QFileInfo>

namespace trainyard {
namespace {

constexpr int pollMs = 50;
constexpr int unreadableMs = 1'000;
constexpr int longestProgramName = 15;    ///< the kernel's
constexpr int alreadySupervised = 3;  ///< the supervisor's exit code when the job has one already

}  // namespace

CommandRun::CommandRun(CommandRunSetup setup, LogInterpreter interpreter, const Clock& clock)
    : m_setup(std::move(setup)),
      m_clock(clock),
      m_reader(m_setup.job, m_setup.directory, std::move(interpreter), m_setup.resume) {
  m_poll.setInterval(pollMs);
  connect(&m_poll, &QTimer::timeout, this, &CommandRun::read);
  connect(&m_launcher, &QProcess::finished, this, &CommandRun::launched);
  connect(&m_launcher, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
    if (error == QProcess::FailedToStart)
      end({EndKind::CouldNotStart, 0, tr("could not start: %1: %2").arg(m_setup.supervisor, m_launcher.errorString())});
  });
}

CommandRun::~CommandRun() {
  m_launcher.disconnect(this);
  if (m_launcher.state() != QProcess::NotRunning) m_launcher.waitForFinished();  // it takes milliseconds
}

void CommandRun::start() {
  QString problem;
  if (!clearForeignRecords(&problem)) return end({EndKind::CouldNotStart, 0, tr("could not start: %1").arg(problem)});
  launch();
}

void CommandRun::takeOver() {
  const RecordsOf records = recordsIn(m_setup.directory, runName(m_setup.job));
  if (records == RecordsOf::ThisRun || supervisorByMarks()) return attach();
  const bool hasTold = !m_setup.resume.isEmpty() || m_setup.job.progress.step > 0;
  if (!hasTold) return start();  // the window ended between the wish and the deed
  if (records == RecordsOf::Nobody) return attach();  // to nobody: what is left of its files is read, then it is lost
  end({EndKind::Lost, 0, tr("lost: its folder holds the records of another job")});
}

/// The folder's records are of a job of another database that was here: they are put aside, not lost.
bool CommandRun::clearForeignRecords(QString* problem) const {
  if (recordsIn(m_setup.directory, runName(m_setup.job)) != RecordsOf::AnotherRun) return true;
  const auto other = readProcessRecord(m_setup.directory);
  if (other && other->bootId == bootId() && isAlive(other->supervisor)) {
    *problem = tr("a program of another database still runs in %1 (its supervisor is process %2)").arg(m_setup.directory).arg(other->supervisor.pid);
    return false;
  }
  if (QDir().rename(m_setup.directory, QStringLiteral("%1-before-%2").arg(m_setup.directory).arg(m_clock.nowMs()))) return true;
  *problem = tr("the folder %1 holds another job's records and cannot be moved").arg(m_setup.directory);
  return false;
}

void CommandRun::launch() {
  QString problem;
  if (!prepareFolder(&problem)) return end({EndKind::CouldNotStart, 0, tr("could not start: %1").arg(problem)});
  m_launcher.setProcessEnvironment(environment());
  m_launcher.setStandardInputFile(QProcess::nullDevice());
  m_launcher.start(m_setup.supervisor, {m_setup.directory, m_setup.job.settings.command.workingDirectory,
                                        QStringLiteral("/bin/sh"), QStringLiteral("-c"), m_setup.job.settings.command.line});
}

/// A job runs once; what lies in its folder without a record of a run is from no run.
bool CommandRun::prepareFolder(QString* problem) const {
  if (!QDir().mkpath(m_setup.directory)) {
    *problem = tr("the folder %1 cannot be made").arg(m_setup.directory);
    return false;
  }
  for (const char* name : {"output.log", "metrics.jsonl", "system.jsonl"}) {
    QFile file(m_setup.directory + u'/' + QLatin1String(name));
    if (!file.exists() || file.remove()) continue;
    *problem = tr("%1 cannot be replaced: %2").arg(file.fileName(), file.errorString());
    return false;
  }
  return true;
}

/// In the environment of each process that the job starts, and of its supervisor.
QByteArrayList CommandRun::marks() const {
  return {"TRAINYARD_METRICS=" + QFile::encodeName(m_setup.directory + QStringLiteral("/metrics.jsonl")),
          "TRAINYARD_RUN=" + runName(m_setup.job).toUtf8()};
}

/// Where its records are gone or damaged, the supervisor is known by what it has in its environment.
std::optional<ProcessIdentity> CommandRun::supervisorByMarks() const {
  const QByteArray program = QFile::encodeName(QFileInfo(m_setup.supervisor).fileName()).left(longestProgramName);
  for (const ProcessIdentity& process : findMarked(marks()))
    if (programOf(process) == program) return process;
  return std::nullopt;
}

QProcessEnvironment CommandRun::environment() const {
  QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
  environment.insert(QStringLiteral("PYTHONUNBUFFERED"), QStringLiteral("1"));  // its prints come as they are made
  if (!m_setup.job.devices.isEmpty()) {
    environment.insert(QStringLiteral("CUDA_DEVICE_ORDER"), QStringLiteral("PCI_BUS_ID"));  // as NVML counts
    environment.insert(QStringLiteral("CUDA_VISIBLE_DEVICES"), m_setup.job.devices);
  }
  for (const KeyValue& variable : m_setup.job.settings.command.environment) environment.insert(variable.key, variable.value);
  tellOfMlflow(environment);
  environment.insert(QStringLiteral("TRAINYARD_JOB_ID"), QString::number(m_setup.job.id.value));
  environment.insert(QStringLiteral("TRAINYARD_RUN"), runName(m_setup.job));
  environment.insert(QStringLiteral("TRAINYARD_METRICS"), m_setup.directory + QStringLiteral("/metrics.jsonl"));
  return environment;
}

/// The address names the job's run, so that our server knows whose the runs are that its program begins. A script that sets the address by itself
/// is known by MLFLOW_RUN_CONTEXT, which MLflow's `start_run` turns into tags. Who is told of another server is told nothing of us.
void CommandRun::tellOfMlflow(QProcessEnvironment& environment) const {
  const QString server = QStringLiteral("MLFLOW_TRACKING_URI"), context = QStringLiteral("MLFLOW_RUN_CONTEXT");
  if (m_setup.mlflowAddress.isEmpty() || environment.value(server, m_setup.mlflowAddress) != m_setup.mlflowAddress) return;
  environment.insert(server, m_setup.mlflowAddress + QLatin1String(runPath) + runName(m_setup.job));
  if (!environment.contains(context)) environment.insert(context, QStringLiteral("{\"%1\": \"%2\"}").arg(QLatin1String(runTag), runName(m_setup.job)));
}

void CommandRun::launched(int code) {
  if (m_isOver) return;
  if (m_launcher.exitStatus() == QProcess::NormalExit && (code == 0 || code == alreadySupervised)) return attach();
  const QString said = QString::fromLocal8Bit(m_launcher.readAllStandardError()).trimmed();
  end({EndKind::CouldNotStart, 0, tr("could not start: %1").arg(said.isEmpty() ? tr("its supervisor failed") : said)});
}

/// Finds the supervisor by its record and follows it; where it is gone, the job's end is in its records, or it is lost.
void CommandRun::attach() {
  if (m_isOver) return;
  const auto process = readProcessRecord(m_setup.directory);
  if (!process && process.error().code == ErrorCode::StorageRead) {  // who cannot look does not know that it is gone
    if (!std::exchange(m_toldUnreadable, true)) Q_EMIT noticed(process.error().message);
    QTimer::singleShot(unreadableMs, this, &CommandRun::attach);
    return;
  }
  m_poll.start();
  m_watch = new ProcessWatch(this);
  const bool isRecorded = process && process->run == runName(m_setup.job) && process->bootId == bootId();
  const auto supervisor = isRecorded ? std::optional(process->supervisor) : supervisorByMarks();
  m_isGone = !supervisor || !m_watch->begin(*supervisor);
  connect(m_watch, &ProcessWatch::ended, this, [this] {
    m_isGone = true;
    read();
  });
  m_stopping = readStopRecord(m_setup.directory).has_value();
  if (m_wish && !m_isGone) stop(m_wishGraceMs, *std::exchange(m_wish, {}));
  read();
}

void CommandRun::stop(int graceMs, const Ending& why) {
  if (m_isOver) return;
  if (m_watch == nullptr) {
    m_wish = why;
    m_wishGraceMs = graceMs;
    return;
  }
  if (!m_watch->send(SIGRTMIN, graceMs))
    Q_EMIT noticed(tr("Its supervisor could not be told to stop it."));
  if (std::exchange(m_stopping, true)) return;  // a second wish goes on with the first one's reason
  m_why = why;
  writeStopReason(m_setup.directory, why);  // after the signal: the disk may be slow
}

void CommandRun::read() {
  if (m_isOver) return;
  if (m_stopping) tellStopping();
  if (m_paused) return;
  const bool more = readPart();
  if (more)
    QMetaObject::invokeMethod(this, &CommandRun::read, Qt::QueuedConnection);
  else if (m_isGone)
    conclude();
}

/// A bounded part of what was written; whether there may be more.
bool CommandRun::readPart() {
  const qint64 now = m_clock.nowMs();
  RunReader::Part part = m_reader.read(now);
  if (part.sampleNumber && m_setup.measure && !m_isGone)
    for (SeriesPoints& series : m_setup.measure(m_setup.job, *part.sampleNumber, now)) part.points.series.push_back(std::move(series));
  tell(part.points);
  return part.more;
}

void CommandRun::tell(const JobPoints& points) {
  if (const QString notice = m_reader.takeNotice(); !notice.isEmpty()) Q_EMIT noticed(notice);
  if (!points.series.empty() || !points.resume.isEmpty()) Q_EMIT produced(points);
}

void CommandRun::tellStopping() {
  const auto record = readStopRecord(m_setup.directory);
  if (!record || record->signals == m_toldSignals) return;
  m_toldSignals = record->signals;
  Q_EMIT stopping({record->signals, record->nextMs});
}

/// The supervisor is gone, and all that the program wrote has been read.
void CommandRun::conclude() {
  tell(m_reader.finish(m_clock.nowMs()));
  const QString run = runName(m_setup.job);
  const auto exit = readExitRecord(m_setup.directory);
  if (!exit && exit.error().code == ErrorCode::StorageRead) return;  // the next look may be able to
  if (exit && exit->run == run) {
    const auto kept = readStopReason(m_setup.directory);
    return end(endingFrom(*exit, kept ? kept : m_why, m_reader.lastError()));
  }
  const Ending lost = endingByRecords(m_setup.directory, run).value_or(Ending{EndKind::Lost, 0, tr("lost: its folder was deleted while it ran")});
  const int killed = killMarked(marks());  // nobody watches over them any more
  if (killed > 0) qInfo("job %lld: ended %d processes without a supervisor", static_cast<long long>(m_setup.job.id.value), killed);
  end(lost);
}

void CommandRun::end(const Ending& ending) {
  if (std::exchange(m_isOver, true)) return;
  m_poll.stop();
  Q_EMIT ended(ending);
}

}  // namespace trainyard
