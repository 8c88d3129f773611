// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/mlflow_run_file.h"

#include <QJsonDocument>

namespace trainyard {
namespace {

constexpr int version = 1;

QJsonObject objectOf(const std::map<QString, QString>& texts) {
  QJsonObject object;
  for (const auto& [key, value] : texts) object.insert(key, value);
  return object;
}

std::map<QString, QString> textsIn(const QJsonValue& value) {
  std::map<QString, QString> texts;
  const QJsonObject object = value.toObject();
  for (auto it = object.begin(); it != object.end(); ++it) texts[it.key()] = it->toString();
  return texts;
}

}  // namespace

QByteArray contentOf(const MlflowRun& run) {
  return QJsonDocument(QJsonObject{{QStringLiteral("version"), version},
                                   {QStringLiteral("run_id"), run.id},
                                   {QStringLiteral("experiment_id"), run.experiment},
                                   {QStringLiteral("user_id"), run.user},
                                   {QStringLiteral("run_name"), run.name},
                                   {QStringLiteral("start_time"), run.startedMs},
                                   {QStringLiteral("status"), run.status},
                                   {QStringLiteral("end_time"), run.endedMs},
                                   {QStringLiteral("params"), objectOf(run.params)},
                                   {QStringLiteral("tags"), objectOf(run.tags)},
                                   {QStringLiteral("dataset_inputs"), run.datasets},
                                   {QStringLiteral("models"), run.models},
                                   {QStringLiteral("steps"), run.stepParts},
                                   {QStringLiteral("newest"), run.newest}}).toJson();
}

std::optional<MlflowRun> runFrom(const QByteArray& content) {
  const QJsonObject object = QJsonDocument::fromJson(content).object();
  MlflowRun run;
  run.id = object[QLatin1String("run_id")].toString();
  if (run.id.isEmpty()) return std::nullopt;
  run.experiment = object[QLatin1String("experiment_id")].toString();
  run.user = object[QLatin1String("user_id")].toString();
  run.name = object[QLatin1String("run_name")].toString();
  run.startedMs = object[QLatin1String("start_time")].toInteger();
  run.status = object[QLatin1String("status")].toString();
  run.endedMs = object[QLatin1String("end_time")].toInteger();
  run.params = textsIn(object[QLatin1String("params")]);
  run.tags = textsIn(object[QLatin1String("tags")]);
  run.datasets = object[QLatin1String("dataset_inputs")].toArray();
  run.models = object[QLatin1String("models")].toObject();
  run.stepParts = object[QLatin1String("steps")].toObject();
  run.newest = object[QLatin1String("newest")].toObject();
  return run;
}

QByteArray contentOf(const std::map<QString, MlflowExperiment>& experiments) {
  QJsonArray all;
  for (const auto& [id, one] : experiments)
    all.append(QJsonObject{{QStringLiteral("experiment_id"), id},
                           {QStringLiteral("name"), one.name},
                           {QStringLiteral("deleted"), one.isDeleted},
                           {QStringLiteral("creation_time"), one.createdMs},
                           {QStringLiteral("last_update_time"), one.updatedMs},
                           {QStringLiteral("artifact_location"), one.location},
                           {QStringLiteral("models"), one.models},
                           {QStringLiteral("tags"), objectOf(one.tags)}});
  return QJsonDocument(QJsonObject{{QStringLiteral("version"), version}, {QStringLiteral("experiments"), all}}).toJson();
}

std::map<QString, MlflowExperiment> experimentsFrom(const QByteArray& content) {
  std::map<QString, MlflowExperiment> experiments;
  for (const QJsonValue& value : QJsonDocument::fromJson(content).object()[QLatin1String("experiments")].toArray()) {
    const QJsonObject one = value.toObject();
    const QString id = one[QLatin1String("experiment_id")].toString();
    experiments[id] = {id, one[QLatin1String("name")].toString(), one[QLatin1String("deleted")].toBool(), one[QLatin1String("creation_time")].toInteger(),
                       one[QLatin1String("last_update_time")].toInteger(), textsIn(one[QLatin1String("tags")]), one[QLatin1String("artifact_location")].toString(), one[QLatin1String("models")].toObject()};
  }
  return experiments;
}

}  // namespace trainyard
