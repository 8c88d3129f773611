// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/mlflow_models.h"

#include <QUuid>

#include "core/api/mlflow_error.h"
#include "core/api/mlflow_filter.h"
#include "core/api/mlflow_values.h"

namespace trainyard {
namespace {

constexpr qsizetype mostModels = 1'000;  ///< of a run

/// LoggedModelStatus of MLflow's service.proto.
QString statusIn(const QJsonValue& value) {
  static const QStringList words{QStringLiteral("LOGGED_MODEL_STATUS_UNSPECIFIED"), QStringLiteral("LOGGED_MODEL_PENDING"), QStringLiteral("LOGGED_MODEL_READY"),
                                 QStringLiteral("LOGGED_MODEL_UPLOAD_FAILED")};
  const QString word = value.isDouble() ? words.value(value.toInt()) : value.toString();
  return words.contains(word) ? word : words[0];
}

HttpResponse noModel(const QString& id) { return mlflowError(mlflow::missing, MlflowModels::tr("There is no model “%1”.").arg(id)); }

/// The pairs of `before`, each of `added` put in its place or behind them.
QJsonArray merged(QJsonArray before, const QJsonArray& added) {
  for (const QJsonValue& one : added) {
    qsizetype place = 0;
    while (place < before.size() && before[place][QLatin1String("key")] != one[QLatin1String("key")]) ++place;
    if (place < before.size())
      before[place] = one;
    else
      before.append(one);
  }
  return before;
}

std::optional<FilterValue> valueOf(const QJsonValue& model, const FilterField& field) {
  const QJsonValue info = model[QLatin1String("info")];
  if (field.kind == u"attribute") {
    const QJsonValue value = info[field.name];
    if (value.isDouble()) return value.toDouble();
    return value.isString() ? std::optional<FilterValue>(value.toString()) : std::nullopt;
  }
  const QJsonValue pairs = field.kind == u"tag" ? info[QLatin1String("tags")] : model[QLatin1String("data")][QLatin1String("params")];
  for (const QJsonValue& one : pairs.toArray())
    if (field.kind != u"metric" && one[QLatin1String("key")].toString() == field.name) return one[QLatin1String("value")].toString();
  return std::nullopt;
}

/// Changes a member of a member, for QJson has no references into what is nested.
void put(QJsonObject& model, const char* part, const char* key, const QJsonValue& value) {
  QJsonObject inner = model[QLatin1String(part)].toObject();
  inner[QLatin1String(key)] = value;
  model[QLatin1String(part)] = inner;
}

}  // namespace

MlflowModels::MlflowModels(ApiRoutes& routes, JobService& jobs, MlflowBook& book, QObject* parent) : QObject(parent), m_jobs(jobs), m_book(book) {
  using Effect = ApiRoutes::Effect;
  const QString all = QStringLiteral("/api/2.0/mlflow/logged-models"), one = all + QStringLiteral("/{}");
  const auto finalize = [](QJsonObject& model, const QJsonObject& message) { put(model, "info", "status", statusIn(message[QLatin1String("status")])); };
  const auto tag = [](QJsonObject& model, const QJsonObject& message) {
    put(model, "info", "tags", merged(model[QLatin1String("info")][QLatin1String("tags")].toArray(), message[QLatin1String("tags")].toArray()));
  };
  const auto addParams = [](QJsonObject& model, const QJsonObject& message) {
    put(model, "data", "params", merged(model[QLatin1String("data")][QLatin1String("params")].toArray(), message[QLatin1String("params")].toArray()));
  };
  routes.add("POST", all, Effect::Changes, [this](const ApiCall& call) { create(call); });
  routes.add("POST", all + QStringLiteral("/search"), Effect::Reads, [this](const ApiCall& call) { search(call); });
  routes.add("GET", one, Effect::Reads, [this](const ApiCall& call) { get(call); });
  routes.add("DELETE", one, Effect::Changes, [this](const ApiCall& call) { remove(call); });
  routes.add("PATCH", one, Effect::Changes, [this, finalize](const ApiCall& call) { change(call, finalize); });
  routes.add("PATCH", one + QStringLiteral("/tags"), Effect::Changes, [this, tag](const ApiCall& call) { change(call, tag); });
  routes.add("POST", one + QStringLiteral("/params"), Effect::Changes, [this, addParams](const ApiCall& call) { change(call, addParams); });
}

void MlflowModels::create(const ApiCall& call) {
  const auto message = messageOf(call.request);
  if (!message) return call.reply(mlflowError(message.error()));
  const QString runId = (*message)[QLatin1String("source_run_id")].toString();
  MlflowRun* run = m_book.run(runId);
  if (run == nullptr || m_jobs.job(run->job) == nullptr) return call.reply(mlflowError(mlflow::invalid, tr("A model needs the run that made it as its source_run_id.")));
  if (run->models.size() >= mostModels) return call.reply(mlflowError(mlflow::invalid, tr("A run has at most %1 models.").arg(mostModels)));
  const QString id = QStringLiteral("m-") + QUuid::createUuid().toString(QUuid::Id128);
  const qint64 now = m_book.clock().nowMs();
  const QJsonObject info{{QStringLiteral("model_id"), id},
                         {QStringLiteral("experiment_id"), run->experiment},
                         {QStringLiteral("name"), (*message)[QLatin1String("name")].toString(QStringLiteral("model"))},
                         {QStringLiteral("creation_timestamp_ms"), now},
                         {QStringLiteral("last_updated_timestamp_ms"), now},
                         {QStringLiteral("artifact_uri"), QStringLiteral("mlflow-artifacts:/%1/models/%2/artifacts").arg(run->experiment, id)},
                         {QStringLiteral("status"), QStringLiteral("LOGGED_MODEL_PENDING")},
                         {QStringLiteral("model_type"), (*message)[QLatin1String("model_type")].toString()},
                         {QStringLiteral("source_run_id"), runId},
                         {QStringLiteral("tags"), (*message)[QLatin1String("tags")].toArray()}};
  const QJsonObject model{{QStringLiteral("info"), info}, {QStringLiteral("data"), QJsonObject{{QStringLiteral("params"), (*message)[QLatin1String("params")].toArray()}}}};
  run->models.insert(id, model);
  m_book.save(*run, [model, reply = call.reply](const Result<void>& written) {
    reply(written ? jsonResponse({{QStringLiteral("model"), model}}) : mlflowError(written.error()));
  });
}

void MlflowModels::get(const ApiCall& call) {
  const QString id = call.arguments.first();
  const MlflowRun* run = m_book.runOfModel(id);
  call.reply(run != nullptr ? jsonResponse({{QStringLiteral("model"), run->models[id]}}) : noModel(id));
}

void MlflowModels::change(const ApiCall& call, const Change& how) {
  const QString id = call.arguments.first();
  const auto message = messageOf(call.request);
  if (!message) return call.reply(mlflowError(message.error()));
  MlflowRun* run = m_book.runOfModel(id);
  if (run == nullptr) return call.reply(noModel(id));
  QJsonObject model = run->models[id].toObject();
  how(model, *message);
  put(model, "info", "last_updated_timestamp_ms", m_book.clock().nowMs());
  run->models[id] = model;
  m_book.save(*run, [model, reply = call.reply](const Result<void>& written) {
    reply(written ? jsonResponse({{QStringLiteral("model"), model}}) : mlflowError(written.error()));
  });
}

void MlflowModels::remove(const ApiCall& call) {
  const QString id = call.arguments.first();
  MlflowRun* run = m_book.runOfModel(id);
  if (run == nullptr) return call.reply(noModel(id));
  run->models.remove(id);
  m_book.save(*run, [reply = call.reply](const Result<void>& written) { reply(written ? jsonResponse({}) : mlflowError(written.error())); });
}

/// Of the experiments that are named. Filters are over the members of a model's info, params and tags.
void MlflowModels::search(const ApiCall& call) {
  const auto message = messageOf(call.request);
  if (!message) return call.reply(mlflowError(message.error()));
  const QStringList experiments = textsOf((*message)[QLatin1String("experiment_ids")]);
  const auto filter = MlflowFilter::parse((*message)[QLatin1String("filter")].toString());
  if (!filter) return call.reply(mlflowError(filter.error()));
  QJsonArray models;
  for (const MlflowRun* run : m_book.runs())
    for (const QJsonValue& model : run->models)
      if (experiments.contains(run->experiment) && filter->passes([&model](const FilterField& field) { return valueOf(model, field); })) models.append(model);
  call.reply(jsonResponse({{QStringLiteral("models"), models}}));
}

}  // namespace trainyard
