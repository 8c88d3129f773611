// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/mlflow_book.h"

#include <QFile>

#include "core/api/mlflow_values.h"
#include "core/runners/run_records.h"

namespace trainyard {
namespace {

QByteArray contentAt(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A client's job, or a command job whose program has begun a run.
bool hasMlflowRun(const Job& job) {
  const bool isLive = job.settings.source == JobSource::Mlflow || job.settings.source == JobSource::Command;
  return isLive && !job.settings.imported.run.isEmpty();
}

}  // namespace

MlflowBook::MlflowBook(const QString& dataDir, JobService& jobs, const Clock& clock, QObject* parent)
    : QObject(parent), m_dataDir(dataDir), m_jobs(jobs), m_clock(clock) {
  m_experiments = experimentsFrom(contentAt(m_dataDir + QStringLiteral("/mlflow_experiments.json")));
  if (const QString first = QStringLiteral("0"); !m_experiments.contains(first))
    m_experiments[first] = {first, QStringLiteral("Default"), false, m_clock.nowMs(), m_clock.nowMs(), {}};
  connect(&m_jobs, &JobService::loaded, this, [this] { for (const JobId id : m_jobs.jobs()) note(id); });
  connect(&m_jobs, &JobService::jobAdded, this, &MlflowBook::note);
  connect(&m_jobs, &JobService::changeCommitted, this, [this](JobId id, JobChangeKind kind) {
    if (kind != JobChangeKind::Purged) return;
    const QString run = m_jobOf.key(id);
    m_jobOf.remove(run);
    m_runs.remove(run);
  });
  for (const JobId id : m_jobs.jobs()) note(id);
}

void MlflowBook::note(JobId job) {
  const Job* known = m_jobs.job(job);
  if (known != nullptr && hasMlflowRun(*known)) m_jobOf.insert(known->settings.imported.run, job);
}

MlflowExperiment* MlflowBook::experiment(const QString& id) {
  const auto known = m_experiments.find(id);
  return known != m_experiments.end() ? &known->second : nullptr;
}

MlflowExperiment* MlflowBook::experimentNamed(const QString& name) {
  for (auto& [id, one] : m_experiments)
    if (one.name == name) return &one;
  return nullptr;
}

MlflowExperiment& MlflowBook::addExperiment(const QString& name) {
  qint64 number = 0;
  for (const auto& [id, one] : m_experiments) number = std::max(number, id.toLongLong());
  const QString id = QString::number(number + 1);
  return m_experiments[id] = {id, name, false, m_clock.nowMs(), m_clock.nowMs(), {}};
}

void MlflowBook::saveExperiments(Then then) {
  m_writer.write(m_dataDir + QStringLiteral("/mlflow_experiments.json"), contentOf(m_experiments), std::move(then));
}

MlflowRun* MlflowBook::run(const QString& id) {
  if (const auto known = m_runs.constFind(id); known != m_runs.constEnd()) return known->get();
  const JobId job = m_jobOf.value(id);
  if (!job.isValid()) return nullptr;
  // A job whose file is gone or damaged is still that run, of which less is known.
  MlflowRun run = runFrom(contentAt(fileOf(job))).value_or(MlflowRun{});
  run.id = id;
  run.job = job;
  if (run.experiment.isEmpty()) run.experiment = QStringLiteral("0");
  return &addRun(std::move(run));
}

std::vector<MlflowRun*> MlflowBook::runs() {
  std::vector<MlflowRun*> all;
  for (const JobId id : m_jobs.jobs()) {
    const Job* job = m_jobs.job(id);
    if (!hasMlflowRun(*job)) continue;
    if (MlflowRun* one = run(job->settings.imported.run)) all.push_back(one);
  }
  return all;
}

MlflowRun& MlflowBook::addRun(MlflowRun run) {
  const QString id = run.id;
  m_jobOf.insert(id, run.job);
  return **m_runs.insert(id, std::make_shared<MlflowRun>(std::move(run)));
}

void MlflowBook::save(const MlflowRun& run, Then then) { m_writer.write(fileOf(run.job), contentOf(run), std::move(then)); }

MlflowRun::Metric& MlflowBook::metric(MlflowRun& run, const QString& name) {
  const auto known = run.metrics.find(name);
  if (known != run.metrics.end()) return known->second;
  const SeriesSummary* summary = m_jobs.series(run.job, name);
  const bool isKnown = summary != nullptr && summary->count > 0;
  constexpr Point none{std::numeric_limits<qint64>::min(), 0, 0.0};
  MlflowRun::Metric metric{StepMap(run.stepParts[name].toArray(), isKnown ? summary->last.step : -1), isKnown ? newest(run, *summary) : none};
  return run.metrics.emplace(name, std::move(metric)).first->second;
}

Point MlflowBook::newest(const MlflowRun& run, const SeriesSummary& series) const {
  const QJsonArray kept = run.newest[series.tag].toArray();
  if (const auto value = numberInJson(kept[2])) return {kept[0].toInteger(), kept[1].toInteger(), *value};
  Point last = series.last;
  last.step = StepMap(run.stepParts[series.tag].toArray(), last.step).stepAt(last.step);
  return last;
}

QString MlflowBook::fileOf(JobId job) const { return jobDirectory(m_dataDir, job) + QStringLiteral("/mlflow.json"); }

std::optional<MlflowModelPlace> MlflowBook::placeOfModel(const QString& modelId) {
  for (MlflowRun* one : runs())
    if (one->models.contains(modelId)) return MlflowModelPlace{one};
  for (auto& [id, one] : m_experiments)
    if (one.models.contains(modelId)) return MlflowModelPlace{nullptr, &one};
  return std::nullopt;
}

void MlflowBook::save(const MlflowModelPlace& place, Then then) {
  if (place.run != nullptr) return save(*place.run, std::move(then));
  saveExperiments(std::move(then));
}

QString MlflowBook::modelFolder(const MlflowModelPlace& place, const QString& modelId) const {
  if (place.run == nullptr) return m_dataDir + QStringLiteral("/mlflow_models/") + modelId;
  return jobDirectory(m_dataDir, place.run->job) + QStringLiteral("/models/") + modelId;
}

QString MlflowBook::artifactAddress(const MlflowRun& run) {
  const MlflowExperiment* known = experiment(run.experiment);
  if (known != nullptr) return known->artifactsOf(run.id);
  MlflowExperiment gone;
  gone.id = run.experiment;
  return gone.artifactsOf(run.id);
}

QString MlflowBook::artifactFolder(JobId job) const { return jobDirectory(m_dataDir, job) + QStringLiteral("/artifacts"); }

}  // namespace trainyard
