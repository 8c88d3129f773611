// SPDX-License-Identifier: GPL-3.0-or-later
// Jobs whose runs other programs make or have made: what is done here is to read them.
#include <cmath>

#include "core/jobs/job_draft.h"
#include "core/jobs/job_service.h"
#include "core/jobs/job_service_entry.h"

namespace trainyard {
namespace {

constexpr qint64 mostEpochs = 1'000'000;
constexpr qint64 largestBatch = 1'048'576;

/// Whatever a folder is called makes a name.
QString nameFrom(const QString& text) {
  QString name;
  for (const QChar c : text) name += c.category() == QChar::Other_Control ? QChar(u' ') : c;
  name = name.trimmed().left(200).trimmed();
  return checkName(name) ? name : QStringLiteral("run");
}

/// What is told takes the place of what was known; what is not leaves it.
void take(const RunFacts& facts, JobSettings& settings) {
  const auto replace = [](QString& known, const QString& told) {
    if (!told.isEmpty()) known = told;
  };
  replace(settings.model, facts.model);
  replace(settings.dataset, facts.dataset);
  if (!facts.parameters.isEmpty()) settings.parameters = facts.parameters;
  if (facts.learningRate > 0.0 && std::isfinite(facts.learningRate)) settings.learningRate = facts.learningRate;
  if (facts.batchSize > 0 && facts.batchSize <= largestBatch) settings.batchSize = facts.batchSize;
  if (facts.epochs > 0 && facts.epochs <= mostEpochs) settings.epochs = facts.epochs;
}

}  // namespace

bool JobService::isRunElsewhere(const Job& job) {
  return job.settings.source == JobSource::Imported || job.settings.source == JobSource::Mlflow;
}

Result<JobId> JobService::import(const JobSettings& settings) {
  if (!m_loaded) return fail(ErrorCode::InUse, tr("Trainyard is still opening its database; try again in a moment."));
  const bool isFiles = settings.source == JobSource::Imported && !settings.imported.path.isEmpty();
  if (!isFiles && (settings.source != JobSource::Mlflow || settings.imported.run.isEmpty()))
    return fail(ErrorCode::InvalidInput, tr("“%1” is no run to import.").arg(settings.name));
  const JobId id = m_nextId;
  m_nextId = JobId{id.value + 1};
  auto entry = std::make_unique<Entry>();
  Job& job = entry->accepted;
  job.id = id;
  job.settings = settings;
  job.settings.name = nameFrom(settings.name);
  job.createdMs = job.startedMs = m_deps.clock.nowMs();
  job.status = JobStatus::Running;
  job.queuePosition = double(id.value);
  entry->startIsGuess = entry->nameIsGuess = isFiles;
  submit(insert(std::move(entry)), JobChangeKind::Imported);
  return id;
}

Result<void> JobService::importAgain(JobId id) {
  const auto found = findFor(id, JobAction::View);
  if (!found) return tl::make_unexpected(found.error());
  Job& job = (*found)->accepted;
  if (!isRunElsewhere(job) || !isEnded(job.status))
    return fail(ErrorCode::NotAllowed, tr("“%1” is not an imported run that has ended.").arg(job.settings.name));
  job.status = JobStatus::Running;
  job.ending = {};
  job.endedMs = 0;
  submit(**found, JobChangeKind::Reopened);
  return {};
}

Result<void> JobService::attach(JobId id, const QString& run) {
  Entry* entry = find(id);
  if (entry == nullptr) return tl::make_unexpected(unknown(id));
  Job& job = entry->accepted;
  if (job.settings.source != JobSource::Command || job.status != JobStatus::Running || !job.settings.imported.run.isEmpty())
    return fail(ErrorCode::NotAllowed, tr("“%1” is no running command without a run of MLflow.").arg(job.settings.name));
  job.settings.imported = {QStringLiteral("mlflow-api"), {}, run};
  submit(*entry, JobChangeKind::Described);
  return {};
}

/// A command job whose program also reports: what it prints of a series that it reports would be there twice, so it is left out; how far
/// the job is says whoever knows the total, else whoever is farther.
JobPoints JobService::beside(Entry& entry, JobPoints points) {
  const Progress& known = entry.accepted.progress;
  const bool isReport = points.receipt > 0;
  for (const SeriesPoints& one : points.series) {
    if (!isReport) break;
    QString split = one.tag;
    if (const qsizetype at = split.indexOf(u'_'); at > 0) split[at] = u'/';  // train_loss, eval_loss
    entry.reported.insert({one.tag, split, QStringLiteral("train/") + one.tag});
  }
  if (!isReport) std::erase_if(points.series, [&entry](const SeriesPoints& one) { return entry.reported.contains(one.tag); });
  if (isReport ? known.totalSteps > 0 : points.progress.totalSteps == 0) {
    const Progress told = points.progress;
    points.progress = known;
    if (known.totalSteps == 0) points.progress.step = std::max(known.step, told.step);
    points.progress.epoch = std::max(known.epoch, told.epoch);
  }
  return points;
}

void JobService::takeResume(JobId id, const QByteArray& resume) {
  Entry* entry = find(id);
  if (entry == nullptr || !std::exchange(entry->wantsResume, false)) return;
  if (isEnded(entry->accepted.status)) return;  // it had only a little to add
  if (entry->stopping) return end(*entry, entry->stopReason);
  entry->resume = resume;
  takeOver(*entry);
}

/// The first point's time, unless the files tell better.
void JobService::guessStart(Entry& entry, const JobPoints& points) {
  qint64 first = std::numeric_limits<qint64>::max();
  for (const SeriesPoints& series : points.series)
    for (const Point& point : series.points)
      if (point.wallMs > 0) first = std::min(first, point.wallMs);
  if (first == std::numeric_limits<qint64>::max()) return;
  entry.startIsGuess = false;
  if (first == entry.accepted.startedMs) return;
  entry.accepted.startedMs = first;
  submit(entry, JobChangeKind::Described);
}

void JobService::takeFacts(JobId id, const RunFacts& facts, qint64 filesMs) {
  Entry* entry = find(id);
  if (entry == nullptr || entry->accepted.status != JobStatus::Running) return;
  const Job before = entry->accepted;
  Job& job = entry->accepted;
  take(facts, job.settings);
  job.filesMs = filesMs;
  job.unread = facts.unread;
  if (entry->nameIsGuess && !facts.name.isEmpty()) {
    job.settings.name = nameFrom(facts.name);
    entry->nameIsGuess = false;
  }
  if (facts.startedMs > 0) {
    job.startedMs = facts.startedMs;
    entry->startIsGuess = false;
  }
  if (job != before) submit(*entry, JobChangeKind::Described);
}

}  // namespace trainyard
