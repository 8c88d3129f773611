// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/mlflow_api.h"

#include <algorithm>

#include "core/api/mlflow_error.h"
#include "core/api/mlflow_page.h"
#include "core/api/mlflow_values.h"
#include "core/runners/run_records.h"

namespace trainyard {
namespace {

using Effect = ApiRoutes::Effect;

HttpResponse noExperiment(const QString& which) { return mlflowError(mlflow::missing, MlflowApi::tr("There is no experiment “%1”.").arg(which)); }

FilterLookup lookupIn(const MlflowExperiment& one) {
  return [&one](const FilterField& field) -> std::optional<FilterValue> {
    if (field.kind == u"attribute" && field.name == u"name") return one.name;
    if (field.kind == u"attribute" && field.name == u"experiment_id") return one.id.toDouble();
    if (field.kind == u"attribute" && field.name == u"creation_time") return double(one.createdMs);
    if (field.kind == u"attribute" && field.name == u"last_update_time") return double(one.updatedMs);
    const auto tag = one.tags.find(field.name);
    return field.kind == u"tag" && tag != one.tags.end() ? std::optional<FilterValue>(tag->second) : std::nullopt;
  };
}

}  // namespace

MlflowApi::MlflowApi(const MlflowParts& parts, QObject* parent)
    : QObject(parent), m_jobs(parts.jobs), m_routes(parts.routes), m_runner(parts.runner), m_store(parts.store), m_reads(parts.reader), m_book(parts.book) {
  addExperimentRoutes();
  addRunRoutes();
  addLogRoutes();
  connect(&m_jobs, &JobService::pointsCommitted, this, &MlflowApi::pointsWritten);
}

void MlflowApi::add(const QByteArray& methods, const char* path, Effect effect, Method method) {
  addReader(methods, path, effect, [this, method](const QJsonObject& message, const HttpReply& reply) {
    return [this, method, message, reply] { (this->*method)(message, reply); };
  });
}

void MlflowApi::addReader(const QByteArray& methods, const char* path, Effect effect, const Reader& reader) {
  const auto read = [this, reader](const ApiCall& call) -> ApiRoutes::Task {
    auto message = messageOf(call.request);
    if (message && !call.request.run.isEmpty()) message->insert(QLatin1String(runTag), call.request.run);
    if (!message) return [call, error = message.error()] { call.reply(mlflowError(error)); };
    return [this, reply = call.reply, task = reader(*message, call.reply)] {
      if (!m_jobs.isLoaded()) return reply(mlflowError(503, tr("Trainyard is still opening its database; try again in a moment.")));
      task();
    };
  };
  for (const char* prefix : {"/api/2.0/mlflow/", "/ajax-api/2.0/mlflow/"})
    for (const QByteArray& one : methods.split(' ')) m_routes.addReader(one, QLatin1String(prefix) + QLatin1String(path), effect, read);
}

void MlflowApi::addExperimentRoutes() {
  m_routes.add("GET", QStringLiteral("/health"), Effect::Reads, [](const ApiCall& call) { call.reply({200, "OK", "text/plain"}); });
  add("POST", "experiments/create", Effect::Changes, &MlflowApi::createExperiment);
  add("GET", "experiments/get", Effect::Reads, &MlflowApi::getExperiment);
  add("GET", "experiments/get-by-name", Effect::Reads, &MlflowApi::getExperimentByName);
  add("GET POST", "experiments/search", Effect::Reads, &MlflowApi::searchExperiments);
  add("GET", "experiments/list", Effect::Reads, &MlflowApi::searchExperiments);
  add("POST", "experiments/update", Effect::Changes, &MlflowApi::updateExperiment);
  add("POST", "experiments/delete", Effect::Changes, &MlflowApi::deleteExperiment);
  add("POST", "experiments/restore", Effect::Changes, &MlflowApi::restoreExperiment);
  add("POST", "experiments/set-experiment-tag", Effect::Changes, &MlflowApi::setExperimentTag);
  add("POST", "experiments/delete-experiment-tag", Effect::Changes, &MlflowApi::deleteExperimentTag);
}

QJsonObject MlflowApi::jsonOf(const MlflowExperiment& experiment) const {
  return {{QStringLiteral("experiment_id"), experiment.id},
          {QStringLiteral("name"), experiment.name},
          {QStringLiteral("artifact_location"), experiment.artifacts()},
          {QStringLiteral("lifecycle_stage"), experiment.isDeleted ? QStringLiteral("deleted") : QStringLiteral("active")},
          {QStringLiteral("creation_time"), experiment.createdMs},
          {QStringLiteral("last_update_time"), experiment.updatedMs},
          {QStringLiteral("tags"), pairsOf(experiment.tags)}};
}

void MlflowApi::saveExperiments(const QJsonObject& answer, const HttpReply& reply) {
  m_book.saveExperiments([answer, reply](const Result<void>& written) { reply(written ? jsonResponse(answer) : mlflowError(written.error())); });
}

void MlflowApi::createExperiment(const QJsonObject& message, const HttpReply& reply) {
  const auto name = needed(message, "name");
  if (!name) return reply(mlflowError(name.error()));
  if (const QJsonValue tags = message[QLatin1String("tags")]; !tags.isArray() && !tags.isUndefined() && !tags.isNull()) return reply(mlflowError(invalidValue("tags", tags)));
  if (const auto checked = checkKey(*name); !checked) return reply(mlflowError(checked.error()));
  if (m_book.experimentNamed(*name) != nullptr) return reply(mlflowError(mlflow::exists, tr("Experiment(name=%1) already exists.").arg(*name)));
  MlflowExperiment& made = m_book.addExperiment(*name);
  QString location = message[QLatin1String("artifact_location")].toString();
  while (location.endsWith(u'/')) location.chop(1);
  if (!location.startsWith(QLatin1String("mlflow-artifacts:"))) made.location = location;
  for (const QJsonValue& tag : message[QLatin1String("tags")].toArray()) made.tags[tag[QLatin1String("key")].toString()] = tag[QLatin1String("value")].toString();
  saveExperiments({{QStringLiteral("experiment_id"), made.id}}, reply);
}

void MlflowApi::getExperiment(const QJsonObject& message, const HttpReply& reply) {
  const QString id = message[QLatin1String("experiment_id")].toString();
  const MlflowExperiment* known = m_book.experiment(id);
  reply(known != nullptr ? jsonResponse({{QStringLiteral("experiment"), jsonOf(*known)}}) : noExperiment(id));
}

void MlflowApi::getExperimentByName(const QJsonObject& message, const HttpReply& reply) {
  const QString name = message[QLatin1String("experiment_name")].toString();
  const MlflowExperiment* known = m_book.experimentNamed(name);
  reply(known != nullptr ? jsonResponse({{QStringLiteral("experiment"), jsonOf(*known)}}) : noExperiment(name));
}

void MlflowApi::searchExperiments(const QJsonObject& message, const HttpReply& reply) {
  constexpr qint64 usualPage = 1'000;
  const auto filter = MlflowFilter::parse(message[QLatin1String("filter")].toString());
  if (!filter) return reply(mlflowError(filter.error()));
  const auto orders = parseOrders(textsOf(message[QLatin1String("order_by")]) << QStringLiteral("creation_time DESC") << QStringLiteral("experiment_id"));
  if (!orders) return reply(mlflowError(orders.error()));
  const auto page = pageIn(message);
  if (!page) return reply(mlflowError(page.error()));
  const QString view = message[QLatin1String("view_type")].toString(QStringLiteral("ACTIVE_ONLY"));
  std::vector<const MlflowExperiment*> found;
  for (const auto& [id, one] : m_book.experiments()) {
    const bool isSeen = view == u"ALL" || (view == u"DELETED_ONLY") == one.isDeleted;
    if (isSeen && filter->passes(lookupIn(one))) found.push_back(&one);
  }
  std::stable_sort(found.begin(), found.end(), [&orders](const MlflowExperiment* a, const MlflowExperiment* b) { return isBefore(*orders, lookupIn(*a), lookupIn(*b)); });
  const qint64 limit = std::max<qint64>(1, wholeIn(message[QLatin1String("max_results")]).value_or(usualPage));
  reply(pageOf("experiments", *page, limit, found, [this](const MlflowExperiment* one) { return jsonOf(*one); }));
}

void MlflowApi::changeExperiment(const QJsonObject& message, const HttpReply& reply, const std::function<void(MlflowExperiment&)>& change) {
  const QString id = message[QLatin1String("experiment_id")].toString();
  MlflowExperiment* known = m_book.experiment(id);
  if (known == nullptr) return reply(noExperiment(id));
  change(*known);
  known->updatedMs = m_book.clock().nowMs();
  saveExperiments({}, reply);
}

void MlflowApi::updateExperiment(const QJsonObject& message, const HttpReply& reply) {
  const auto name = needed(message, "new_name").and_then([](const QString& wanted) { return checkKey(wanted).map([&wanted] { return wanted; }); });
  if (!name) return reply(mlflowError(name.error()));
  if (m_book.experimentNamed(*name) != nullptr) return reply(mlflowError(mlflow::exists, tr("Experiment(name=%1) already exists.").arg(*name)));
  changeExperiment(message, reply, [&name](MlflowExperiment& one) { one.name = *name; });
}

void MlflowApi::deleteExperiment(const QJsonObject& message, const HttpReply& reply) {
  changeExperiment(message, reply, [](MlflowExperiment& one) { one.isDeleted = true; });
}

void MlflowApi::restoreExperiment(const QJsonObject& message, const HttpReply& reply) {
  changeExperiment(message, reply, [](MlflowExperiment& one) { one.isDeleted = false; });
}

void MlflowApi::setExperimentTag(const QJsonObject& message, const HttpReply& reply) {
  const auto key = needed(message, "key");
  if (!key) return reply(mlflowError(key.error()));
  changeExperiment(message, reply, [&](MlflowExperiment& one) { one.tags[*key] = message[QLatin1String("value")].toString(); });
}

void MlflowApi::deleteExperimentTag(const QJsonObject& message, const HttpReply& reply) {
  const QString key = message[QLatin1String("key")].toString();
  const MlflowExperiment* known = m_book.experiment(message[QLatin1String("experiment_id")].toString());
  if (known != nullptr && !known->tags.contains(key)) return reply(mlflowError(mlflow::missing, tr("No tag with name: %1").arg(key)));
  changeExperiment(message, reply, [&](MlflowExperiment& one) { one.tags.erase(key); });
}

}  // namespace trainyard
