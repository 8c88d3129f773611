// SPDX-License-Identifier: GPL-3.0-or-later
// What MLflow's clients log: metrics become points, the rest is kept with the run.
#include <QHash>
#include <algorithm>
#include <span>
#include <tuple>

#include "core/api/mlflow_api.h"
#include "core/api/mlflow_error.h"
#include "core/api/mlflow_values.h"
#include "core/api/when_all.h"
#include "core/readers/mlflow_run.h"
#include "core/runners/run_records.h"

namespace trainyard {
namespace {

using Effect = ApiRoutes::Effect;

constexpr size_t mostSeries = 10'000;  ///< of a run
constexpr qint64 mostTold = ToldPoints::most;

/// Whether a client tells again what it has told, because it has not heard the answer. Nothing above the highest step was told.
bool isToldAgain(const MlflowRun::Metric& metric, const Point& point) { return point.step <= metric.steps.highest() && metric.told.contains(point); }

/// In MLflow's order of the values of a metric.
bool isNewer(const Point& point, const Point& other) {
  return std::tuple(point.step, point.wallMs, point.value) >= std::tuple(other.step, other.wallMs, other.value);
}

/// What the maker of a command job has told of it stays.
void keepOwn(const QList<KeyValue>& own, RunFacts& facts) {
  facts.startedMs = 0;
  const QList<KeyValue> told = facts.parameters;
  for (const KeyValue& one : own)
    if (std::none_of(told.begin(), told.end(), [&one](const KeyValue& other) { return other.key == one.key; })) facts.parameters.push_back(one);
}

HttpResponse answerFor(const Result<void>& written) { return written ? jsonResponse({}) : mlflowError(written.error()); }

}  // namespace

void MlflowApi::addLogRoutes() {
  addLog("runs/log-batch", nullptr);
  addLog("runs/log-metric", "metrics");
  addLog("runs/log-parameter", "params");
  addLog("runs/set-tag", "tags");
  add("POST", "runs/delete-tag", Effect::Changes, &MlflowApi::deleteTag);
  add("POST", "runs/log-inputs", Effect::Changes, &MlflowApi::logInputs);
  add("POST", "runs/log-model", Effect::Changes, &MlflowApi::logModel);
  add("POST", "runs/outputs", Effect::Changes, &MlflowApi::takeNothing);
  add("GET", "metrics/get-history", Effect::Reads, &MlflowApi::getHistory);
  add("GET", "metrics/get-history-bulk-interval", Effect::Reads, &MlflowApi::getHistories);
}

/// `alone`: the message itself is one of a batch's array of that name.
void MlflowApi::addLog(const char* path, const char* alone) {
  addReader("POST", path, Effect::Changes, [this, alone](const QJsonObject& message, const HttpReply& reply) -> ApiRoutes::Task {
    const QString id = idIn(message);
    const auto entries = std::make_shared<const Result<MlflowEntries>>(
        mlflowEntries(alone != nullptr ? QJsonObject{{QLatin1String(alone), QJsonArray{message}}} : message));
    if (id.isEmpty()) return [error = needed(message, "run_id").error(), reply] { reply(mlflowError(error)); };
    return [this, id, entries, reply] { takeLogged(id, entries, reply); };
  });
}

Result<MlflowRun*> MlflowApi::openRunOf(const QJsonObject& message) const {
  const auto run = runOf(message);
  if (!run) return run;
  const Job* job = m_jobs.job((*run)->job);
  if (job == nullptr) return fail(ErrorCode::InvalidInput, tr("The run %1 must be in the 'active' state. Current state is deleted.").arg((*run)->id));
  if (isStoppedHere(*job) || m_jobs.isStopping((*run)->job)) return fail(ErrorCode::NotAllowed, tr("The run “%1” was stopped in Trainyard.").arg(job->settings.name));
  m_runner.hear((*run)->job);
  return run;
}

/// While points of the run are read, its calls wait and keep their order.
void MlflowApi::takeLogged(const QString& id, const std::shared_ptr<const Result<MlflowEntries>>& entries, const HttpReply& reply) {
  if (const auto waiting = m_unread.find(id); waiting != m_unread.end()) return waiting->second.push_back([this, id, entries, reply] { takeLogged(id, entries, reply); });
  const auto run = openRunOf({{QStringLiteral("run_id"), id}});
  if (!run) return reply(mlflowError(run.error()));
  if (!*entries) return reply(mlflowError(entries->error()));
  const QStringList unread = unreadOf(**run, **entries);
  if (unread.isEmpty()) return log(**run, **entries, reply);
  m_unread[id] = {};
  readNewest(**run, unread, [this, id, entries, reply](const Result<void>& read) {
    const auto waiting = m_unread.extract(id);
    if (read)
      takeLogged(id, entries, reply);
    else
      reply(mlflowError(read.error()));
    for (const ApiRoutes::Task& call : waiting.mapped()) call();
  });
}

/// The metrics among them that were logged before the run was read here, as those of a window before.
QStringList MlflowApi::unreadOf(const MlflowRun& run, const MlflowEntries& entries) const {
  QStringList names;
  for (const SeriesPoints& told : entries.metrics) {
    if (run.metrics.contains(told.tag)) continue;
    const SeriesSummary* summary = m_jobs.series(run.job, told.tag);
    if (summary != nullptr && summary->count > 0) names << told.tag;
  }
  return names;
}

/// By the newest points it is known what a client tells again.
void MlflowApi::readNewest(const MlflowRun& run, const QStringList& names, const FileWriter::Then& then) {
  const auto all = whenAll(int(names.size()), then);
  for (const QString& name : names) {
    const SeriesSummary& series = *m_jobs.series(run.job, name);
    readNewest(run.id, {run.job, {name}, series.count > mostTold ? std::max<qint64>(0, series.last.step - mostTold + 1) : 0}, series, all);
  }
}

/// Steps may be far apart, so it is read again from twice as far back until there are as many points as may be told again, or all of
/// them. `series`: as it was at first.
void MlflowApi::readNewest(const QString& id, const SeriesQuery& query, const SeriesSummary& series, const FileWriter::Then& then) {
  m_reads.read(query, [this, id, query, series, then](const Result<JobPoints>& read) {
    if (!read) return then(tl::make_unexpected(read.error()));
    const qint64 found = read->series.empty() ? 0 : qint64(read->series.front().points.size());
    if (found < std::min(series.count, mostTold) && query.fromStep > 0) {
      SeriesQuery further = query;
      further.fromStep -= std::min(query.fromStep, series.last.step - query.fromStep + 1);
      return readNewest(id, further, series, then);
    }
    if (MlflowRun* one = m_book.run(id)) noteTold(m_book.metric(*one, series.tag), *read);
    then({});
  });
}

/// Points at their places.
void MlflowApi::noteTold(MlflowRun::Metric& metric, const JobPoints& points) {
  for (const SeriesPoints& series : points.series)
    for (const Point& point : std::span(series.points).last(std::min(series.points.size(), ToldPoints::most)))
      metric.told.add({metric.steps.stepAt(point.step), point.wallMs, point.value});
}

void MlflowApi::deleteTag(const QJsonObject& message, const HttpReply& reply) {
  const auto run = openRunOf(message);
  if (!run) return reply(mlflowError(run.error()));
  const QString key = message[QLatin1String("key")].toString();
  if ((*run)->tags.erase(key) == 0) return reply(mlflowError(mlflow::missing, tr("No tag with name: %1").arg(key)));
  m_book.save(**run, [reply](const Result<void>& written) { reply(answerFor(written)); });
}

void MlflowApi::logInputs(const QJsonObject& message, const HttpReply& reply) {
  const auto run = openRunOf(message);
  if (!run) return reply(mlflowError(run.error()));
  constexpr qsizetype mostDatasets = 1'000;
  for (const QJsonValue& dataset : message[QLatin1String("datasets")].toArray())
    if ((*run)->datasets.size() < mostDatasets && !(*run)->datasets.contains(dataset)) (*run)->datasets.append(dataset);
  m_book.save(**run, [reply](const Result<void>& written) { reply(answerFor(written)); });
  describe(**run);
}

/// The history of a run's models is a tag that its server writes: those that were logged, in their order, as JSON.
void MlflowApi::logModel(const QJsonObject& message, const HttpReply& reply) {
  const auto run = openRunOf(message);
  if (!run) return reply(mlflowError(run.error()));
  const QJsonDocument model = QJsonDocument::fromJson(message[QLatin1String("model_json")].toString().toUtf8());
  if (!model.isObject()) return reply(mlflowError(mlflow::invalid, tr("“model_json” is not a JSON object.")));
  QString& told = (*run)->tags[QStringLiteral("mlflow.log-model.history")];
  QJsonArray history = QJsonDocument::fromJson(told.toUtf8()).array();
  constexpr qsizetype mostModels = 1'000;
  if (history.size() < mostModels) history.append(model.object());
  told = QString::fromUtf8(QJsonDocument(history).toJson(QJsonDocument::Compact));
  m_book.save(**run, [reply](const Result<void>& written) { reply(answerFor(written)); });
}

void MlflowApi::takeNothing(const QJsonObject& message, const HttpReply& reply) {
  const auto run = openRunOf(message);
  reply(run ? jsonResponse({}) : mlflowError(run.error()));
}

/// All of it, or nothing: what is wrong is found before anything is kept.
void MlflowApi::log(MlflowRun& run, const MlflowEntries& entries, const HttpReply& reply) {
  QHash<QString, QString> given;
  for (const KeyValue& param : entries.params) {
    const auto known = run.params.find(param.key);
    const QString before = known != run.params.end() ? known->second : given.value(param.key, param.value);
    if (before != param.value)
      return reply(mlflowError(mlflow::invalid, tr("Changing param values is not allowed. Param with key='%1' was already logged with value='%2' for run ID='%3'. "
                                                  "Attempted logging new value '%4'.").arg(param.key, before, run.id, param.value)));
    given.insert(param.key, param.value);
  }
  if (!entries.metrics.empty() && !m_store.accepting()) return reply(mlflowError(503, tr("The disk takes nothing at present; try again.")));
  if (run.metrics.size() + entries.metrics.size() > mostSeries && m_jobs.series(run.job).size() > mostSeries)
    return reply(mlflowError(mlflow::invalid, tr("A run has at most %1 metrics.").arg(mostSeries)));
  const auto before = std::pair(run.stepParts, run.newest);
  JobPoints points = placed(run, entries.metrics);
  const bool changed = keepTexts(run, entries);
  const bool saved = changed || before != std::pair(run.stepParts, run.newest);
  const auto told = whenAll(1 + int(saved), [reply](const Result<void>& written) { reply(answerFor(written)); });
  if (saved) m_book.save(run, told);
  if (changed) describe(run);
  if (points.series.empty()) return whenWaitingIsWritten(run.job, told);
  sendPoints(run, std::move(points), told);
}

/// Whether there was anything new.
bool MlflowApi::keepTexts(MlflowRun& run, const MlflowEntries& entries) {
  const auto before = std::pair(run.params, run.tags);
  for (const KeyValue& param : entries.params) run.params[param.key] = param.value;
  for (const KeyValue& tag : entries.tags) run.tags[tag.key] = tag.value;
  if (const auto name = run.tags.find(QStringLiteral("mlflow.runName")); name != run.tags.end() && !name->second.isEmpty() && name->second != run.name) {
    run.name = name->second;
    if (!isOfCommand(run)) std::ignore = m_jobs.rename(run.job, jobName(run));
  }
  return before != std::pair(run.params, run.tags);
}

/// The points at their places, without those that were told before.
JobPoints MlflowApi::placed(MlflowRun& run, const std::vector<SeriesPoints>& metrics) {
  JobPoints points{run.job, {}, {}};
  if (const Job* job = m_jobs.job(run.job)) points.progress = job->progress;
  for (const SeriesPoints& told : metrics) {
    MlflowRun::Metric& metric = m_book.metric(run, told.tag);
    SeriesPoints series{told.tag, placedOf(metric, told.points)};
    if (const QJsonArray parts = metric.steps.json(); !parts.isEmpty() || run.stepParts.contains(told.tag)) run.stepParts[told.tag] = parts;
    if (series.points.empty()) continue;
    const Point& last = series.points.back();
    if (isNewer({metric.steps.stepAt(last.step), last.wallMs, last.value}, metric.newest))
      run.newest.remove(told.tag);
    else
      run.newest[told.tag] = QJsonArray{metric.newest.step, metric.newest.wallMs, trainyard::jsonOf(metric.newest.value)};
    for (const Point& point : series.points) points.progress.step = std::max(points.progress.step, point.step);
    if (told.tag == u"epoch") points.progress.epoch = last.value;
    points.series.push_back(std::move(series));
  }
  return points;
}

std::vector<Point> MlflowApi::placedOf(MlflowRun::Metric& metric, const std::vector<Point>& told) const {
  std::vector<Point> points;
  points.reserve(told.size());
  for (Point point : told) {
    if (point.wallMs == MlflowEntries::now) point.wallMs = m_book.clock().nowMs();
    if (isToldAgain(metric, point)) continue;
    metric.told.add(point);
    if (isNewer(point, metric.newest)) metric.newest = point;
    point.step = metric.steps.place(point.step);
    points.push_back(point);
  }
  return points;
}

/// To a run that has ended points are added, and it has ended again; one that was given up for lost goes on.
void MlflowApi::sendPoints(const MlflowRun& run, JobPoints points, const FileWriter::Then& then) {
  const Job* job = m_jobs.job(run.job);
  const bool hasEnded = job != nullptr && isEnded(job->status);
  Ending before = hasEnded ? job->ending : Ending{};
  if (hasEnded) before.atMs = job->endedMs;
  if (hasEnded)
    if (const auto again = m_jobs.importAgain(run.job); !again) return then(again);
  m_unwritten[run.job].emplace_back(m_runner.take(std::move(points)), then);
  if (hasEnded && before.kind != EndKind::Lost) m_runner.finish(run.job, before);
}

/// What was told again may still be on its way.
void MlflowApi::whenWaitingIsWritten(JobId job, const FileWriter::Then& then) {
  const auto waiting = m_unwritten.find(job);
  if (waiting == m_unwritten.end()) return then({});
  waiting->second.emplace_back(waiting->second.back().first, then);
}

void MlflowApi::pointsWritten(const JobPoints& points) {
  const auto waiting = m_unwritten.find(points.job);
  if (waiting == m_unwritten.end() || points.receipt == 0) return;
  const quint64 number = points.receipt;
  std::vector<FileWriter::Then> told;
  auto& queue = waiting->second;
  while (!queue.empty() && queue.front().first <= number) {
    told.push_back(std::move(queue.front().second));
    queue.pop_front();
  }
  if (queue.empty()) m_unwritten.erase(waiting);
  for (const FileWriter::Then& then : told) then({});
}

void MlflowApi::describe(const MlflowRun& run) {
  const auto listOf = [](const std::map<QString, QString>& texts) {
    QList<KeyValue> list;
    for (const auto& [key, value] : texts) list.push_back({key, value});
    return list;
  };
  RunFacts facts;
  facts.startedMs = run.startedMs;
  if (!run.datasets.isEmpty()) facts.dataset = run.datasets.first()[QLatin1String("dataset")][QLatin1String("name")].toString();
  std::map<QString, QString> tags = run.tags;
  const QString maker = tags[QLatin1String(runTag)].section(u'-', 0, 0);  // the number of its command job
  tags.erase(QLatin1String(runTag));
  addMlflow(facts, listOf(run.params), listOf(tags));
  if (isOfCommand(run))
    keepOwn(m_jobs.job(run.job)->settings.parameters, facts);
  else if (!maker.isEmpty())
    facts.parameters.push_back({tr("command job"), maker});
  m_runner.describe(run.job, facts);
}

}  // namespace trainyard
