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
    const QString id = identity(toKey(run.format), run.path, run.run);
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

Importer::Importer(JobService& jobs, ImportRunner& runner, const Clock& clock, QObject* parent)
    : QObject(parent), m_jobs(jobs), m_runner(runner), m_clock(clock) {
  m_begin.setSingleShot(true);
  m_tell.setSingleShot(true);
  m_lookTimer.setSingleShot(true);
  connect(&m_begin, &QTimer::timeout, this, &Importer::begin);
  connect(&m_tell, &QTimer::timeout, this, &Importer::tellProgress);
  connect(&m_lookTimer, &QTimer::timeout, this, &Importer::lookAgain);
  connect(&m_search, &Search::progressValueChanged, this, [this](int files) { Q_EMIT finding(files); });
  connect(&m_search, &Search::finished, this, [this] {
    if (m_search.future().resultCount() > 0) Q_EMIT found(m_search.future().takeResult());
  });
  connect(&m_look, &Search::finished, this, &Importer::takeSeen);
  connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &Importer::folderChanged);
  connect(&m_jobs, &JobService::jobsLoaded, this, [this](const QList<JobId>& ids) {
    for (const JobId id : ids) note(id);
  });
  connect(&m_jobs, &JobService::loaded, this, [this] {
    if (!m_watched.isEmpty()) m_lookTimer.start(0);
  });
  connect(&m_jobs, &JobService::jobAdded, this, &Importer::note);
  hearRunner();
}

/// What becomes of the runs that are read.
void Importer::hearRunner() {
  connect(&m_runner, &ImportRunner::caughtUp, this, &Importer::takeCaughtUp);
  connect(&m_jobs, &JobService::changeCommitted, this, [this](JobId id, JobChangeKind change) {
    if (change == JobChangeKind::Ended) takeCaughtUp(id);  // one that was stopped before it was begun has nothing else to tell
  });
  connect(&m_runner, &ImportRunner::advanced, this, [this](JobId id, qint64 bytes) {
    const auto one = m_reading.find(id);
    if (one == m_reading.end()) return;
    const qint64 counted = std::min(bytes, one->second);  // it may have grown since it was found
    one->second -= counted;
    m_progress.bytesRead += counted;
    if (!m_tell.isActive()) m_tell.start(tellMs);
  });
  connect(&m_runner, &Runner::produced, this, [this](const JobPoints& points) {
    if (!m_reading.contains(points.job)) return;
    for (const SeriesPoints& series : points.series) m_sum.points += qint64(series.points.size());
  });
  connect(&m_runner, &ImportRunner::problemsFound, this, [this](JobId id, const QList<ReadProblem>& problems) {
    if (m_reading.contains(id)) m_sum.problems << problems;
  });
  connect(&m_runner, &ImportRunner::passedOver, this, [this](JobId id, const SkippedCounts& counts) {
    if (!m_reading.contains(id)) return;
    for (const auto& [what, count] : counts) m_sum.skipped[what] += count;
  });
}

Importer::~Importer() {
  for (Search* search : {&m_search, &m_look}) {
    search->disconnect(this);
    if (!search->isRunning()) continue;
    search->cancel();
    search->waitForFinished();
  }
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

void Importer::find(const QStringList& paths) {
  stopFinding();
  m_search.setFuture(search(paths));
}

void Importer::stopFinding() { m_search.cancel(); }

void Importer::note(JobId id) {
  const Job* job = m_jobs.job(id);
  if (job == nullptr || job->settings.source != JobSource::Imported) return;
  const ImportSettings& from = job->settings.imported;
  m_known.insert(identity(from.format, from.path, from.run), id);
}

JobId Importer::known(const FoundRun& run) const { return m_known.value(identity(toKey(run.format), run.path, run.run)); }

FoundKind Importer::kindOf(const FoundRun& run) const {
  const Job* job = m_jobs.job(known(run));
  if (job == nullptr) return FoundKind::New;
  if (!isEnded(job->status) || m_jobs.isBusy(job->id)) return FoundKind::Known;
  return run.changedMs == 0 || run.changedMs > job->filesMs ? FoundKind::Grown : FoundKind::Known;
}

void Importer::take(const std::vector<FoundRun>& runs, const std::vector<ReadProblem>& problems) {
  if (!std::exchange(m_importing, true)) m_since.start();
  m_asked = true;
  m_sum.problems << QList<ReadProblem>(problems.begin(), problems.end());
  m_progress.runs += int(runs.size());
  for (const FoundRun& run : runs) {
    m_progress.bytes += run.bytes;
    m_waiting.push_back(run);
  }
  m_begin.start(0);
}

void Importer::begin() {
  for (int i = 0; i < begunAtOnce && !m_waiting.empty() && m_reading.size() < size_t(mostAtOnce); ++i) {
    const FoundRun run = std::move(m_waiting.front());
    m_waiting.pop_front();
    beginOne(run);
  }
  finishWhenDone();
}

/// What a run that was found is to become: a new job, one that goes on, or nothing (Known).
Result<std::pair<JobId, FoundKind>> Importer::beginReading(const FoundRun& run) {
  const JobId id = known(run);
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

void Importer::beginOne(const FoundRun& run) {
  const auto begun = beginReading(run);
  if (begun) {
    const auto [id, kind] = *begun;
    m_known.insert(identity(toKey(run.format), run.path, run.run), id);
    m_sum.jobs << id;
    ++(kind == FoundKind::New ? m_sum.added : kind == FoundKind::Grown ? m_sum.grown : m_sum.known);
    if (kind != FoundKind::Known) {
      m_reading.emplace(id, run.bytes);
      return;
    }
  } else {
    m_sum.problems << ReadProblem{run.path, -1, begun.error().message};
  }
  ++m_progress.done;
  m_progress.bytesRead += run.bytes;
  if (!m_tell.isActive()) m_tell.start(tellMs);
}

void Importer::takeCaughtUp(JobId id) {
  const auto one = m_reading.find(id);
  if (one == m_reading.end()) return;
  m_progress.bytesRead += one->second;
  m_reading.erase(one);
  ++m_progress.done;
  if (!m_tell.isActive()) m_tell.start(tellMs);
  if (m_waiting.empty())
    finishWhenDone();
  else
    m_begin.start(0);
}

void Importer::tellProgress() {
  if (!isImporting()) return;
  const double fraction = m_progress.fraction();
  const auto spent = double(m_since.elapsed());
  m_progress.leftMs = fraction > 0.02 && spent > 500.0 ? qint64(spent / fraction - spent) : -1;
  Q_EMIT progressed(m_progress);
}

void Importer::finishWhenDone() {
  if (!m_waiting.empty() && m_reading.size() < size_t(mostAtOnce)) return m_begin.start(0);
  if (!m_waiting.empty() || !m_reading.empty() || !std::exchange(m_importing, false)) return;
  m_tell.stop();
  m_progress = {};
  const ImportSum sum = std::exchange(m_sum, {});
  Q_EMIT progressed(m_progress);
  Q_EMIT finished(sum, std::exchange(m_asked, false));
}

void Importer::cancel() {
  if (!isImporting()) return;
  m_sum.cancelled = true;
  m_waiting.clear();
  for (const auto& [id, bytes] : m_reading)
    if (const auto stopped = m_jobs.stop(id); !stopped) qInfo("%s", qUtf8Printable(stopped.error().message));
  finishWhenDone();
}

void Importer::setWatched(const QStringList& folders) {
  if (folders == m_watched) return;
  m_watched = folders;
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
  const QStringList before = m_watcher.directories();
  QStringList added;
  const QSet<QString> watchedFolders(before.begin(), before.end());
  for (const QString& folder : seen.folders)
    if (!watchedFolders.contains(folder)) added << folder;
  if (!added.isEmpty() && !m_watched.isEmpty()) m_watcher.addPaths(added);
  std::vector<FoundRun> wanted;
  for (const FoundRun& run : seen.runs) {
    const FoundKind kind = kindOf(run);
    const Job* job = m_jobs.job(known(run));
    const bool wasLeft = job != nullptr && job->ending.kind == EndKind::Unknown && job->ending.code == Ending::readNoFurther;
    if (kind == FoundKind::New || (kind == FoundKind::Grown && run.changedMs > 0 && !wasLeft)) wanted.push_back(run);
  }
  if (!wanted.empty()) {
    const bool asked = m_asked;
    take(wanted);
    m_asked = asked;
  }
  const bool lively = m_sinceChange.isValid() && m_sinceChange.elapsed() < livelyForMs;
  m_lookTimer.start(std::max<int>(lively ? livelyMs : calmMs, int(m_lookTook.elapsed()) * restFactor));
}

}  // namespace trainyard
