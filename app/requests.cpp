// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/requests.h"

#include <QCoreApplication>
#include <QJsonArray>

#include "core/api/job_json.h"
#include "core/api/when_written.h"
#include "core/runners/run_records.h"

namespace trainyard {
namespace {

QJsonObject done(JobId id) { return {{QStringLiteral("ok"), true}, {QStringLiteral("id"), id.value}}; }

void replyTo(JobService& jobs, JobId id, const Result<void>& accepted, JobChangeKind kind, const Instance::Reply& reply) {
  if (!accepted) return reply(replyFor(accepted.error()));
  whenWritten(jobs, jobs, id, kind, [id, reply](const Result<void>& written) { reply(written ? done(id) : replyFor(written.error())); });
}

Error stillOpening() {
  return {ErrorCode::InUse, QCoreApplication::translate("Requests", "Trainyard is still opening its database; try again in a moment."), {}};
}

QJsonObject statusOf(const JobService& jobs, JobId id) {
  const Job* job = jobs.job(id);
  if (job == nullptr && !jobs.isLoaded()) return replyFor(stillOpening());
  if (job == nullptr) return replyFor({ErrorCode::NotFound, QCoreApplication::translate("Requests", "There is no job %1.").arg(id.value), {}});
  return {{QStringLiteral("ok"), true},
          {QStringLiteral("status"), toKey(job->status)},
          {QStringLiteral("source"), toKey(job->settings.source)},
          {QStringLiteral("run"), runName(*job)},
          {QStringLiteral("step"), job->progress.step},
          {QStringLiteral("total_steps"), job->progress.totalSteps},
          {QStringLiteral("reason"), job->ending.reason}};
}

QJsonObject setQueue(Settings& settings, const QJsonObject& request) {
  if (const QJsonValue on = request[QLatin1String("on")]; on.isBool()) settings.setQueueOn(on.toBool());
  if (const QJsonValue slotCount = request[QLatin1String("slots")]; slotCount.isDouble()) settings.setQueueSlots(slotCount.toInt());
  return {{QStringLiteral("ok"), true}, {QStringLiteral("on"), settings.queueOn()}, {QStringLiteral("slots"), settings.queueSlots()}};
}

/// Answers when all runs that were found are imported, which may take long: {"ok": true, "sum": {...}}.
void replyWhenImported(Importer& importer, Settings& settings, const QJsonObject& request, const Instance::Reply& reply) {
  QStringList paths;
  for (const QJsonValue path : request[QLatin1String("paths")].toArray()) paths << path.toString();
  QStringList watched = settings.watchedFolders();
  for (const QString& path : paths)
    if (request[QLatin1String("watch")].toBool() && !watched.contains(path)) watched << path;
  auto* waiting = new QObject(&importer);
  const quint64 search = importer.find(paths);
  QObject::connect(&importer, &Importer::found, waiting, [&importer, &settings, waiting, search, watched, reply](quint64 found, const FoundRuns& runs) {
    if (found != search) return;
    const quint64 import = importer.take(runs.runs, runs.problems);
    settings.setWatchedFolders(watched);  // not before, for the watch would take them up first
    QObject::connect(&importer, &Importer::finished, waiting, [waiting, import, reply](quint64 finished, const ImportSum& sum) {
      if (finished != import) return;
      reply({{QStringLiteral("ok"), true}, {QStringLiteral("sum"), toJson(sum)}});
      waiting->deleteLater();
    });
  });
}

}  // namespace

QJsonObject toJson(const ImportSum& sum) {
  QJsonArray jobs;
  for (const JobId id : sum.jobs) jobs << id.value;
  QJsonArray problems;
  for (const ReadProblem& problem : sum.problems) problems << toJson(problem);
  QJsonObject skipped;
  for (const auto& [what, count] : sum.skipped) skipped.insert(what, count);
  return {{QStringLiteral("added"), sum.added},   {QStringLiteral("grown"), sum.grown}, {QStringLiteral("known"), sum.known},
          {QStringLiteral("points"), sum.points}, {QStringLiteral("jobs"), jobs},       {QStringLiteral("problems"), problems},
          {QStringLiteral("skipped"), skipped},   {QStringLiteral("cancelled"), sum.cancelled}};
}

void answerRequest(JobService& jobs, Settings& settings, Importer& importer, const QJsonObject& request, const Instance::Reply& reply) {
  const QString wish = request[QLatin1String("do")].toString();
  const JobId id{request[QLatin1String("id")].toInteger()};
  if (!jobs.isOpened() || (wish == u"import" && !jobs.isLoaded()))
    return reply(replyFor(stillOpening()));
  if (wish == u"create") {
    const auto created = draftFromJson(request[QLatin1String("draft")].toObject())
                             .and_then([](const JobDraft& draft) { return settingsFrom(draft); })
                             .and_then([&jobs](const JobSettings& wanted) { return jobs.create(wanted); });
    return replyTo(jobs, created.value_or(JobId{}), created.map([](JobId) {}), JobChangeKind::Created, reply);
  }
  if (wish == u"status") return reply(statusOf(jobs, id));
  if (wish == u"import") return replyWhenImported(importer, settings, request, reply);
  if (wish == u"queue") return reply(setQueue(settings, request));
  if (wish == u"start") return replyTo(jobs, id, jobs.start(id), JobChangeKind::Started, reply);
  if (wish == u"remove") return replyTo(jobs, id, jobs.remove(id), JobChangeKind::Deleted, reply);
  if (wish == u"stop") {
    const auto stopped = jobs.stop(id);
    return reply(stopped ? done(id) : replyFor(stopped.error()));
  }
  reply(replyFor({ErrorCode::InvalidInput, QCoreApplication::translate("Requests", "“%1” is no request.").arg(wish), {}}));
}

}  // namespace trainyard
