// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/mlflow_models.h"

#include <QDir>
#include <QUuid>

#include "core/api/mlflow_error.h"
#include "core/api/mlflow_filter.h"
#include "core/api/mlflow_values.h"

namespace trainyard {
namespace {

constexpr qsizetype mostModels = 1'000;  ///< of a run, or of an experiment without one

/// LoggedModelStatus of MLflow's service.proto.
QString statusIn(const QJsonValue& value) {
  static const QStringList words{QStringLiteral("LOGGED_MODEL_STATUS_UNSPECIFIED"), QStringLiteral("LOGGED_MODEL_PENDING"), QStringLiteral("LOGGED_MODEL_READY"),
                                 QStringLiteral("LOGGED_MODEL_UPLOAD_FAILED")};
  const QString word = value.isDouble() ? words.value(value.toInt()) : value.toString();
  return words.contains(word) ? word : words[0];
}

HttpResponse noModel(const QString& id) { return mlflowError(mlflow::missing, MlflowModels::tr("Logged model with ID '%1' not found.").arg(id)); }

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

/// With the run that makes it, or without one in its experiment.
Result<MlflowModelPlace> MlflowModels::placeFor(const QJsonObject& message) {
  MlflowModelPlace place;
  if (const QString id = message[QLatin1String("source_run_id")].toString(); !id.isEmpty()) {
    place.run = m_book.run(id);
    if (place.run == nullptr || m_jobs.job(place.run->job) == nullptr) return fail(ErrorCode::NotFound, tr("Run with id=%1 not found").arg(id));
  } else {
    const QString experiment = message[QLatin1String("experiment_id")].toString(QStringLiteral("0"));
    place.experiment = m_book.experiment(experiment);
    if (place.experiment == nullptr || place.experiment->isDeleted) return fail(ErrorCode::NotFound, tr("There is no experiment “%1”.").arg(experiment));
  }
  if (place.models().size() < mostModels) return place;
  return fail(ErrorCode::InvalidInput, tr("A run, and an experiment without one, has at most %1 models.").arg(mostModels));
}

void MlflowModels::create(const ApiCall& call) {
  const auto message = messageOf(call.request);
  if (!message) return call.reply(mlflowError(message.error()));
  const auto place = placeFor(*message);
  if (!place) return call.reply(mlflowError(place.error()));
  const QString experiment = place->run != nullptr ? place->run->experiment : place->experiment->id;
  const QString id = QStringLiteral("m-") + QUuid::createUuid().toString(QUuid::Id128);
  const qint64 now = m_book.clock().nowMs();
  const QJsonObject info{{QStringLiteral("model_id"), id},
                         {QStringLiteral("experiment_id"), experiment},
                         {QStringLiteral("name"), (*message)[QLatin1String("name")].toString(QStringLiteral("model"))},
                         {QStringLiteral("creation_timestamp_ms"), now},
                         {QStringLiteral("last_updated_timestamp_ms"), now},
                         {QStringLiteral("artifact_uri"), QStringLiteral("mlflow-artifacts:/%1/models/%2/artifacts").arg(experiment, id)},
                         {QStringLiteral("status"), QStringLiteral("LOGGED_MODEL_PENDING")},
                         {QStringLiteral("model_type"), (*message)[QLatin1String("model_type")].toString()},
                         {QStringLiteral("source_run_id"), place->run != nullptr ? place->run->id : QString()},
                         {QStringLiteral("tags"), (*message)[QLatin1String("tags")].toArray()}};
  const QJsonObject model{{QStringLiteral("info"), info}, {QStringLiteral("data"), QJsonObject{{QStringLiteral("params"), (*message)[QLatin1String("params")].toArray()}}}};
  place->models().insert(id, model);
  m_book.save(*place, [model, reply = call.reply](const Result<void>& written) {
    reply(written ? jsonResponse({{QStringLiteral("model"), model}}) : mlflowError(written.error()));
  });
}

void MlflowModels::get(const ApiCall& call) {
  const QString id = call.arguments.first();
  const auto place = m_book.placeOfModel(id);
  call.reply(place ? jsonResponse({{QStringLiteral("model"), place->models()[id]}}) : noModel(id));
}

void MlflowModels::change(const ApiCall& call, const Change& how) {
  const QString id = call.arguments.first();
  const auto message = messageOf(call.request);
  if (!message) return call.reply(mlflowError(message.error()));
  const auto place = m_book.placeOfModel(id);
  if (!place) return call.reply(noModel(id));
  QJsonObject model = place->models()[id].toObject();
  how(model, *message);
  put(model, "info", "last_updated_timestamp_ms", m_book.clock().nowMs());
  place->models()[id] = model;
  m_book.save(*place, [model, reply = call.reply](const Result<void>& written) {
    reply(written ? jsonResponse({{QStringLiteral("model"), model}}) : mlflowError(written.error()));
  });
}

/// With its files, in the thread of the API.
void MlflowModels::remove(const ApiCall& call) {
  const QString id = call.arguments.first();
  const auto place = m_book.placeOfModel(id);
  if (!place) return call.reply(noModel(id));
  place->models().remove(id);
  m_book.save(*place, [folder = m_book.modelFolder(*place, id), reply = call.reply](const Result<void>& written) {
    if (!written) return reply(mlflowError(written.error()));
    reply(HttpResponse::madeBy([folder] {
      const bool removed = QDir(folder).removeRecursively();
      return removed ? jsonResponse({}) : mlflowError(500, tr("The files of the model could not all be removed; they are in %1.").arg(folder));
    }));
  });
}

/// Of the experiments that are named. Filters are over the members of a model's info, params and tags.
void MlflowModels::search(const ApiCall& call) {
  const auto message = messageOf(call.request);
  if (!message) return call.reply(mlflowError(message.error()));
  const QStringList experiments = textsOf((*message)[QLatin1String("experiment_ids")]);
  const auto filter = MlflowFilter::parse((*message)[QLatin1String("filter")].toString());
  if (!filter) return call.reply(mlflowError(filter.error()));
  QJsonArray models;
  const auto addThose = [&](const QString& experiment, const QJsonObject& all) {
    for (const QJsonValue& model : all)
      if (experiments.contains(experiment) && filter->passes([&model](const FilterField& field) { return valueOf(model, field); })) models.append(model);
  };
  for (const MlflowRun* run : m_book.runs()) addThose(run->experiment, run->models);
  for (const auto& [id, one] : m_book.experiments()) addThose(id, one.models);
  call.reply(jsonResponse({{QStringLiteral("models"), models}}));
}

}  // namespace trainyard
