// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runners/import_worker.h"

#include <QDateTime>
#include <QFileInfo>

#include "core/runners/import_runner.h"

namespace trainyard {
namespace {

constexpr qint64 stillMs = 3'000;  ///< files that are being copied change more often
constexpr int pollMs = 250;  ///< a growing file is looked at this often: it works on network disks, too

struct FilesState {
  qint64 changedMs = 0;  ///< the newest of them
  bool areReadable = true;
};

FilesState stateOf(const QStringList& paths) {
  FilesState state;
  for (const QString& path : paths) {
    const QFileInfo info(path);
    if (!info.exists()) continue;
    state.changedMs = std::max(state.changedMs, info.lastModified().toMSecsSinceEpoch());
    state.areReadable = state.areReadable && info.isReadable();
  }
  return state;
}

}  // namespace

struct ImportWorker::Import {
  Job job;
  std::unique_ptr<RunSource> source;
  RunFacts told = {};
  Unread unread = {};
  qint64 toldFilesMs = 0;
  bool caughtUp = false;
  qint64 filesMs = 0;  ///< when the files had changed last before they were read
  qint64 keptMs = 0;   ///< the same, for the job; 0 where a file could not be read, so that the run counts as changed when it can
  bool isGrowing = false;  ///< they changed since all of them was read
  qint64 lastPointMs = 0;  ///< when the newest of what was read was logged; 0 = nothing was read
};

ImportWorker::ImportWorker(const Clock& clock) : m_clock(clock), m_turn(new QTimer(this)), m_poll(new QTimer(this)) {
  m_turn->setSingleShot(true);
  connect(m_turn, &QTimer::timeout, this, &ImportWorker::turn);
  m_poll->setInterval(pollMs);
  connect(m_poll, &QTimer::timeout, this, &ImportWorker::poll);
}

ImportWorker::~ImportWorker() = default;

void ImportWorker::begin(const Job& job, const QByteArray& resume) {
  const ImportSettings& from = job.settings.imported;
  const auto format = runFormatFromKey(from.format);
  auto source = format ? openRun({.format = *format, .path = from.path, .run = from.run, .name = job.settings.name}, resume)
                       : Result<std::unique_ptr<RunSource>>(tl::make_unexpected(format.error()));
  if (!source) {
    Q_EMIT problemsFound(job.id, {{from.path, -1, source.error().message}});
    Q_EMIT ended(job.id, {EndKind::Unknown, 0, source.error().message});
    Q_EMIT caughtUp(job.id);
    return;
  }
  auto import = std::make_unique<Import>(Import{job, std::move(*source)});
  import->isGrowing = !resume.isEmpty();  // who reads on does so because they changed
  if (!resume.isEmpty()) import->unread = job.unread;
  m_imports.insert_or_assign(job.id, std::move(import));
  m_due.push_back(job.id);
  m_poll->start();
  schedule();
}

void ImportWorker::schedule() {
  if (!m_paused && !m_due.empty() && !m_turn->isActive()) m_turn->start(0);
}

void ImportWorker::setPaused(bool paused) {
  m_paused = paused;
  schedule();
}

void ImportWorker::turn() {
  if (m_paused || m_due.empty()) return;
  const JobId id = m_due.front();
  m_due.pop_front();
  if (const auto found = m_imports.find(id); found != m_imports.end()) {
    if (readPart(*found->second)) {
      m_due.push_back(id);
    } else {
      const bool first = !std::exchange(found->second->caughtUp, true);
      endWhenOver(*found->second);
      if (first) Q_EMIT caughtUp(id);
    }
  }
  schedule();
}

void ImportWorker::poll() {
  if (m_imports.empty()) return m_poll->stop();
  if (m_paused) return;
  for (const auto& [id, import] : m_imports)
    if (std::find(m_due.begin(), m_due.end(), id) == m_due.end()) m_due.push_back(id);
  schedule();
}

bool ImportWorker::readPart(Import& import) {
  const QStringList known = import.source->watched();
  FilesState files = stateOf(known);
  const qint64 before = std::exchange(import.filesMs, files.changedMs);
  import.isGrowing = import.isGrowing || (import.caughtUp && import.filesMs > before);
  const qint64 askedMs = m_clock.nowMs();
  RunSource::Part part = import.source->read(askedMs);
  if (const QStringList now = import.source->watched(); now != known) {  // files that it found only now were read as they were then
    files = stateOf(now);
    import.filesMs = std::max(import.filesMs, std::min(askedMs, files.changedMs));
  }
  import.keptMs = files.areReadable ? import.filesMs : 0;
  for (const SeriesPoints& series : part.points.series) import.lastPointMs = std::max(import.lastPointMs, series.points.back().wallMs);
  tell(import);
  if (part.bytes > 0) Q_EMIT advanced(import.job.id, part.bytes);
  give(import.job.id, std::move(part.points));
  return part.more;
}

void ImportWorker::give(JobId id, JobPoints&& points) {
  points.job = id;
  if (!points.series.empty() || !points.resume.isEmpty()) Q_EMIT produced(std::make_shared<const JobPoints>(std::move(points)));
}

/// What it has to say beside points.
void ImportWorker::tell(Import& import) {
  const JobId id = import.job.id;
  if (const QString notice = import.source->takeNotice(); !notice.isEmpty()) Q_EMIT noticed(id, notice);
  if (import.source->takeAnew()) import.unread = {};
  const std::vector<ReadProblem> found = import.source->takeProblems();
  const QList<ReadProblem> problems(found.begin(), found.end());
  import.unread.add(problems);
  if (!problems.isEmpty()) Q_EMIT problemsFound(id, problems);
  RunFacts facts = import.source->facts();
  facts.unread = import.unread;
  if (facts == import.told && import.keptMs == import.toldFilesMs) return;
  import.told = std::move(facts);
  import.toldFilesMs = import.keptMs;
  Q_EMIT described(id, import.told, import.keptMs);
}

/// Everything that is there was read.
void ImportWorker::endWhenOver(Import& import) {
  // Files that were copied look new, but they grow no more, and their points tell when they were logged.
  const bool isStill = !m_following || m_clock.nowMs() - import.filesMs > stillMs;
  const bool isOld = isStill && !import.isGrowing && import.lastPointMs > 0;
  const qint64 lastMs = isOld ? std::min(import.filesMs, import.lastPointMs) : import.filesMs;
  const bool quiet = m_clock.nowMs() - lastMs > ImportRunner::quietMs;
  if (!import.told.ending && !quiet && m_following) return;
  give(import.job.id, import.source->finish(m_clock.nowMs()));
  const SkippedCounts skipped = import.source->skipped();
  for (const auto& [what, count] : skipped) import.unread.skipped[what] = std::max(import.unread.skipped[what], count);
  tell(import);
  if (!skipped.empty()) Q_EMIT passedOver(import.job.id, skipped);
  const bool isEmpty = import.lastPointMs == 0 && !import.isGrowing && import.told.startedMs > 0;  // nothing tells how long it took
  Ending ending = import.told.ending.value_or(endedUnknownHow(0));
  if (!import.told.ending && !quiet) ending.reason = tr("it may go on: its files had just changed when they were read");
  if (ending.atMs == 0) ending.atMs = import.told.endedMs > 0 ? import.told.endedMs : isEmpty ? import.told.startedMs : lastMs;
  end(import.job.id, ending);
}

void ImportWorker::stop(JobId job) {
  const auto found = m_imports.find(job);
  if (found == m_imports.end()) return;
  const bool first = !found->second->caughtUp;
  end(job, {EndKind::Unknown, Ending::readNoFurther, tr("no longer followed: you stopped reading it"), m_clock.nowMs()});
  if (first) Q_EMIT caughtUp(job);
}

void ImportWorker::end(JobId job, const Ending& ending) {
  m_imports.erase(job);
  Q_EMIT ended(job, ending);
}

void ImportWorker::leave() { m_imports.clear(); }

}  // namespace trainyard
