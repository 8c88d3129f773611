// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/job_json.h"

#include <QJsonArray>
#include <cmath>
#include <iterator>

#include "core/base/format.h"
#include "core/jobs/draft_checks.h"

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

QJsonValue timeOrNull(qint64 ms) { return ms == 0 ? QJsonValue(QJsonValue::Null) : QJsonValue(isoTime(ms)); }

QJsonValue idOrNull(JobId id) { return id.isValid() ? QJsonValue(id.value) : QJsonValue(QJsonValue::Null); }

/// A field as it would have been typed: a text, a number, or an object of texts for pairs. Nothing for other values.
std::optional<QString> typed(const QJsonValue& value) {
  if (value.isString()) return value.toString();
  if (value.isDouble()) return value.toDouble() == std::floor(value.toDouble()) && std::abs(value.toDouble()) < 9e15 ? QString::number(value.toInteger()) : numberText(value.toDouble());
  if (!value.isObject()) return std::nullopt;
  QList<KeyValue> pairs;
  const QJsonObject object = value.toObject();
  for (auto it = object.begin(); it != object.end(); ++it) pairs.push_back({it.key(), typed(it.value()).value_or(QString())});
  return pairsText(pairs);
}

}  // namespace

QJsonObject toJson(const Job& job, const std::vector<SeriesSummary>& series) {
  QJsonArray tags;
  for (const SeriesSummary& summary : series) tags.append(summary.tag);
  QJsonObject object{
          {QStringLiteral("id"), job.id.value},
          {QStringLiteral("name"), job.settings.name},
          {QStringLiteral("model"), job.settings.model},
          {QStringLiteral("source"), toKey(job.settings.source)},
          {QStringLiteral("status"), toKey(job.status)},
          {QStringLiteral("reason"), job.ending.reason.isEmpty() ? QJsonValue(QJsonValue::Null) : QJsonValue(job.ending.reason)},
          {QStringLiteral("epochs"), job.settings.epochs},
          {QStringLiteral("learning_rate"), job.settings.learningRate},
          {QStringLiteral("batch_size"), job.settings.batchSize},
          {QStringLiteral("step"), job.progress.step},
          {QStringLiteral("total_steps"), job.progress.totalSteps},
          {QStringLiteral("progress"), job.status == JobStatus::Complete ? 1.0 : job.progress.fraction()},
          {QStringLiteral("created_at"), timeOrNull(job.createdMs)},
          {QStringLiteral("started_at"), timeOrNull(job.startedMs)},
          {QStringLiteral("ended_at"), timeOrNull(job.endedMs)},
          {QStringLiteral("priority"), priorityKey(job.settings.scheduling.priority)},
          {QStringLiteral("after"), idOrNull(job.settings.scheduling.after)},
          {QStringLiteral("attempt"), job.attempt},
          {QStringLiteral("retry_of"), idOrNull(job.retryOf)},
          {QStringLiteral("devices"), job.devices},
          {QStringLiteral("series"), tags}};
  if (!job.unread.isEmpty()) object.insert(QStringLiteral("unread"), toJson(job.unread));
  return object;
}

QJsonObject toJson(const JobDraft& draft) {
  QJsonObject object{{QStringLiteral("source"), toKey(draft.source)}};
  for (const DraftMember& member : members) object.insert(QLatin1String(member.key), draft.*member.text);
  return object;
}

Result<JobDraft> draftFromJson(const QJsonObject& object) {
  JobDraft draft;
  for (auto it = object.begin(); it != object.end(); ++it) {
    if (it.key() == u"source") {
      const auto source = jobSourceFromKey(it->toString());
      if (!source) return tl::make_unexpected(source.error());
      draft.source = *source;
      continue;
    }
    const auto* member = std::find_if(std::begin(members), std::end(members), [&it](const DraftMember& one) { return it.key() == QLatin1String(one.key); });
    const auto text = typed(*it);
    if (member == std::end(members) || !text) return fail(ErrorCode::InvalidInput, draftText("“%1” is no field of a job, or not a text.").arg(it.key()));
    draft.*member->text = *text;
  }
  if (!object.contains(QLatin1String("source")) && object.contains(QLatin1String("command"))) draft.source = JobSource::Command;
  return draft;
}

}  // namespace trainyard
