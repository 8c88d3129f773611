// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runners/command_run.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <QDir>

namespace trainyard {
namespace {

constexpr int pollMs = 50;
constexpr int escalation[] = {SIGINT, SIGTERM, SIGKILL};
constexpr int shellSignalBase = 128;  ///< a shell reports a signal n of its child as exit code 128 + n

QString signalName(int signal) {
  const char* name = sigabbrev_np(signal);
  return name != nullptr ? QStringLiteral("SIG%1").arg(QLatin1String(name)) : CommandRun::tr("signal %1").arg(signal);
}

/// In the child, before it becomes the program: a session of its own, so that its process group can be signalled as a
/// whole and a terminal's Ctrl+C is not its; and an end with the application, until jobs outlive the window.
void becomeSession() {
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const int signal : {SIGINT, SIGTERM, SIGQUIT, SIGPIPE, SIGHUP}) ::signal(signal, SIG_DFL);
}

}  // namespace

CommandRun::CommandRun(const Job& job, QString directory, LogInterpreter interpreter, const Clock& clock)
    : m_job(job),
      m_directory(std::move(directory)),
      m_interpreter(std::move(interpreter)),
      m_clock(clock),
      m_log(m_directory + QStringLiteral("/output.log")),
      m_metrics(m_directory + QStringLiteral("/metrics.jsonl")),
      m_batch{job.id, {}, job.progress} {
  m_poll.setInterval(pollMs);
  m_escalation.setSingleShot(true);
  connect(&m_poll, &QTimer::timeout, this, &CommandRun::read);
  connect(&m_escalation, &QTimer::timeout, this, [this] { stop(m_graceMs); });
  connect(&m_process, &QProcess::finished, this, &CommandRun::finished);
  connect(&m_process, &QProcess::errorOccurred, this, &CommandRun::failedToStart);
}

CommandRun::~CommandRun() {
  m_process.disconnect(this);
  if (m_process.state() == QProcess::NotRunning) return;
  signalGroup(SIGKILL);
  m_process.waitForFinished();
}

void CommandRun::start() {
  QString problem;
  if (!prepareFiles(&problem)) {
    Q_EMIT ended({EndKind::CouldNotStart, 0, tr("could not start: %1").arg(problem)});
    return;
  }
  m_process.setProcessEnvironment(environment());
  m_process.setWorkingDirectory(m_job.settings.command.workingDirectory);
  m_process.setProcessChannelMode(QProcess::MergedChannels);
  m_process.setStandardInputFile(QProcess::nullDevice());
  m_process.setStandardOutputFile(m_directory + QStringLiteral("/output.log"), QIODevice::Append);
  m_process.setChildProcessModifier(becomeSession);
  m_process.start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), m_job.settings.command.line});
  m_group = m_process.processId();
  m_poll.start();
}

bool CommandRun::prepareFiles(QString* problem) const {
  if (!QDir().mkpath(m_directory)) {
    *problem = tr("the folder %1 cannot be made").arg(m_directory);
    return false;
  }
  for (const char* name : {"output.log", "metrics.jsonl"}) {
    QFile file(m_directory + u'/' + QLatin1String(name));
    if (file.open(QIODevice::WriteOnly | QIODevice::Truncate)) continue;
    *problem = tr("%1 cannot be written: %2").arg(file.fileName(), file.errorString());
    return false;
  }
  return true;
}

QProcessEnvironment CommandRun::environment() const {
  QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
  environment.insert(QStringLiteral("PYTHONUNBUFFERED"), QStringLiteral("1"));  // its prints come as they are made
  for (const KeyValue& variable : m_job.settings.command.environment) environment.insert(variable.key, variable.value);
  environment.insert(QStringLiteral("TRAINYARD_JOB_ID"), QString::number(m_job.id.value));
  environment.insert(QStringLiteral("TRAINYARD_METRICS"), m_directory + QStringLiteral("/metrics.jsonl"));
  return environment;
}

void CommandRun::read() {
  const bool more = readSome();
  tellBatch();
  if (more) QMetaObject::invokeMethod(this, &CommandRun::read, Qt::QueuedConnection);
}

void CommandRun::tellBatch() {
  if (m_batch.series.empty()) return;
  Q_EMIT produced(m_batch);
  m_batch.series.clear();
}

/// One bounded part of each file; true when there may be more.
bool CommandRun::readSome() {
  const qint64 now = m_clock.nowMs();
  const QByteArray output = m_log.read();
  if (m_log.takeRestarted()) qWarning("job %lld: its log was truncated; reading it anew", static_cast<long long>(m_job.id.value));
  m_logLines.feed(output, [this, now](const QByteArray& line) { m_interpreter.take(line, now, false, m_batch); });
  const QByteArray metrics = m_metrics.read();
  m_metricLines.feed(metrics, [this, now](const QByteArray& line) { m_interpreter.take(line, now, true, m_batch); });
  return output.size() == Follower::mostAtOnce || metrics.size() == Follower::mostAtOnce;
}

void CommandRun::stop(int graceMs) {
  if (m_process.state() == QProcess::NotRunning || m_signalsSent >= int(std::size(escalation))) return;
  m_graceMs = graceMs;
  signalGroup(escalation[m_signalsSent++]);
  if (m_signalsSent < int(std::size(escalation))) m_escalation.start(graceMs);
}

void CommandRun::signalGroup(int signal) const {
  if (m_group > 0) ::kill(-pid_t(m_group), signal);
}

bool CommandRun::waitForEnd(int ms) { return m_process.state() == QProcess::NotRunning || m_process.waitForFinished(ms); }

void CommandRun::finished(int code, QProcess::ExitStatus status) {
  m_poll.stop();
  m_escalation.stop();
  signalGroup(SIGKILL);  // what the program left behind in its group
  while (readSome()) {}
  const qint64 now = m_clock.nowMs();
  m_logLines.finish([this, now](const QByteArray& line) { m_interpreter.take(line, now, false, m_batch); });
  m_metricLines.finish([this, now](const QByteArray& line) { m_interpreter.take(line, now, true, m_batch); });
  tellBatch();
  Q_EMIT ended(endingFor(code, status));
}

void CommandRun::failedToStart(QProcess::ProcessError error) {
  if (error != QProcess::FailedToStart) return;
  m_poll.stop();
  Q_EMIT ended({EndKind::CouldNotStart, 0, tr("could not start: %1").arg(m_process.errorString())});
}

Ending CommandRun::endingFor(int code, QProcess::ExitStatus status) const {
  if (m_signalsSent > 0) return {EndKind::StoppedByUser, code, tr("stopped by you")};
  if (status == QProcess::NormalExit && code == 0) return {EndKind::Completed, 0, {}};
  const QString why = m_interpreter.lastError();
  const QString tail = why.isEmpty() ? QString() : QStringLiteral(": ") + why;
  const bool shellTold = status == QProcess::NormalExit && code > shellSignalBase && code <= shellSignalBase + 31;
  if (status == QProcess::CrashExit || shellTold) {
    const int signal = shellTold ? code - shellSignalBase : code;
    return {EndKind::Signal, signal, tr("killed by %1").arg(signalName(signal)) + tail};
  }
  return {EndKind::ExitCode, code, tr("exited with code %1").arg(code) + tail};
}

}  // namespace trainyard
