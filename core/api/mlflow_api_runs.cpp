// SPDX-License-Identifier: GPL-3.0-or-later
// Runs of MLflow's clients: their beginning, their state, their end, and how they are found.
#include <QUuid>
#include <algorithm>

#include "core/api/mlflow_api.h"
#include "core/api/mlflow_error.h"
#include "core/api/mlflow_page.h"
#include "core/api/mlflow_values.h"
#include "core/api/when_all.h"
#include "core/api/when_written.h"
#include "core/readers/mlflow_run.h"
#include "core/runners/run_records.h"

namespace trainyard {
namespace {

using Effect = ApiRoutes::Effect;

QString statusOfJob(const Job& job) {
  if (!isEnded(job.status)) return QStringLiteral("RUNNING");
  if (job.status == JobStatus::Complete) return QStringLiteral("FINISHED");
  return job.ending.kind == EndKind::StoppedByUser ? QStringLiteral("KILLED") : QStringLiteral("FAILED");
}

/// The word of a status, which may be its number. What is scheduled runs here.
QString statusIn(const QJsonValue& value) {
  static const QStringList words{QString(), QStringLiteral("RUNNING"), QStringLiteral("SCHEDULED"), QStringLiteral("FINISHED"), QStringLiteral("FAILED"), QStringLiteral("KILLED")};
  const QString word = value.isDouble() ? words.value(value.toInt()) : value.toString();
  return word == u"SCHEDULED" ? words[1] : word;
}

}  // namespace

bool MlflowApi::isStoppedHere(const Job& job) {
  return isEnded(job.status) && job.ending.kind == EndKind::StoppedByUser && job.ending.reason == JobService::stoppedByUser().reason;
}

bool MlflowApi::isOfCommand(const MlflowRun& run) const {
  const Job* job = m_jobs.job(run.job);
  return job != nullptr && job->settings.source == JobSource::Command;
}

QString MlflowApi::statusOf(const MlflowRun& run) const {
  const Job* job = m_jobs.job(run.job);
  if (job == nullptr) return QStringLiteral("KILLED");
  return isOfCommand(run) && !run.status.isEmpty() ? run.status : statusOfJob(*job);
}

/// The first run that the program of a command job begins is that job; those inside of it and after it are jobs of their own.
Result<JobId> MlflowApi::jobFor(const MlflowRun& run) {
  const auto tag = run.tags.find(QLatin1String(runTag));
  if (tag != run.tags.end() && !run.tags.contains(QStringLiteral("mlflow.parentRunId")))
    for (const Job* job : m_jobs.running()) {
      const JobId id = job->id;
      if (job->settings.source == JobSource::Command && runName(*job) == tag->second && job->settings.imported.run.isEmpty())
        return m_jobs.attach(id, run.id).map([id] { return id; });
    }
  JobSettings settings;
  settings.source = JobSource::Mlflow;
  settings.name = jobName(run);
  settings.imported = {QStringLiteral("mlflow-api"), {}, run.id};
  return m_jobs.import(settings);
}

/// Of a run of a command job: its client's word, which ends nothing.
Result<void> MlflowApi::noteStatus(MlflowRun& run, const QString& status, qint64 endMs) const {
  const bool ends = mlflowEnding(status, endMs).has_value();
  if (!ends && status != u"RUNNING") return fail(ErrorCode::InvalidInput, tr("“%1” is no status of a run.").arg(status));
  run.status = ends ? status : QString();
  run.endedMs = !ends ? 0 : endMs > 0 ? endMs : m_book.clock().nowMs();
  return {};
}

void MlflowApi::addRunRoutes() {
  add("POST", "runs/create", Effect::Changes, &MlflowApi::createRun);
  add("GET", "runs/get", Effect::Reads, &MlflowApi::getRun);
  add("POST", "runs/update", Effect::Changes, &MlflowApi::updateRun);
  add("POST", "runs/delete", Effect::Changes, &MlflowApi::deleteRun);
  add("POST", "runs/restore", Effect::Changes, &MlflowApi::restoreRun);
  add("POST", "runs/search", Effect::Reads, &MlflowApi::searchRuns);
}

QString MlflowApi::idIn(const QJsonObject& message) {
  const QString given = message[QLatin1String("run_id")].toString();
  return given.isEmpty() ? message[QLatin1String("run_uuid")].toString() : given;
}

Result<MlflowRun*> MlflowApi::runOf(const QJsonObject& message) const {
  const QString id = idIn(message);
  if (id.isEmpty()) return fail(ErrorCode::InvalidInput, tr("Missing value for required parameter 'run_id'."));
  MlflowRun* run = m_book.run(id);
  if (run == nullptr) return fail(ErrorCode::NotFound, tr("Run with id=%1 not found").arg(id));
  return run;
}

QString MlflowApi::jobName(const MlflowRun& run) const {
  const MlflowExperiment* experiment = m_book.experiment(run.experiment);
  return mlflowName(experiment != nullptr ? experiment->name : QString(), run.name, run.id);
}

QJsonObject MlflowApi::infoOf(const MlflowRun& run) const {
  const Job* job = m_jobs.job(run.job);
  QJsonObject info{{QStringLiteral("run_id"), run.id},
                   {QStringLiteral("run_uuid"), run.id},
                   {QStringLiteral("run_name"), run.name},
                   {QStringLiteral("experiment_id"), run.experiment},
                   {QStringLiteral("user_id"), run.user},
                   {QStringLiteral("status"), statusOf(run)},
                   {QStringLiteral("start_time"), run.startedMs},
                   {QStringLiteral("artifact_uri"), m_book.artifactAddress(run)},
                   {QStringLiteral("lifecycle_stage"), job != nullptr ? QStringLiteral("active") : QStringLiteral("deleted")}};
  if (run.endedMs > 0)
    info.insert(QStringLiteral("end_time"), run.endedMs);
  else if (job != nullptr && job->endedMs > 0)
    info.insert(QStringLiteral("end_time"), job->endedMs);
  return info;
}

QJsonObject MlflowApi::jsonOf(const MlflowRun& run) const {
  QJsonArray metrics;
  for (const SeriesSummary& series : m_jobs.series(run.job)) {
    const Point newest = m_book.newest(run, series);
    metrics.append(QJsonObject{{QStringLiteral("key"), series.tag},
                               {QStringLiteral("value"), trainyard::jsonOf(newest.value)},
                               {QStringLiteral("timestamp"), newest.wallMs},
                               {QStringLiteral("step"), newest.step}});
  }
  const QJsonObject data{{QStringLiteral("metrics"), metrics}, {QStringLiteral("params"), pairsOf(run.params)}, {QStringLiteral("tags"), pairsOf(run.tags)}};
  QJsonObject inputs;
  if (!run.datasets.isEmpty()) inputs.insert(QStringLiteral("dataset_inputs"), run.datasets);
  return {{QStringLiteral("info"), infoOf(run)}, {QStringLiteral("data"), data}, {QStringLiteral("inputs"), inputs}};
}

void MlflowApi::createRun(const QJsonObject& message, const HttpReply& reply) {
  MlflowRun run;
  run.id = QUuid::createUuid().toString(QUuid::Id128);
  run.experiment = message[QLatin1String("experiment_id")].toString(QStringLiteral("0"));
  const MlflowExperiment* experiment = m_book.experiment(run.experiment);
  if (experiment == nullptr) return reply(mlflowError(mlflow::missing, tr("There is no experiment “%1”.").arg(run.experiment)));
  if (experiment->isDeleted) return reply(mlflowError(mlflow::badState, tr("The experiment “%1” is deleted.").arg(experiment->name)));
  MlflowEntries entries;
  for (const QJsonValue& tag : message[QLatin1String("tags")].toArray()) entries.tags.push_back({tag[QLatin1String("key")].toString(), tag[QLatin1String("value")].toString()});
  run.user = message[QLatin1String("user_id")].toString();
  run.startedMs = wholeIn(message[QLatin1String("start_time")]).value_or(m_book.clock().nowMs());
  run.name = message[QLatin1String("run_name")].toString();
  for (const KeyValue& tag : entries.tags) run.tags[tag.key] = tag.value;
  if (const QString caller = message[QLatin1String(runTag)].toString(); !caller.isEmpty()) run.tags.try_emplace(QLatin1String(runTag), caller);
  const QString nameTag = QStringLiteral("mlflow.runName");
  if (run.name.isEmpty()) run.name = run.tags.contains(nameTag) ? run.tags[nameTag] : QStringLiteral("run-") + run.id.left(8);
  run.tags[nameTag] = run.name;
  const auto job = jobFor(run);
  if (!job) return reply(mlflowError(job.error()));
  run.job = *job;
  const MlflowRun& kept = m_book.addRun(std::move(run));
  const auto answer = whenAll(2, [this, id = kept.id, reply](const Result<void>& written) {
    const MlflowRun* made = m_book.run(id);
    if (written && made != nullptr) return reply(jsonResponse({{QStringLiteral("run"), jsonOf(*made)}}));
    m_book.forgetRun(id);
    reply(written ? mlflowError(mlflow::missing, tr("The run was removed at once.")) : mlflowError(written.error()));
  });
  whenWritten(*this, m_jobs, kept.job, isOfCommand(kept) ? JobChangeKind::Described : JobChangeKind::Imported, answer);
  m_book.save(kept, answer);
  describe(kept);
}

void MlflowApi::getRun(const QJsonObject& message, const HttpReply& reply) {
  const auto run = runOf(message);
  if (!run) return reply(mlflowError(run.error()));
  if (m_jobs.job((*run)->job) != nullptr) m_runner.hear((*run)->job);
  reply(jsonResponse({{QStringLiteral("run"), jsonOf(**run)}}));
}

/// Ends the run or lets it go on. Which change of its job that is; none when it stays what it is.
Result<std::optional<JobChangeKind>> MlflowApi::applyStatus(const MlflowRun& run, const QString& status, qint64 endMs) {
  const auto ending = mlflowEnding(status, endMs);
  if (!ending && status != u"RUNNING") return fail(ErrorCode::InvalidInput, tr("“%1” is no status of a run.").arg(status));
  const Job* job = m_jobs.job(run.job);
  if (job == nullptr) return fail(ErrorCode::NotFound, tr("Run with id=%1 is deleted").arg(run.id));
  if (status == statusOfJob(*job) || isStoppedHere(*job)) return std::nullopt;
  if (isEnded(job->status))
    if (const auto again = m_jobs.importAgain(run.job); !again) return tl::make_unexpected(again.error());
  if (ending) m_runner.finish(run.job, *ending);
  return ending ? JobChangeKind::Ended : JobChangeKind::Reopened;
}

void MlflowApi::updateRun(const QJsonObject& message, const HttpReply& reply) {
  const auto found = runOf(message);
  if (!found) return reply(mlflowError(found.error()));
  MlflowRun& run = **found;
  const QString status = statusIn(message[QLatin1String("status")]), name = message[QLatin1String("run_name")].toString();
  std::optional<JobChangeKind> change;
  const bool isNoted = !status.isEmpty() && isOfCommand(run);
  if (isNoted) {
    if (const auto noted = noteStatus(run, status, wholeIn(message[QLatin1String("end_time")]).value_or(0)); !noted) return reply(mlflowError(noted.error()));
  } else if (!status.isEmpty()) {
    const auto applied = applyStatus(run, status, wholeIn(message[QLatin1String("end_time")]).value_or(0));
    if (!applied) return reply(mlflowError(applied.error()));
    change = *applied;
  }
  const bool isRenamed = !name.isEmpty() && name != run.name;
  const auto told = whenAll(1 + int(isRenamed || isNoted), [this, id = run.id, reply](const Result<void>& written) {
    const MlflowRun* one = m_book.run(id);
    if (!written) return reply(mlflowError(written.error()));
    reply(one != nullptr ? jsonResponse({{QStringLiteral("run_info"), infoOf(*one)}}) : mlflowError(mlflow::missing, tr("Run with id=%1 not found").arg(id)));
  });
  if (isRenamed) {
    run.name = run.tags[QStringLiteral("mlflow.runName")] = name;
    if (!isOfCommand(run)) std::ignore = m_jobs.rename(run.job, jobName(run));
  }
  if (isRenamed || isNoted) m_book.save(run, told);
  if (!change) return told({});
  whenWritten(*this, m_jobs, run.job, *change, told);
}

void MlflowApi::deleteRun(const QJsonObject& message, const HttpReply& reply) {
  const auto run = runOf(message);
  if (!run) return reply(mlflowError(run.error()));
  const Job* job = m_jobs.job((*run)->job);
  if (job != nullptr && !isEnded(job->status) && isOfCommand(**run))
    return reply(mlflowError(mlflow::badState, tr("“%1” still runs; stop it first.").arg(job->settings.name)));
  if (job != nullptr && !isEnded(job->status)) m_runner.finish((*run)->job, {EndKind::StoppedByUser, 0, tr("deleted by its client"), 0});
  const auto removed = m_jobs.remove((*run)->job);
  if (!removed) return reply(mlflowError(removed.error()));
  whenWritten(*this, m_jobs, (*run)->job, JobChangeKind::Deleted, [reply](const Result<void>& written) { reply(written ? jsonResponse({}) : mlflowError(written.error())); });
}

void MlflowApi::restoreRun(const QJsonObject& message, const HttpReply& reply) {
  const auto run = runOf(message);
  if (!run) return reply(mlflowError(run.error()));
  if (m_jobs.job((*run)->job) != nullptr) return reply(jsonResponse({}));
  const auto restored = m_jobs.restore((*run)->job);
  if (!restored) return reply(mlflowError(restored.error()));
  whenWritten(*this, m_jobs, (*run)->job, JobChangeKind::Restored, [reply](const Result<void>& written) { reply(written ? jsonResponse({}) : mlflowError(written.error())); });
}

std::optional<FilterValue> MlflowApi::valueOf(const MlflowRun& run, const FilterField& field) const {
  const auto textIn = [&field](const std::map<QString, QString>& texts) {
    const auto known = texts.find(field.name);
    return known != texts.end() ? std::optional<FilterValue>(known->second) : std::nullopt;
  };
  if (field.kind == u"param") return textIn(run.params);
  if (field.kind == u"tag") return textIn(run.tags);
  if (field.kind == u"metric") {
    const SeriesSummary* series = m_jobs.series(run.job, field.name);
    return series != nullptr && series->count > 0 ? std::optional<FilterValue>(m_book.newest(run, *series).value) : std::nullopt;
  }
  const QJsonObject info = infoOf(run);
  QString name = field.name.toLower();
  if (name == u"run name") name = QStringLiteral("run_name");
  if (name == u"created") name = QStringLiteral("start_time");
  const QJsonValue value = info[name];
  if (value.isDouble()) return double(value.toInteger());
  return value.isString() ? std::optional<FilterValue>(value.toString()) : std::nullopt;
}

void MlflowApi::searchRuns(const QJsonObject& message, const HttpReply& reply) {
  constexpr qint64 usualPage = 1'000, largestPage = 50'000;
  const qint64 limit = wholeIn(message[QLatin1String("max_results")]).value_or(usualPage);
  if (limit < 1 || limit > largestPage) return reply(mlflowError(invalidValue("max_results", limit)));
  const auto page = pageIn(message);
  if (!page) return reply(mlflowError(page.error()));
  const auto filter = MlflowFilter::parse(message[QLatin1String("filter")].toString());
  if (!filter) return reply(mlflowError(filter.error()));
  const auto orders = parseOrders(textsOf(message[QLatin1String("order_by")]) << QStringLiteral("attributes.start_time DESC") << QStringLiteral("attributes.run_id"));
  if (!orders) return reply(mlflowError(orders.error()));
  const QStringList experiments = textsOf(message[QLatin1String("experiment_ids")]);
  const bool onlyDeleted = message[QLatin1String("run_view_type")].toString() == u"DELETED_ONLY";
  std::vector<MlflowRun*> found;
  for (MlflowRun* run : m_book.runs())
    if (!onlyDeleted && experiments.contains(run->experiment) && filter->passes([this, run](const FilterField& field) { return valueOf(*run, field); })) found.push_back(run);
  std::stable_sort(found.begin(), found.end(), [&](const MlflowRun* a, const MlflowRun* b) {
    return isBefore(*orders, [this, a](const FilterField& field) { return valueOf(*a, field); }, [this, b](const FilterField& field) { return valueOf(*b, field); });
  });
  reply(pageOf("runs", *page, limit, found, [this](const MlflowRun* run) { return jsonOf(*run); }));
}

}  // namespace trainyard
