// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runners/importer.h"

#include <QPromise>
#include <QThreadPool>

namespace trainyard {
namespace {

constexpr int begunAtOnce = 50;      ///< jobs made in one turn of the caller's thread
constexpr int tellMs = 100;
constexpr int soonMs = 150;          ///< after a change, for it seldom comes alone
constexpr int livelyMs = 500;        ///< while something happened lately: what is written into a new file tells nobody
constexpr int livelyForMs = 120'000;
constexpr int calmMs = 5'000;
constexpr int restFactor = 10;       ///< looking takes at most a tenth of a thread

QString identity(const QString& format, const QString& path, const QString& run) { return format + u'\n' + path + u'\n' + run; }

QString identity(const FoundRun& run) { return identity(toKey(run.format), run.path, run.run); }

qint64 pointsOf(const JobService& jobs, JobId id) {
  qint64 count = 0;
  for (const SeriesSummary& series : jobs.series(id)) count += series.count;
  return count;
}

/// Whether somebody stopped reading it: perhaps there is more.
bool wasLeft(const Job& job) { return job.ending.kind == EndKind::Unknown && job.ending.code == Ending::readNoFurther; }

void append(FoundRuns& all, FoundRuns found) {
  all.runs.insert(all.runs.end(), std::make_move_iterator(found.runs.begin()), std::make_move_iterator(found.runs.end()));
  all.problems.insert(all.problems.end(), found.problems.begin(), found.problems.end());
  all.folders << found.folders;
  all.files += found.files;
  all.whole = all.whole && found.whole;
}

/// A run below two of the paths is there once.
void dropRepeated(std::vector<FoundRun>& runs) {
  QSet<QString> seen;
  std::erase_if(runs, [&seen](const FoundRun& run) {
    const QString id = identity(run);
    if (seen.contains(id)) return true;
    seen.insert(id);
    return false;
  });
}

}  // namespace

double ImportProgress::fraction() const {
  if (runs == 0) return 0.0;
  return bytes > 0 ? std::clamp(double(bytesRead) / double(bytes), 0.0, 1.0) : double(done) / runs;
}

Importer::Importer(JobService& jobs, ImportRunner& runner, QObject* parent) : QObject(parent), m_jobs(jobs), m_runner(runner) {
  m_beginTimer.setSingleShot(true);
  m_tell.setSingleShot(true);
  m_lookTimer.setSingleShot(true);
  connect(&m_beginTimer, &QTimer::timeout, this, &Importer::beginSome);
  connect(&m_tell, &QTimer::timeout, this, &Importer::tellProgress);
  connect(&m_lookTimer, &QTimer::timeout, this, &Importer::lookAgain);
  connect(&m_look, &Search::finished, this, &Importer::takeSeen);
  connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &Importer::folderChanged);
  hearJobs();
  hearRunner();
}

void Importer::hearJobs() {
  connect(&m_jobs, &JobService::jobsLoaded, this, [this](const QList<JobId>& ids) {
    for (const JobId id : ids) note(id);
  });
  connect(&m_jobs, &JobService::loaded, this, [this] {
    if (!m_watched.isEmpty()) m_lookTimer.start(0);
  });
  connect(&m_jobs, &JobService::jobAdded, this, &Importer::note);
  connect(&m_jobs, &JobService::changeCommitted, this, [this](JobId id, JobChangeKind change) {
    if (change == JobChangeKind::Ended) takeCaughtUp(id);  // one that was stopped before it was begun has nothing else to tell
    closeWhenWritten(id);
  });
  connect(&m_jobs, &JobService::jobRemoved, this, [this](JobId id) {
    takeCaughtUp(id);
    closeWhenWritten(id);
  });
  connect(&m_jobs, &JobService::changeRefused, this, [this](JobId id, JobChangeKind change, const Error& error) {
    takeRefused(id, change, error);
    closeWhenWritten(id);
  });
  connect(&m_jobs, &JobService::pointsCommitted, this, [this](const JobPoints& points) {
    if (m_unwritten.value(points.job) == points.resume) m_unwritten.remove(points.job);
    closeWhenWritten(points.job);
  });
}

/// What becomes of the runs that are read.
void Importer::hearRunner() {
  connect(&m_runner, &ImportRunner::caughtUp, this, &Importer::takeCaughtUp);
  connect(&m_runner, &ImportRunner::advanced, this, [this](JobId id, qint64 bytes) {
    const auto one = m_reading.find(id);
    if (one == m_reading.end()) return;
    const qint64 counted = std::min(bytes, one->second.left);  // it may have grown since it was found
    one->second.left -= counted;
    m_progress.bytesRead += counted;
    if (!m_tell.isActive()) m_tell.start(tellMs);
  });
  const auto sumOf = [this](JobId id) {
    const auto one = m_reading.find(id);
    return one == m_reading.end() ? nullptr : &m_batches[one->second.batch].sum;
  };
  connect(&m_runner, &Runner::produced, this, [this](const JobPoints& points) {
    if (!points.resume.isEmpty() && (m_reading.contains(points.job) || m_caughtUp.contains(points.job))) m_unwritten[points.job] = points.resume;
  });
  connect(&m_runner, &ImportRunner::problemsFound, this, [sumOf](JobId id, const QList<ReadProblem>& problems) {
    if (ImportSum* const sum = sumOf(id)) sum->problems << problems;
  });
  connect(&m_runner, &ImportRunner::passedOver, this, [sumOf](JobId id, const SkippedCounts& counts) {
    ImportSum* const sum = sumOf(id);
    if (sum == nullptr) return;
    for (const auto& [what, count] : counts) sum->skipped[what] += count;
  });
}

Importer::~Importer() {
  const auto giveUp = [this](Search& search) {
    search.disconnect(this);
    if (!search.isRunning()) return;
    search.cancel();
    search.waitForFinished();
  };
  giveUp(m_look);
  for (const auto& [number, search] : m_searches) giveUp(*search);
}

QFuture<FoundRuns> Importer::search(const QStringList& paths) {
  const auto promise = std::make_shared<QPromise<FoundRuns>>();
  promise->start();
  QThreadPool::globalInstance()->start([promise, paths] {
    FoundRuns all;
    const auto keepOn = [&](qint64 files) {
      promise->setProgressValue(int(std::min<qint64>(all.files + files, std::numeric_limits<int>::max())));
      return !promise->isCanceled();
    };
    for (const QString& path : paths) {
      auto found = findRuns(path, keepOn);
      if (found)
        append(all, std::move(*found));
      else
        all.problems.push_back({path, -1, found.error().message});
    }
    dropRepeated(all.runs);
    promise->addResult(std::move(all));
    promise->finish();
  });
  return promise->future();
}

quint64 Importer::find(const QStringList& paths) {
  const quint64 number = ++m_lastNumber;
  Search& search = *m_searches.emplace(number, std::make_unique<Search>()).first->second;
  connect(&search, &Search::progressValueChanged, this, [this, number](int files) { Q_EMIT finding(number, files); });
  connect(&search, &Search::finished, this, [this, number] {
    Search* const ended = m_searches.extract(number).mapped().release();
    ended->deleteLater();
    if (!ended->isCanceled()) Q_EMIT found(number, ended->future().takeResult());
  });
  search.setFuture(Importer::search(paths));
  return number;
}

void Importer::stopFinding(quint64 search) {
  if (const auto found = m_searches.find(search); found != m_searches.end()) found->second->cancel();
}

void Importer::note(JobId id) {
  const Job* job = m_jobs.job(id);
  if (job == nullptr || job->settings.source != JobSource::Imported) return;
  const ImportSettings& from = job->settings.imported;
  m_known.insert(identity(from.format, from.path, from.run), id);
}

JobId Importer::known(const FoundRun& run) const { return m_known.value(identity(run)); }

FoundKind Importer::kindOf(const FoundRun& run) const {
  const JobId id = known(run);
  if (m_reading.contains(id)) return FoundKind::Known;  // even while the job is not on the disk yet
  const Job* job = m_jobs.job(id);
  if (job == nullptr) return FoundKind::New;
  if (!isEnded(job->status) || m_jobs.isBusy(job->id)) return FoundKind::Known;
  if (wasLeft(*job)) return FoundKind::Grown;
  return run.changedMs == 0 || run.changedMs > job->filesMs ? FoundKind::Grown : FoundKind::Known;
}

quint64 Importer::enqueue(const std::vector<FoundRun>& runs, const std::vector<ReadProblem>& problems, bool asked) {
  if (m_batches.empty()) m_since.start();
  const quint64 number = ++m_lastNumber;
  Batch& batch = m_batches[number];
  batch.asked = asked;
  batch.open = qsizetype(runs.size());
  batch.sum.problems = QList<ReadProblem>(problems.begin(), problems.end());
  m_progress.runs += int(runs.size());
  for (const FoundRun& run : runs) {
    m_leftOut.remove(identity(run));
    m_progress.bytes += run.bytes;
    m_waiting.push_back({number, run});
  }
  m_beginTimer.start(0);
  return number;
}

void Importer::beginSome() {
  for (int i = 0; i < begunAtOnce && !m_waiting.empty() && m_reading.size() < size_t(mostAtOnce); ++i) {
    const Waiting one = std::move(m_waiting.front());
    m_waiting.pop_front();
    beginOne(one);
  }
  goOn();
}

/// What a run that was found is to become: a new job, one that goes on, or nothing (Known).
Result<std::pair<JobId, FoundKind>> Importer::beginReading(const FoundRun& run) {
  const JobId id = known(run);
  if (m_reading.contains(id)) return std::pair(id, FoundKind::Known);
  const auto begunAs = [id](FoundKind kind) { return std::pair(id, kind); };
  switch (kindOf(run)) {
    case FoundKind::Known:
      return begunAs(m_jobs.resume(id) ? FoundKind::Grown : FoundKind::Known);  // the program that read it may have been killed
    case FoundKind::Grown:
      return m_jobs.importAgain(id).map([&] { return begunAs(FoundKind::Grown); });
    case FoundKind::New:
      break;
  }
  JobSettings settings;
  settings.source = JobSource::Imported;
  settings.name = run.name;
  settings.imported = {toKey(run.format), run.path, run.run};
  return m_jobs.import(settings).map([](JobId made) { return std::pair(made, FoundKind::New); });
}

void Importer::beginOne(const Waiting& one) {
  const FoundRun& run = one.run;
  Batch& batch = m_batches[one.batch];
  const auto begun = beginReading(run);
  if (begun) {
    const auto [id, kind] = *begun;
    m_known.insert(identity(run), id);
    batch.sum.jobs << id;
    if (kind != FoundKind::Known) {
      m_reading.emplace(id, Reading{one.batch, kind, run.path, run.bytes, pointsOf(m_jobs, id)});
      return;
    }
    ++batch.sum.known;
  } else {
    batch.sum.problems << ReadProblem{run.path, -1, begun.error().message};
  }
  close(batch, run.bytes);
}

void Importer::takeCaughtUp(JobId id) {
  const auto one = m_reading.find(id);
  if (one == m_reading.end()) return;
  m_caughtUp.insert(m_reading.extract(one));
  closeWhenWritten(id);
  goOn();
}

/// Of a run that was read. What counts is what the store has kept, and it tells that when it has written it.
void Importer::closeWhenWritten(JobId id) {
  const auto one = m_caughtUp.find(id);
  if (one == m_caughtUp.end() || m_jobs.isBusy(id)) return;
  const Job* job = m_jobs.job(id);
  if (job != nullptr && !isEnded(job->status) && m_unwritten.contains(id)) return;
  const Reading reading = m_caughtUp.extract(one).mapped();
  m_unwritten.remove(id);
  Batch& batch = m_batches[reading.batch];
  ++(reading.kind == FoundKind::New ? batch.sum.added : batch.sum.grown);
  batch.sum.points += std::max<qint64>(0, pointsOf(m_jobs, id) - reading.before);
  close(batch, reading.left);
  goOn();
}

/// The job could not be written: the run is not there.
void Importer::takeRefused(JobId id, JobChangeKind kind, const Error& error) {
  const auto one = m_reading.find(id);
  if (one == m_reading.end() || (kind != JobChangeKind::Imported && kind != JobChangeKind::Reopened)) return;
  const Reading reading = m_reading.extract(one).mapped();
  Batch& batch = m_batches[reading.batch];
  batch.sum.jobs.removeOne(id);
  batch.sum.problems << ReadProblem{reading.path, -1, error.message};
  close(batch, reading.left);
  goOn();
}

void Importer::close(Batch& batch, qint64 bytesLeft) {
  --batch.open;
  ++m_progress.done;
  m_progress.bytesRead += bytesLeft;
  if (!m_tell.isActive()) m_tell.start(tellMs);
}

void Importer::tellProgress() {
  if (!isImporting()) return;
  const double fraction = m_progress.fraction();
  const auto spent = double(m_since.elapsed());
  m_progress.leftMs = fraction > 0.02 && spent > 500.0 ? qint64(spent / fraction - spent) : -1;
  Q_EMIT progressed(m_progress);
}

/// Begins the next ones, and tells the imports that are done.
void Importer::goOn() {
  if (!m_waiting.empty() && m_reading.size() < size_t(mostAtOnce)) m_beginTimer.start(0);
  std::vector<std::pair<quint64, Batch>> done;
  for (auto& [number, batch] : m_batches)
    if (batch.open == 0) done.emplace_back(number, std::move(batch));
  if (done.empty()) return;
  for (const auto& [number, batch] : done) m_batches.erase(number);
  if (m_batches.empty()) {
    m_tell.stop();
    m_progress = {};
    Q_EMIT progressed(m_progress);
  }
  for (const auto& [number, batch] : done) Q_EMIT finished(number, batch.sum, batch.asked);
}

void Importer::cancel() {
  for (auto& [number, batch] : m_batches) batch.sum.cancelled = true;
  for (const Waiting& one : std::exchange(m_waiting, {})) {
    m_leftOut.insert(identity(one.run));
    --m_batches[one.batch].open;
  }
  for (const auto& [id, reading] : m_reading)
    if (const auto stopped = m_jobs.stop(id); !stopped) qInfo("%s", qUtf8Printable(stopped.error().message));
  goOn();
}

void Importer::setWatched(const QStringList& folders) {
  if (folders == m_watched) return;
  m_watched = folders;
  m_notWatched.clear();
  if (const QStringList before = m_watcher.directories(); !before.isEmpty()) m_watcher.removePaths(before);
  if (m_watched.isEmpty())
    m_lookTimer.stop();
  else if (m_jobs.isLoaded())
    m_lookTimer.start(0);
  Q_EMIT watchedChanged();
}

void Importer::folderChanged() {
  m_sinceChange.start();
  if (!m_look.isRunning()) m_lookTimer.start(std::min(soonMs, m_lookTimer.isActive() ? m_lookTimer.remainingTime() : soonMs));
}

void Importer::lookAgain() {
  if (m_look.isRunning() || m_watched.isEmpty()) return;
  m_lookTook.start();
  m_look.setFuture(search(m_watched));
}

/// New folders are watched as well; what is new is imported without being asked for.
void Importer::takeSeen() {
  if (m_look.future().resultCount() == 0) return;
  const FoundRuns seen = m_look.future().takeResult();
  const bool sawNewFolders = watchFolders(seen.folders);
  std::vector<FoundRun> wanted;
  for (const FoundRun& run : seen.runs)
    if (m_waiting.empty() && isWanted(run)) wanted.push_back(run);
  for (const FoundRun& run : wanted) m_begunAt[identity(run)] = run.changedMs;
  if (!wanted.empty()) enqueue(wanted, {}, false);
  const bool lively = m_sinceChange.isValid() && m_sinceChange.elapsed() < livelyForMs;
  const int rest = sawNewFolders ? soonMs : lively ? livelyMs : calmMs;  // nobody told what changed before the folders were watched
  m_lookTimer.start(std::max(rest, int(m_lookTook.elapsed()) * restFactor));
}

/// Whether there are folders that are watched only now. Of some the system may not tell: there are limits.
bool Importer::watchFolders(const QStringList& folders) {
  const QStringList before = m_watcher.directories();
  const QSet<QString> known(before.begin(), before.end());
  QStringList added;
  for (const QString& folder : folders)
    if (!known.contains(folder) && !m_notWatched.contains(folder)) added << folder;
  if (added.isEmpty() || m_watched.isEmpty()) return false;
  const QStringList failed = m_watcher.addPaths(added);
  m_notWatched.unite(QSet<QString>(failed.begin(), failed.end()));
  return failed.size() < added.size();
}

/// Whether a run in a watched folder is to be read: it is new, or has changed since it was taken up last. One that somebody stopped reading,
/// or left out, waits until it is asked for.
bool Importer::isWanted(const FoundRun& run) const {
  if (m_leftOut.contains(identity(run))) return false;
  const FoundKind kind = kindOf(run);
  if (kind != FoundKind::Grown) return kind == FoundKind::New;
  const Job* job = m_jobs.job(known(run));
  return job != nullptr && !wasLeft(*job) && run.changedMs > 0 && m_begunAt.value(identity(run)) != run.changedMs;
}

}  // namespace trainyard
