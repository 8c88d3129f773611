// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/requests.h"

#include <QCoreApplication>
#include <iterator>

#include "app/instance.h"

namespace trainyard {
namespace {

struct DraftMember {
  const char* key;
  QString JobDraft::*text;
};

constexpr DraftMember members[] = {
    {"name", &JobDraft::name},           {"model", &JobDraft::model},
    {"dataset", &JobDraft::dataset},     {"epochs", &JobDraft::epochs},
    {"learning_rate", &JobDraft::learningRate}, {"batch_size", &JobDraft::batchSize},
    {"seed", &JobDraft::seed},           {"steps_per_epoch", &JobDraft::stepsPerEpoch},
    {"parameters", &JobDraft::parameters}, {"command", &JobDraft::commandLine},
    {"workdir", &JobDraft::workingDirectory}, {"environment", &JobDraft::environment},
    {"pattern", &JobDraft::pattern},     {"priority", &JobDraft::priority},
    {"after", &JobDraft::after},         {"retries", &JobDraft::retries},
    {"retry_delay", &JobDraft::retryDelay}, {"on_trouble", &JobDraft::onTrouble},
    {"gpus", &JobDraft::gpus}};

QJsonObject done(JobId id) { return {{QStringLiteral("ok"), true}, {QStringLiteral("id"), id.value}}; }

QJsonObject replyTo(JobId id, const Result<void>& result) { return result ? done(id) : replyFor(result.error()); }

QJsonObject setQueue(Settings& settings, const QJsonObject& request) {
  if (const QJsonValue on = request[QLatin1String("on")]; on.isBool()) settings.setQueueOn(on.toBool());
  if (const QJsonValue slotCount = request[QLatin1String("slots")]; slotCount.isDouble()) settings.setQueueSlots(slotCount.toInt());
  return {{QStringLiteral("ok"), true}, {QStringLiteral("on"), settings.queueOn()}, {QStringLiteral("slots"), settings.queueSlots()}};
}

}  // namespace

QJsonObject toJson(const JobDraft& draft) {
  QJsonObject object{{QStringLiteral("source"), toKey(draft.source)}};
  for (const DraftMember& member : members) object.insert(QLatin1String(member.key), draft.*member.text);
  return object;
}

JobDraft draftFromJson(const QJsonObject& object) {
  JobDraft draft;
  if (const auto source = jobSourceFromKey(object[QLatin1String("source")].toString()); source) draft.source = *source;
  for (const DraftMember& member : members) draft.*member.text = object[QLatin1String(member.key)].toString();
  return draft;
}

QJsonObject answerRequest(JobService& jobs, Settings& settings, const QJsonObject& request) {
  const QString wish = request[QLatin1String("do")].toString();
  const JobId id{request[QLatin1String("id")].toInteger()};
  if (wish == u"create") {
    const auto wanted = settingsFrom(draftFromJson(request[QLatin1String("draft")].toObject()));
    if (!wanted) return replyFor(wanted.error());
    const auto created = jobs.create(*wanted);
    return created ? done(*created) : replyFor(created.error());
  }
  if (wish == u"status") {
    const Job* job = jobs.job(id);
    if (job == nullptr) return replyFor({ErrorCode::NotFound, QCoreApplication::translate("Requests", "There is no job %1.").arg(id.value), {}});
    return {{QStringLiteral("ok"), true},
            {QStringLiteral("status"), toKey(job->status)},
            {QStringLiteral("step"), job->progress.step},
            {QStringLiteral("total_steps"), job->progress.totalSteps},
            {QStringLiteral("reason"), job->ending.reason}};
  }
  if (wish == u"queue") return setQueue(settings, request);
  if (wish == u"start") return replyTo(id, jobs.start(id));
  if (wish == u"stop") return replyTo(id, jobs.stop(id));
  if (wish == u"remove") return replyTo(id, jobs.remove(id));
  return replyFor({ErrorCode::InvalidInput, QCoreApplication::translate("Requests", "“%1” is no request.").arg(wish), {}});
}

}  // namespace trainyard
