// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/run_verb.h"

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QEventLoop>
#include <algorithm>

#include "app/cli/verbs.h"
#include "core/runners/run_records.h"

namespace trainyard::cli {
namespace {

constexpr int showMs = 250;
constexpr int lookMs = 10;  ///< for the records of a supervisor that starts
int interruptSockets[2] = {-1, -1};

void onSignal(int) {
  const char byte = 1;
  // Nothing can be done here when it fails; the next signal tries again.
  if (::write(interruptSockets[0], &byte, 1) < 0) return;
}

QString text(const char* source) { return QCoreApplication::translate("CommandLine", source); }

/// 0 when it was not given, an error in words when it makes no sense.
Result<double> speedOf(const CommandLine& line) {
  if (!line.has(QStringLiteral("--speed"))) return 0.0;
  const QString word = line.value(QStringLiteral("--speed"));
  if (word == u"max") return SimulatedRunner::fastest;
  bool ok = false;
  const double speed = word.toDouble(&ok);
  if (ok && speed >= 0.1 && speed <= SimulatedRunner::fastest) return speed;
  return fail(ErrorCode::InvalidInput, text("--speed is max or a number of steps per second."));
}

QList<JobId> queuedJobs(Yard& yard) {
  QList<JobId> ids;
  for (const JobId id : yard.jobs().jobs())
    if (yard.jobs().job(id)->status == JobStatus::Queued) ids.prepend(id);
  return ids;
}

template <typename Run>
int finish(Run& run) {
  InterruptWatch interrupts;
  QEventLoop loop;
  QObject::connect(&run, &Run::finished, &loop, &QEventLoop::quit, Qt::QueuedConnection);
  QObject::connect(&interrupts, &InterruptWatch::interrupted, &run, &Run::stopAll);
  if (const auto begun = run.begin(); !begun) return tell(begun.error());
  loop.exec();
  return run.allComplete() ? exitDone : exitRefused;
}

/// Whether its run goes on, or has ended, without us.
bool isSupervised(const QString& dataDir, const Job& job) {
  return recordsIn(jobDirectory(dataDir, job.id), runName(job)) == RecordsOf::ThisRun;
}

RunWish wishOf(const CommandLine& line) {
  if (line.verb == u"stop") return RunWish::Stop;
  return line.has(QStringLiteral("--detach")) ? RunWish::Detach : RunWish::Run;
}

int runAsked(const Instance& owner, const CommandLine& line, QList<JobId> ids) {
  if (line.has(QStringLiteral("--queued"))) {
    Yard yard(line.dataDir, OpenMode::ReadOnly);
    if (const auto opened = openAndWait(yard); !opened) return tell(opened.error());
    ids << queuedJobs(yard);
  }
  AskedRun run(owner, line.dataDir, ids, wishOf(line));
  return finish(run);
}

/// Which GPUs a job gets is told to it when it starts.
void countGpus(Yard& yard) {
  QEventLoop loop;
  QObject::connect(&yard, &Yard::gpusKnown, &loop, &QEventLoop::quit);
  yard.commandRunner().findGpus();
  loop.exec();
}

int runHere(const QString& dir, const CommandLine& line, QList<JobId> ids, double speed) {
  Yard yard(dir, OpenMode::ReadWrite);
  if (const auto opened = openAndWait(yard); !opened) return tell(opened.error());
  countGpus(yard);
  if (speed > 0.0) yard.simulatedRunner().setSpeed(speed);
  if (line.has(QStringLiteral("--queued"))) ids << queuedJobs(yard);
  int code = exitDone;
  {
    ForegroundRun run(yard, ids, wishOf(line));
    code = finish(run);
  }
  const auto closed = yard.close();
  return closed ? code : tell(closed.error());
}

}  // namespace

int runVerb(const CommandLine& line) {
  const auto ids = idsOf(line);
  if (!ids) return tell(ids.error());
  const auto speed = speedOf(line);
  if (!speed) return tellUsage(speed.error().message);
  const auto dir = prepareDataDir(line.dataDir);
  if (!dir) return tell(dir.error());
  Instance instance(*dir);
  const auto owned = instance.acquireOrAsk();
  if (!owned) return tell(owned.error());
  return *owned ? runHere(*dir, line, *ids, *speed) : runAsked(instance, line, *ids);
}

int stopVerb(const CommandLine& line) { return runVerb(line); }

InterruptWatch::InterruptWatch() {
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, interruptSockets) != 0) return;
  m_notifier = std::make_unique<QSocketNotifier>(interruptSockets[1], QSocketNotifier::Read);
  connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
    char byte = 0;
    if (::read(interruptSockets[1], &byte, 1) == 1) Q_EMIT interrupted();
  });
  for (const int signal : {SIGINT, SIGTERM}) ::signal(signal, onSignal);
}

ForegroundRun::ForegroundRun(Yard& yard, QList<JobId> jobs, RunWish wish)
    : m_yard(yard), m_wish(wish), m_jobs(std::move(jobs)) {
  connect(&m_yard.jobs(), &JobService::changeCommitted, this, [this](JobId id, JobChangeKind kind) {
    if (kind == JobChangeKind::Ended) ended(id);
  });
  connect(&m_yard.jobs(), &JobService::changeRefused, this, [this](JobId id, JobChangeKind, const Error& error) {
    tell(error);
    ended(id);
  });
  connect(&m_yard.storage(), &JobStore::troubled, this, [this](const Error& error) {
    tell(error);
    m_allComplete = false;
    Q_EMIT finished();
  });
  connect(&m_tick, &QTimer::timeout, this, &ForegroundRun::show);
}

Result<void> ForegroundRun::begin() {
  for (const JobId id : m_jobs) {
    if (const auto done = begin(id); !done) {
      if (m_wish != RunWish::Stop) stopAll();
      return done;
    }
    m_open.insert(id);
  }
  m_tick.start(m_wish == RunWish::Detach ? lookMs : showMs);
  if (m_open.isEmpty()) Q_EMIT finished();
  return {};
}

Result<void> ForegroundRun::begin(JobId id) {
  JobService& jobs = m_yard.jobs();
  const Job* job = jobs.job(id);
  if (m_wish == RunWish::Stop) return jobs.stop(id);
  if (m_wish == RunWish::Detach && job != nullptr && job->settings.source == JobSource::Simulated)
    return fail(ErrorCode::NotAllowed, text("“%1” is simulated and needs a program that steps it; leave out --detach.").arg(job->settings.name));
  return job != nullptr && job->status == JobStatus::Running ? jobs.resume(id) : jobs.start(id);
}

void ForegroundRun::stopAll() {
  for (const JobId id : std::as_const(m_open))
    if (const auto stopped = m_yard.jobs().stop(id); !stopped) tell(stopped.error());
}

void ForegroundRun::ended(JobId id) {
  if (!m_open.remove(id)) return;
  const Job* job = m_yard.jobs().job(id);
  if (m_wish != RunWish::Stop && (job == nullptr || job->status != JobStatus::Complete)) m_allComplete = false;
  if (job != nullptr) m_display.ended(id, job->settings.name, job->status, job->progress, job->ending.reason);
  if (m_open.isEmpty()) Q_EMIT finished();
}

void ForegroundRun::show() {
  if (m_wish == RunWish::Detach) {
    m_open.removeIf([this](JobId id) { return isSupervised(m_yard.dataDir(), *m_yard.jobs().job(id)); });
    if (m_open.isEmpty()) Q_EMIT finished();
    return;
  }
  for (const JobId id : std::as_const(m_open))
    if (const Job* job = m_yard.jobs().job(id)) m_display.progress(id, job->settings.name, job->progress);
}

AskedRun::AskedRun(const Instance& owner, const QString& dataDir, QList<JobId> jobs, RunWish wish)
    : m_owner(owner), m_dataDir(dataDir), m_wish(wish), m_jobs(std::move(jobs)) {
  connect(&m_tick, &QTimer::timeout, this, &AskedRun::poll);
}

Result<QJsonObject> AskedRun::ask(const char* wish, JobId id) const {
  auto reply = m_owner.ask({{QStringLiteral("do"), QLatin1String(wish)}, {QStringLiteral("id"), id.value}});
  if (reply && !(*reply)[QLatin1String("ok")].toBool()) return tl::make_unexpected(errorIn(*reply));
  return reply;
}

Result<void> AskedRun::begin() {
  for (const JobId id : m_jobs) {
    const auto done = ask(m_wish == RunWish::Stop ? "stop" : "start", id);
    if (!done) return tl::make_unexpected(done.error());
    m_open.insert(id);
  }
  m_tick.start(m_wish == RunWish::Detach ? lookMs : showMs);
  if (m_open.isEmpty()) Q_EMIT finished();
  return {};
}

void AskedRun::stopAll() {
  for (const JobId id : std::as_const(m_open))
    if (const auto stopped = ask("stop", id); !stopped) tell(stopped.error());
}

void AskedRun::poll() {
  const auto open = m_open;
  for (const JobId id : open) {
    const auto reply = ask("status", id);
    if (!reply) {
      m_allComplete = false;
      m_open.remove(id);
      tell(reply.error());
      continue;
    }
    const QString name = text("(in the window)");
    const Progress progress{(*reply)[QLatin1String("step")].toInteger(), (*reply)[QLatin1String("total_steps")].toInteger(), 0.0};
    const QString runs = (*reply)[QLatin1String("run")].toString();
    // A simulated job goes on in the window.
    const bool isSimulated = (*reply)[QLatin1String("source")].toString() == toKey(JobSource::Simulated);
    if (m_wish == RunWish::Detach && (isSimulated || recordsIn(jobDirectory(m_dataDir, id), runs) == RecordsOf::ThisRun)) {
      m_open.remove(id);
      continue;
    }
    const auto status = jobStatusFromKey((*reply)[QLatin1String("status")].toString());
    if (!status || !isEnded(*status)) {
      if (m_wish != RunWish::Detach) m_display.progress(id, name, progress);
      continue;
    }
    if (*status != JobStatus::Complete && m_wish != RunWish::Stop) m_allComplete = false;
    m_display.ended(id, name, *status, progress, (*reply)[QLatin1String("reason")].toString());
    m_open.remove(id);
  }
  if (m_open.isEmpty()) Q_EMIT finished();
}

}  // namespace trainyard::cli
