// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <cmath>

#include "core/api/mlflow_filter.h"
#include "tests/core/api_yard.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

QString text(const char* word) { return QString::fromUtf8(word); }

QJsonObject metric(const QString& run, const char* key, const QJsonValue& value, qint64 step, qint64 ms = 1'790'000'000'500) {
  return {{text("run_id"), run}, {text("key"), text(key)}, {text("value"), value}, {text("step"), step}, {text("timestamp"), ms}};
}

QJsonObject pair(const char* key, const QString& value, const QString& run = {}) {
  QJsonObject object{{text("key"), text(key)}, {text("value"), value}};
  if (!run.isEmpty()) object.insert(text("run_id"), run);
  return object;
}

/// "step:value step:value ..."
QString history(const ApiYard& yard, const QString& run, const QByteArray& key) {
  QStringList told;
  const QByteArray target = "metrics/get-history?run_id=" + run.toUtf8() + "&metric_key=" + key;
  for (const QJsonValue& one : yard.mlflowGet(target).json()[QLatin1String("metrics")].toArray()) {
    const QJsonValue value = one[QLatin1String("value")];
    told << QStringLiteral("%1:%2").arg(one[QLatin1String("step")].toInteger()).arg(value.isString() ? value.toString() : QString::number(value.toDouble()));
  }
  return told.join(u' ');
}

QJsonObject runIn(const Answer& answer) { return answer.json()[QLatin1String("run")].toObject(); }

QJsonObject getRun(const ApiYard& yard, const QString& run) { return runIn(yard.mlflowGet("runs/get?run_id=" + run.toUtf8())); }

std::map<QString, QString> pairsIn(const QJsonValue& pairs) {
  std::map<QString, QString> texts;
  for (const QJsonValue& one : pairs.toArray()) texts[one[QLatin1String("key")].toString()] = one[QLatin1String("value")].toString();
  return texts;
}

QStringList found(const ApiYard& yard, const char* filter, const QJsonArray& order = {}) {
  const Answer answer = yard.mlflowPost("runs/search", {{text("experiment_ids"), QJsonArray{text("0")}}, {text("filter"), text(filter)}, {text("order_by"), order}});
  if (answer.status != 200) return {QString::number(answer.status)};
  QStringList names;
  for (const QJsonValue& run : answer.json()[QLatin1String("runs")].toArray()) names << run[QLatin1String("info")][QLatin1String("run_name")].toString();
  return names;
}

QString finish(const ApiYard& yard, const QString& run, const char* status, qint64 endMs = 1'790'000'009'000) {
  const Answer answer = yard.mlflowPost("runs/update", {{text("run_id"), run}, {text("status"), text(status)}, {text("end_time"), endMs}});
  return answer.json()[QLatin1String("run_info")][QLatin1String("status")].toString();
}

}  // namespace

TEST_CASE("experiments are made, found, renamed, tagged and deleted", "[api][mlflow]") {
  ApiYard yard;
  CHECK(yard.mlflowGet("experiments/get?experiment_id=0").json()[QLatin1String("experiment")][QLatin1String("name")].toString() == u"Default");
  const Answer missing = yard.mlflowGet("experiments/get-by-name?experiment_name=digits");
  CHECK((missing.status == 404 && missing.json()[QLatin1String("error_code")].toString() == u"RESOURCE_DOES_NOT_EXIST"));
  const QString id = yard.mlflowPost("experiments/create", {{text("name"), text("dig its")}}).json()[QLatin1String("experiment_id")].toString();
  CHECK(id == u"1");
  const Answer twice = yard.mlflowPost("experiments/create", {{text("name"), text("dig its")}});
  CHECK((twice.status == 400 && twice.json()[QLatin1String("error_code")].toString() == u"RESOURCE_ALREADY_EXISTS"));
  CHECK(yard.mlflowGet("experiments/get-by-name?experiment_name=dig+its").json()[QLatin1String("experiment")][QLatin1String("experiment_id")].toString() == id);
  CHECK(yard.mlflowPost("experiments/set-experiment-tag", {{text("experiment_id"), id}, {text("key"), text("a")}, {text("value"), text("b")}}).status == 200);
  CHECK(yard.mlflowPost("experiments/update", {{text("experiment_id"), id}, {text("new_name"), text("letters")}}).status == 200);
  CHECK(yard.mlflowPost("experiments/search", {{text("filter"), text("name LIKE 'let%' AND tags.a = 'b'")}}).json()[QLatin1String("experiments")].toArray().size() == 1);
  CHECK(yard.mlflowPost("experiments/delete", {{text("experiment_id"), id}}).status == 200);
  CHECK(yard.mlflowGet("experiments/search?max_results=10").json()[QLatin1String("experiments")].toArray().size() == 1);
  CHECK(yard.mlflowPost("runs/create", {{text("experiment_id"), id}}).json()[QLatin1String("error_code")].toString() == u"INVALID_STATE");
  CHECK(yard.mlflowPost("experiments/restore", {{text("experiment_id"), id}}).status == 200);
  CHECK(yard.mlflowPost("runs/create", {{text("experiment_id"), text("9")}}).status == 404);
  CHECK(yard.mlflowPost("experiments/create", {}).status == 400);
}

TEST_CASE("a run is a job: its points, its parameters, its end", "[api][mlflow]") {
  ApiYard yard;
  const QString run = yard.beginRun();
  const Job& job = yard.theJob();
  CHECK((job.settings.source == JobSource::Mlflow && job.status == JobStatus::Running && job.settings.name == u"first"));
  CHECK(yard.mlflowPost("runs/log-metric", metric(run, "train/loss", 0.5, 1)).body == "{}");
  CHECK(yard.mlflowPost("runs/log-metric", metric(run, "train/loss", text("NaN"), 2)).status == 200);
  QJsonObject quoted = metric(run, "train/loss", text("-Infinity"), 0);
  quoted.insert(text("step"), text("3"));
  quoted.insert(text("timestamp"), text("1790000000777"));
  CHECK(yard.mlflowPost("runs/log-metric", quoted).status == 200);
  CHECK(history(yard, run, "train/loss") == u"1:0.5 2:NaN 3:-Infinity");
  REQUIRE(yard.jobs.series(job.id, text("train/loss")) != nullptr);
  CHECK(yard.jobs.series(job.id, text("train/loss"))->last.wallMs == 1'790'000'000'777);
  const Answer batch = yard.mlflowPost("runs/log-batch", {{text("run_id"), run},
                                                          {text("metrics"), QJsonArray{metric({}, "acc", 0.1, 1), metric({}, "acc", 0.2, 2), metric({}, "f1", 1, 2)}},
                                                          {text("params"), QJsonArray{pair("lr", text("0.01")), pair("opt", text("adam"))}},
                                                          {text("tags"), QJsonArray{pair("team", text("blue"))}}});
  CHECK(batch.body == "{}");
  CHECK(yard.mlflowPost("runs/log-parameter", pair("depth", text("3"), run)).status == 200);
  CHECK(yard.mlflowPost("runs/set-tag", pair("team", text("red"), run)).status == 200);
  CHECK(yard.mlflowPost("runs/set-tag", pair("gone", text("x"), run)).status == 200);
  CHECK(yard.mlflowPost("runs/delete-tag", pair("gone", {}, run)).status == 200);
  CHECK(finish(yard, run, "FINISHED") == u"FINISHED");
  const QJsonObject told = getRun(yard, run);
  const QJsonObject info = told[QLatin1String("info")].toObject(), data = told[QLatin1String("data")].toObject();
  CHECK((info[QLatin1String("start_time")].toInteger() == 1'790'000'000'123 && info[QLatin1String("end_time")].toInteger() == 1'790'000'009'000));
  CHECK((info[QLatin1String("user_id")].toString() == u"ada" && info[QLatin1String("lifecycle_stage")].toString() == u"active"));
  CHECK(pairsIn(data[QLatin1String("params")]) == std::map<QString, QString>{{text("depth"), text("3")}, {text("lr"), text("0.01")}, {text("opt"), text("adam")}});
  CHECK(pairsIn(data[QLatin1String("tags")]) == std::map<QString, QString>{{text("mlflow.runName"), text("first")}, {text("team"), text("red")}});
  CHECK(data[QLatin1String("metrics")].toArray().size() == 3);
  CHECK((job.status == JobStatus::Complete && job.startedMs == 1'790'000'000'123 && job.settings.learningRate == 0.01));
}

TEST_CASE("what is wrong in a batch is told, and nothing of it is kept", "[api][mlflow]") {
  ApiYard yard;
  const QString run = yard.beginRun();
  const auto refusal = [&](const QJsonObject& body) {
    QJsonObject whole = body;
    whole.insert(text("run_id"), run);
    const Answer answer = yard.mlflowPost("runs/log-batch", whole);
    return QStringLiteral("%1 %2").arg(answer.status).arg(answer.json()[QLatin1String("error_code")].toString());
  };
  const QString invalid = text("400 INVALID_PARAMETER_VALUE");
  CHECK(yard.mlflowPost("runs/log-parameter", pair("lr", text("0.1"), run)).status == 200);
  CHECK(yard.mlflowPost("runs/log-parameter", pair("lr", text("0.1"), run)).status == 200);
  CHECK(refusal({{text("params"), QJsonArray{pair("lr", text("0.2"))}}, {text("metrics"), QJsonArray{metric({}, "a", 1, 1)}}}) == invalid);
  CHECK(refusal({{text("params"), QJsonArray{pair("x", text("1")), pair("x", text("2"))}}}) == invalid);
  CHECK(refusal({{text("params"), QJsonArray{pair("", text("1"))}}}) == invalid);
  CHECK(refusal({{text("params"), QJsonArray{pair("x", QString(6'001, u'x'))}}}) == invalid);
  CHECK(refusal({{text("metrics"), QJsonArray{metric({}, "a", 1, 1), metric({}, "a", text("high"), 2)}}}) == invalid);
  CHECK(refusal({{text("metrics"), QJsonArray{metric({}, "a", 1, -(qint64(1) << 53) - 2)}}}) == invalid);
  for (const char* list : {"metrics", "params", "tags"}) CHECK(refusal({{text(list), text("foo")}}) == invalid);
  CHECK(refusal({{text("tags"), QJsonArray{QJsonObject{{text("key"), 31}}}}}) == invalid);
  CHECK(refusal({{text("tags"), QJsonArray{QJsonObject{{text("key"), text("a")}, {text("value"), 31}}}}}) == invalid);
  const auto words = [&yard](const QJsonObject& body) { return yard.mlflowPost("runs/log-metric", body).json()[QLatin1String("message")].toString(); };
  CHECK(words({{text("run_id"), 31}, {text("key"), text("a")}, {text("value"), 1}}) == u"Invalid value 31 for parameter 'run_id' supplied.");
  CHECK(words({{text("run_id"), run}, {text("key"), text("a")}, {text("value"), 1}, {text("step"), text("foo")}}) == u"Invalid value \"foo\" for parameter 'step' supplied.");
  CHECK(words({{text("run_id"), run}, {text("value"), 1}}) == u"Missing value for required parameter 'key'.");
  CHECK(refusal({{text("metrics"), QJsonArray{metric({}, "a", QJsonValue(), 1)}}}) == invalid);
  QJsonArray many;
  for (int i = 0; i < 1'001; ++i) many.append(metric({}, "a", i, i));
  CHECK(refusal({{text("metrics"), many}}) == invalid);
  CHECK(yard.jobs.series(yard.theJob().id).empty());
  CHECK(yard.mlflowPost("runs/log-metric", metric(text("nobody"), "a", 1, 1)).json()[QLatin1String("error_code")].toString() == u"RESOURCE_DOES_NOT_EXIST");
  CHECK(yard.mlflowPost("runs/log-metric", metric({}, "a", 1, 1)).status == 400);
  CHECK(yard.client->ask("POST", "/api/2.0/mlflow/runs/log-batch", "{broken").json()[QLatin1String("error_code")].toString() == u"INVALID_PARAMETER_VALUE");
  CHECK(yard.client->ask("POST", "/api/2.0/mlflow/runs/log-batch", QByteArray(1'100'000, ' ')).status == 413);
}

TEST_CASE("values at one step are all kept, and told at the step at which they were logged", "[api][mlflow]") {
  ApiYard yard;
  const QString run = yard.beginRun();
  for (int i = 0; i < 5; ++i) CHECK(yard.mlflowPost("runs/log-metric", metric(run, "loss", i, 0, 1'790'000'000'000 + i)).status == 200);
  for (const qint64 step : {7, 9, 9}) CHECK(yard.mlflowPost("runs/log-metric", metric(run, "loss", double(step) * 10, step, 1'790'000'001'000 + yard.jobs.pointCount())).status == 200);
  CHECK(history(yard, run, "loss") == u"0:0 0:1 0:2 0:3 0:4 7:70 9:90 9:90");
  // The same value once more is a client that did not hear the answer.
  const QJsonObject again = metric(run, "acc", 1, 1);
  for (int i = 0; i < 3; ++i) CHECK(yard.mlflowPost("runs/log-metric", again).status == 200);
  CHECK(history(yard, run, "acc") == u"1:1");
  // So are older ones. What comes late, or when a run begins again at an earlier step, overtakes nothing; its newest is that of the highest step.
  for (const qint64 step : {2, 3}) CHECK(yard.mlflowPost("runs/log-metric", metric(run, "acc", double(step), step, 1'790'000'000'500 + step)).status == 200);
  CHECK(yard.mlflowPost("runs/log-metric", metric(run, "acc", 2, 2, 1'790'000'000'502)).status == 200);
  CHECK(history(yard, run, "acc") == u"1:1 2:2 3:3");
  CHECK(yard.mlflowPost("runs/log-metric", metric(run, "acc", 9, 2, 1'790'000'000'900)).status == 200);
  CHECK(yard.mlflowPost("runs/log-metric", metric(run, "acc", 8, 1, 1'790'000'000'400)).status == 200);
  CHECK(history(yard, run, "acc") == u"1:1 2:2 3:3 2:9 1:8");
  const auto newest = [&] {
    const QJsonArray all = getRun(yard, run)[QLatin1String("data")][QLatin1String("metrics")].toArray();
    const auto acc = std::find_if(all.begin(), all.end(), [](const QJsonValue& one) { return one[QLatin1String("key")].toString() == u"acc"; });
    return QStringLiteral("%1:%2").arg((*acc)[QLatin1String("step")].toInteger()).arg((*acc)[QLatin1String("value")].toDouble());
  };
  CHECK(newest() == u"3:3");
  CHECK(yard.mlflowPost("runs/log-metric", metric(run, "acc", 10, 20, 1'790'000'000'901)).status == 200);
  CHECK(history(yard, run, "acc") == u"1:1 2:2 3:3 2:9 1:8 20:10");
  CHECK(newest() == u"20:10");
  CHECK(yard.jobs.series(yard.theJob().id, text("acc"))->last.step == 20);  // its place, too: the gap was wide enough
  const QByteArray first = "metrics/get-history?metric_key=loss&max_results=3&run_id=" + run.toUtf8();
  const QJsonObject page = yard.mlflowGet(first).json();
  CHECK(page[QLatin1String("metrics")].toArray().size() == 3);
  CHECK(yard.mlflowGet(first + "&page_token=" + page[QLatin1String("next_page_token")].toString().toUtf8()).json()[QLatin1String("metrics")][0][QLatin1String("value")].toDouble() == 3);
}

TEST_CASE("steps may be below zero", "[api][mlflow]") {
  ApiYard yard;
  const QString run = yard.beginRun();
  const auto newest = [&] { return getRun(yard, run)[QLatin1String("data")][QLatin1String("metrics")][0]; };
  for (const qint64 step : {-2, -1}) CHECK(yard.mlflowPost("runs/log-metric", metric(run, "loss", double(step), step)).status == 200);
  CHECK(newest()[QLatin1String("step")].toInteger() == -1);
  CHECK(newest()[QLatin1String("value")].toDouble() == -1.0);
  for (const qint64 step : {0, 1, 5, -2}) CHECK(yard.mlflowPost("runs/log-metric", metric(run, "loss", double(step), step)).status == 200);
  CHECK(history(yard, run, "loss") == u"-2:-2 -1:-1 0:0 1:1 5:5");
  CHECK(newest()[QLatin1String("step")].toInteger() == 5);
  const QJsonArray all = yard.mlflowGet("metrics/get-history-bulk-interval?metric_key=loss&run_ids=" + run.toUtf8()).json()[QLatin1String("metrics")].toArray();
  REQUIRE(all.size() == 5);
  CHECK(all[0][QLatin1String("step")].toInteger() == -2);
}

TEST_CASE("experiments come in the order that is asked for, in pages", "[api][mlflow]") {
  ApiYard yard;
  for (const char* name : {"a", "ab", "Abc"}) {
    yard.clock.now += 10;
    CHECK(yard.mlflowPost("experiments/create", {{text("name"), text(name)}}).status == 200);
  }
  const auto names = [&yard](const QJsonObject& message) {
    const Answer answer = yard.mlflowPost("experiments/search", message);
    QStringList told{QString::number(answer.status)};
    for (const QJsonValue& one : answer.json()[QLatin1String("experiments")].toArray()) told << one[QLatin1String("name")].toString();
    return told.join(u' ') + u' ' + answer.json()[QLatin1String("next_page_token")].toString();
  };
  CHECK(names({}) == u"200 Abc ab a Default ");
  CHECK(names({{text("order_by"), QJsonArray{text("name DESC")}}}) == u"200 ab a Default Abc ");
  CHECK(names({{text("order_by"), QJsonArray{text("name")}}, {text("max_results"), 3}}) == u"200 Abc Default a 3");
  CHECK(names({{text("order_by"), QJsonArray{text("name")}}, {text("max_results"), 3}, {text("page_token"), text("3")}}) == u"200 ab ");
  CHECK(names({{text("order_by"), QJsonArray{text("what is this")}}}) == u"400 ");
  CHECK(names({{text("page_token"), text("no token")}}) == u"400 ");
}

TEST_CASE("the histories of several runs are told at once, sampled", "[api][mlflow]") {
  ApiYard yard;
  const QString one = yard.beginRun(), two = yard.beginRun(QStringLiteral("second"));
  QJsonArray metrics;
  for (int step = 0; step < 100; ++step) metrics.append(metric({}, "loss", step / 2.0, step));
  REQUIRE(yard.mlflowPost("runs/log-batch", {{text("run_id"), one}, {text("metrics"), metrics}}).status == 200);
  REQUIRE(yard.mlflowPost("runs/log-metric", metric(two, "loss", 7, 33)).status == 200);
  const auto told = [&yard](const QByteArray& rest) { return yard.mlflowGet("metrics/get-history-bulk-interval?metric_key=loss&" + rest); };
  const QByteArray both = "run_ids=" + one.toUtf8() + "&run_ids=" + two.toUtf8();
  const QJsonArray all = told(both).json()[QLatin1String("metrics")].toArray();
  REQUIRE(all.size() == 101);
  CHECK((all[99][QLatin1String("step")].toInteger() == 99 && all[99][QLatin1String("value")].toDouble() == 49.5 && all[99][QLatin1String("run_id")].toString() == one));
  CHECK((all[100][QLatin1String("step")].toInteger() == 33 && all[100][QLatin1String("key")].toString() == u"loss" && all[100][QLatin1String("run_id")].toString() == two));
  const QJsonArray few = told("run_ids=" + one.toUtf8() + "&start_step=10&end_step=89&max_results=4").json()[QLatin1String("metrics")].toArray();
  QList<qint64> steps;
  for (const QJsonValue& value : few) steps << value[QLatin1String("step")].toInteger();
  CHECK(steps == QList<qint64>{10, 30, 50, 70, 89});
  for (const char* wrong : {"", "run_ids=", "run_ids=a&start_step=1", "run_ids=a&start_step=2&end_step=1", "run_ids=a&max_results=2501"}) CHECK(told(wrong).status == 400);
  CHECK(told("run_ids=nobody").status == 404);
}

TEST_CASE("an experiment may keep its artifacts elsewhere", "[api][mlflow]") {
  ApiYard yard;
  const auto made = [&yard](const QString& name, const QString& location) {
    return yard.mlflowPost("experiments/create", {{text("name"), name}, {text("artifact_location"), location}}).json()[QLatin1String("experiment_id")].toString();
  };
  const auto addressOf = [&yard](const QString& run) { return getRun(yard, run)[QLatin1String("info")][QLatin1String("artifact_uri")].toString(); };
  const QString away = made(text("away"), text("s3://bucket/kept/")), here = made(text("here"), text("mlflow-artifacts:/other"));
  const QString one = yard.beginRun(text("a"), away), two = yard.beginRun(text("b"), here);
  CHECK(addressOf(one) == text("s3://bucket/kept/") + one + text("/artifacts"));
  CHECK(addressOf(two) == text("mlflow-artifacts:/") + here + u'/' + two + text("/artifacts"));
  CHECK(yard.mlflowGet("experiments/get?experiment_id=" + away.toUtf8()).json()[QLatin1String("experiment")][QLatin1String("artifact_location")].toString() == u"s3://bucket/kept");
}

TEST_CASE("runs are found by filters and put in order", "[api][mlflow]") {
  ApiYard yard;
  for (int i = 1; i <= 3; ++i) {
    const QString run = yard.beginRun(QStringLiteral("run%1").arg(i));
    REQUIRE(yard.mlflowPost("runs/log-batch", {{text("run_id"), run},
                                               {text("metrics"), QJsonArray{metric({}, "val acc", i / 10.0, 1)}},
                                               {text("params"), QJsonArray{pair("opt", i == 2 ? text("sgd") : text("adam"))}}}).status == 200);
    if (i == 3) CHECK(finish(yard, run, "FAILED") == u"FAILED");
  }
  CHECK(found(yard, "").size() == 3);
  CHECK(found(yard, "metrics.`val acc` > 0.15 and params.opt = 'adam'") == QStringList{text("run3")});
  CHECK(found(yard, "params.\"opt\" != 'adam'") == QStringList{text("run2")});
  CHECK(found(yard, "params.opt LIKE 'a%'", {text("metrics.`val acc` DESC")}) == QStringList{text("run3"), text("run1")});
  CHECK(found(yard, "params.opt ILIKE 'SG_'") == QStringList{text("run2")});
  CHECK(found(yard, "attributes.status = 'FAILED'") == QStringList{text("run3")});
  CHECK(found(yard, "run_name IN ('run1', 'run2')", {text("attributes.run_name ASC")}) == QStringList{text("run1"), text("run2")});
  CHECK(found(yard, "tags.`mlflow.runName` = 'run2'") == QStringList{text("run2")});
  CHECK(found(yard, "start_time > 1790000000122").size() == 3);
  CHECK(found(yard, "metrics.none < 1").isEmpty());
  for (const char* broken : {"metrics.a", "metrics.a >", "metrics.a > 'x'", "params.opt = adam", "what.a = 'b'", "params.a = 'b' OR params.c = 'd'", "params.a ~ 'b'", "params.a = 'b"}) {
    CAPTURE(broken);
    CHECK(found(yard, broken) == QStringList{text("400")});
  }
  const Answer page = yard.mlflowPost("runs/search", {{text("experiment_ids"), QJsonArray{text("0")}}, {text("max_results"), 2}});
  CHECK(page.json()[QLatin1String("runs")].toArray().size() == 2);
  const Answer rest = yard.mlflowPost("runs/search", {{text("experiment_ids"), QJsonArray{text("0")}}, {text("max_results"), 2}, {text("page_token"), page.json()[QLatin1String("next_page_token")]}});
  CHECK((rest.json()[QLatin1String("runs")].toArray().size() == 1 && !rest.json().contains(text("next_page_token"))));
}

TEST_CASE("runs, their texts and their steps survive a restart, and go on", "[api][mlflow]") {
  QTemporaryDir dir;
  QString run, experiment;
  {
    ApiYard yard(dir.path());
    experiment = yard.mlflowPost("experiments/create", {{text("name"), text("kept")}}).json()[QLatin1String("experiment_id")].toString();
    run = yard.beginRun(text("long"), experiment);
    CHECK(yard.theJob().settings.name == u"kept/long");
    CHECK(yard.mlflowPost("runs/log-parameter", pair("lr", text("0.5"), run)).status == 200);
    for (int i = 0; i < 2; ++i) CHECK(yard.mlflowPost("runs/log-metric", metric(run, "loss", i, 0, 1'790'000'000'000 + i)).status == 200);
  }
  ApiYard yard(dir.path());
  CHECK(getRun(yard, run)[QLatin1String("info")][QLatin1String("status")].toString() == u"RUNNING");
  CHECK(pairsIn(getRun(yard, run)[QLatin1String("data")][QLatin1String("params")])[text("lr")] == u"0.5");
  CHECK(yard.mlflowPost("runs/log-metric", metric(run, "loss", 2, 0, 1'790'000'000'002)).status == 200);
  CHECK(yard.mlflowPost("runs/log-metric", metric(run, "loss", 3, 1)).status == 200);
  CHECK(history(yard, run, "loss") == u"0:0 0:1 0:2 1:3");
  CHECK(yard.mlflowGet("experiments/get-by-name?experiment_name=kept").json()[QLatin1String("experiment")][QLatin1String("experiment_id")].toString() == experiment);
  CHECK(finish(yard, run, "KILLED") == u"KILLED");
}

TEST_CASE("after a restart it is known what was told before", "[api][mlflow]") {
  QTemporaryDir dir;
  QString run;
  const auto told = [&run](const char* key, double value, qint64 step) { return metric(run, key, value, step, 1'790'000'000'000 + 10 * step); };
  {
    ApiYard yard(dir.path());
    run = yard.beginRun();
    for (const qint64 step : {1, 2, 5}) CHECK(yard.mlflowPost("runs/log-metric", told("loss", double(step), step)).status == 200);
    CHECK(yard.mlflowPost("runs/log-metric", told("odd", qQNaN(), 1)).status == 400);  // NaN is a text
    QJsonObject nan = told("odd", 0, 1);
    nan[text("value")] = text("NaN");
    CHECK(yard.mlflowPost("runs/log-metric", nan).status == 200);
  }
  ApiYard yard(dir.path());
  QJsonObject nan = told("odd", 0, 1);
  nan[text("value")] = text("NaN");
  const QJsonArray again{told("loss", 1, 1), told("loss", 5, 5), nan, told("new", 1, 1)};
  CHECK(yard.mlflowPost("runs/log-batch", {{text("run_id"), run}, {text("metrics"), again}}).status == 200);
  CHECK(yard.mlflowPost("runs/log-metric", told("loss", 2, 2)).status == 200);
  CHECK(yard.mlflowPost("runs/log-metric", told("loss", 3, 3)).status == 200);  // late, but never told
  CHECK(history(yard, run, "loss") == u"1:1 2:2 5:5 3:3");
  CHECK(yard.jobs.series(yard.theJob().id, text("odd"))->count == 1);
  CHECK(yard.jobs.series(yard.theJob().id, text("new"))->count == 1);
}

TEST_CASE("after a restart a batch is known again however far its steps are apart", "[api][mlflow]") {
  const int batches = GENERATE(1, 3);  // a series that is read at once, and one that is read from further and further back
  QTemporaryDir dir;
  QString run;
  constexpr qint64 apart = 100, most = 1'000;  // of a batch
  const auto logBatch = [&run](const ApiYard& yard, qint64 from) {
    QJsonArray points;
    for (qint64 step = from; step < from + most * apart; step += apart) points.append(metric(run, "loss", 0.5, step, 1'790'000'000'000 + step));
    return yard.mlflowPost("runs/log-batch", {{text("run_id"), run}, {text("metrics"), points}}).status;
  };
  {
    ApiYard yard(dir.path());
    run = yard.beginRun();
    for (int i = 0; i < batches; ++i) REQUIRE(logBatch(yard, i * most * apart) == 200);
  }
  ApiYard yard(dir.path());
  CHECK(logBatch(yard, (batches - 1) * most * apart) == 200);  // its answer was lost
  CHECK(yard.jobs.series(yard.theJob().id, text("loss"))->count == batches * most);
  CHECK(logBatch(yard, batches * most * apart) == 200);
  CHECK(yard.jobs.series(yard.theJob().id, text("loss"))->count == (batches + 1) * most);
}

TEST_CASE("calls of a run keep their order while its points are read", "[api][mlflow]") {
  QTemporaryDir dir;
  QString run;
  {
    ApiYard yard(dir.path());
    run = yard.beginRun();
    for (const char* key : {"a", "b"}) CHECK(yard.mlflowPost("runs/log-metric", metric(run, key, 1, 1)).status == 200);
  }
  ApiYard yard(dir.path());
  ApiRoutes routes;
  MlflowBook book(dir.path(), yard.jobs, yard.clock);
  FakeMetricReader reader;
  const MlflowApi api({routes, yard.jobs, yard.mlflow, yard.storage, reader, book});
  QList<int> answers;
  const auto log = [&](const QJsonArray& metrics) {
    const QString path = text("/api/2.0/mlflow/runs/log-batch");
    ApiCall call{{}, {}, [&answers](const HttpResponse& response) { answers << response.status; }};
    call.request.body = QJsonDocument(QJsonObject{{text("run_id"), run}, {text("metrics"), metrics}}).toJson();
    (*routes.find("POST", path).reader)(call)();
  };
  log({metric(run, "a", 1, 10)});
  log({metric(run, "a", 1, 3), metric(run, "b", 1, 3)});
  const auto [first, query] = reader.requests.front();
  reader.requests.pop_front();
  Q_EMIT reader.loaded(first, {query.job, {}, {}});
  log({metric(run, "a", 1, 12)});  // when the points of "a" are known, and those of "b" are not
  while (!reader.requests.empty()) reader.answerAll();
  REQUIRE(QTest::qWaitFor([&answers] { return answers.size() == 3; }));
  CHECK(answers == QList<int>{200, 200, 200});
  CHECK(history(yard, run, "a") == u"1:1 10:1 3:1 12:1");
}

TEST_CASE("a model that no run has made is its experiment's", "[api][mlflow]") {
  QTemporaryDir dir;
  QString id;
  QByteArray file;
  const auto found = [](const ApiYard& yard) { return yard.mlflowPost("logged-models/search", {{text("experiment_ids"), QJsonArray{text("0")}}}).json()[QLatin1String("models")].toArray().size(); };
  {
    ApiYard yard(dir.path());
    const QJsonValue info = yard.mlflowPost("logged-models", {{text("experiment_id"), text("0")}, {text("name"), text("net")}}).json()[QLatin1String("model")][QLatin1String("info")];
    id = info[QLatin1String("model_id")].toString();
    CHECK(info[QLatin1String("artifact_uri")].toString() == text("mlflow-artifacts:/0/models/%1/artifacts").arg(id));
    file = "/api/2.0/mlflow-artifacts/artifacts/0/models/" + id.toUtf8() + "/artifacts/weights.bin";
    CHECK(yard.client->ask("PUT", file, "1234").status == 200);
    CHECK(yard.jobs.jobs().empty());
  }
  ApiYard yard(dir.path());
  CHECK(found(yard) == 1);
  CHECK(yard.get(file).body == "1234");
  const QString folder = yard.dir + text("/mlflow_models/") + id;
  CHECK(QFile::exists(folder));
  CHECK(yard.client->ask("DELETE", "/api/2.0/mlflow/logged-models/" + id.toUtf8(), QByteArray()).status == 200);
  CHECK(found(yard) == 0);
  CHECK_FALSE(QFile::exists(folder));
}

TEST_CASE("a run that has ended takes more and has ended again, or goes on when it is told to run", "[api][mlflow]") {
  ApiYard yard;
  const QString run = yard.beginRun();
  CHECK(finish(yard, run, "FINISHED") == u"FINISHED");
  CHECK(yard.mlflowPost("runs/log-metric", metric(run, "test_acc", 0.9, 0)).status == 200);
  CHECK(history(yard, run, "test_acc") == u"0:0.9");
  CHECK(getRun(yard, run)[QLatin1String("info")][QLatin1String("status")].toString() == u"FINISHED");
  CHECK(getRun(yard, run)[QLatin1String("info")][QLatin1String("end_time")].toInteger() == 1'790'000'009'000);
  CHECK(finish(yard, run, "RUNNING") == u"RUNNING");
  CHECK(yard.theJob().status == JobStatus::Running);
  CHECK(yard.mlflowPost("runs/log-metric", metric(run, "test_acc", 0.8, 1)).status == 200);
  CHECK(finish(yard, run, "FAILED") == u"FAILED");
  CHECK(finish(yard, run, "SLEEPING").isEmpty());
}

TEST_CASE("a run that was stopped here refuses what comes after", "[api][mlflow]") {
  ApiYard yard;
  const QString run = yard.beginRun();
  REQUIRE(yard.jobs.stop(yard.theJob().id));
  REQUIRE(QTest::qWaitFor([&] { return yard.theJob().status == JobStatus::Failed; }));
  const Answer refused = yard.mlflowPost("runs/log-metric", metric(run, "loss", 1, 1));
  CHECK((refused.status == 400 && refused.json()[QLatin1String("error_code")].toString() == u"INVALID_STATE"));
  CHECK(finish(yard, run, "FAILED") == u"KILLED");
}

TEST_CASE("a run whose client says nothing is lost, and goes on when it comes back", "[api][mlflow]") {
  ApiYard yard;
  const QString run = yard.beginRun();
  yard.clock.now += MlflowRunner::silentMs;
  CHECK(yard.mlflowPost("runs/log-metric", metric(run, "loss", 1, 1)).status == 200);
  yard.clock.now += MlflowRunner::silentMs;
  yard.mlflow.lookForSilent();
  CHECK(yard.theJob().status == JobStatus::Running);
  yard.clock.now += 1;
  yard.mlflow.lookForSilent();
  REQUIRE(QTest::qWaitFor([&] { return yard.theJob().status == JobStatus::Failed; }));
  CHECK((yard.theJob().ending.kind == EndKind::Lost && yard.theJob().ending.reason == u"lost: its client stopped reporting"));
  CHECK(yard.mlflowPost("runs/log-metric", metric(run, "loss", 2, 2)).status == 200);
  CHECK(yard.theJob().status == JobStatus::Running);
  CHECK(finish(yard, run, "FINISHED") == u"FINISHED");
}

TEST_CASE("runs are deleted and restored", "[api][mlflow]") {
  ApiYard yard;
  const QString run = yard.beginRun();
  CHECK(yard.mlflowPost("runs/delete", {{text("run_id"), run}}).status == 200);
  CHECK(yard.jobs.jobs().empty());
  CHECK(getRun(yard, run)[QLatin1String("info")][QLatin1String("lifecycle_stage")].toString() == u"deleted");
  CHECK(yard.mlflowPost("runs/log-metric", metric(run, "loss", 1, 1)).json()[QLatin1String("error_code")].toString() == u"INVALID_PARAMETER_VALUE");
  CHECK(yard.mlflowPost("runs/restore", {{text("run_id"), run}}).status == 200);
  CHECK(yard.jobs.jobs().size() == 1);
}

TEST_CASE("artifacts are kept in the job's folder, and nothing else is", "[api][mlflow][artifacts]") {
  ApiYard yard;
  const QString run = yard.beginRun();
  const QByteArray root = "/api/2.0/mlflow-artifacts/artifacts/0/" + run.toUtf8() + "/artifacts";
  const QByteArray large = QByteArray("0123456789abcdef").repeated(200'000);
  CHECK(yard.client->ask("PUT", root + "/model/weights.bin", large).status == 200);
  CHECK(yard.client->ask("PUT", root + "/notes.txt", "hello").status == 200);
  CHECK(yard.client->ask("PUT", root + "/notes.txt", "again").status == 200);
  CHECK(yard.get(root + "/model/weights.bin").body == large);
  const Answer notes = yard.get(root + "/notes.txt");
  CHECK((notes.body == "again" && notes.field("Content-Disposition") == "attachment"));
  CHECK(yard.client->ask("HEAD", root + "/notes.txt").field("Content-Length") == "5");
  const QString folder = yard.dir + QStringLiteral("/jobs/1/artifacts");
  CHECK(QFile::exists(folder + QStringLiteral("/model/weights.bin")));
  const QJsonArray files = yard.mlflowGet("artifacts/list?run_id=" + run.toUtf8()).json()[QLatin1String("files")].toArray();
  REQUIRE(files.size() == 2);
  CHECK((files[0][QLatin1String("is_dir")].toBool() && files[1][QLatin1String("file_size")].toInteger() == 5));
  CHECK(yard.mlflowGet("artifacts/list?path=model&run_id=" + run.toUtf8()).json()[QLatin1String("files")][0][QLatin1String("path")].toString() == u"model/weights.bin");
  CHECK(yard.get("/api/2.0/mlflow-artifacts/artifacts?path=0/" + run.toUtf8() + "/artifacts/model").json()[QLatin1String("files")][0][QLatin1String("path")].toString() == u"weights.bin");
  // No way out of the folder.
  REQUIRE(QFile::link(yard.dir, folder + QStringLiteral("/out")));
  for (const QByteArray& name : {QByteArray("/../mlflow.json"), QByteArray("/%2e%2e/mlflow.json"), QByteArray("/..%2fmlflow.json"), QByteArray("/model/../../mlflow.json"), QByteArray("//etc/passwd"),
                                 QByteArray("/a//b"), QByteArray("/./x"), QByteArray("/out/api_token"), QByteArray("/x%5c..%5cy")}) {
    CAPTURE(name.toStdString());
    CHECK(yard.get(root + name).status == 400);
    CHECK(yard.client->ask("PUT", root + name, "bad").status == 400);
    CHECK(yard.client->ask("DELETE", root + name).status == 400);
  }
  for (const QByteArray& name : {QByteArray("/notes.txt/below"), QByteArray("/notes.txt/far/below"), QByteArray("/model"), QByteArray("/a").repeated(1'990)}) {
    CAPTURE(name.left(40).toStdString());
    CHECK(yard.client->ask("PUT", root + name, "bad").status == 400);
  }
  CHECK(yard.get("/api/2.0/mlflow-artifacts/artifacts/0/nobody/artifacts/x").status == 404);
  CHECK(yard.get(root + "/none").status == 404);
  CHECK(yard.client->ask("DELETE", root + "/model").status == 200);
  CHECK_FALSE(QFile::exists(folder + QStringLiteral("/model")));
  yard.api->server().setTrustedUser(4'000'000);
  CHECK(yard.client->ask("PUT", root + "/late", "x").status == 401);
  CHECK(yard.client->ask("PUT", root + "/late", large).status == 413);  // for who may not, it is no upload
}

TEST_CASE("both prefixes of MLflow's paths are answered, and the rest is told to be missing", "[api][mlflow]") {
  ApiYard yard;
  CHECK(yard.get("/ajax-api/2.0/mlflow/experiments/get?experiment_id=0").status == 200);
  CHECK(yard.get("/health").body == "OK");
  const Answer probe = yard.get("/api/3.0/mlflow/server-info");
  CHECK((probe.status == 404 && probe.json()[QLatin1String("error_code")].toString() == u"ENDPOINT_NOT_FOUND"));
}

TEST_CASE("the models that a client of MLflow 2 logs are told as a tag of the run", "[api][mlflow][models]") {
  ApiYard yard;
  const QString run = yard.beginRun();
  const auto log = [&](const char* model) { return yard.mlflowPost("runs/log-model", {{text("run_id"), run}, {text("model_json"), text(model)}}).status; };
  CHECK(log(R"({"artifact_path":"a"})") == 200);
  CHECK(log(R"({"artifact_path":"b"})") == 200);
  CHECK(log("no JSON") == 400);
  const auto tags = pairsIn(getRun(yard, run)[QLatin1String("data")][QLatin1String("tags")]);
  CHECK(tags.at(text("mlflow.log-model.history")) == uR"([{"artifact_path":"a"},{"artifact_path":"b"}])");
}

TEST_CASE("a tag of an experiment is deleted", "[api][mlflow]") {
  ApiYard yard;
  const QJsonObject one{{text("experiment_id"), text("0")}, {text("key"), text("team")}};
  QJsonObject tag = one;
  tag.insert(text("value"), text("blue"));
  const auto tags = [&yard] { return pairsIn(yard.mlflowGet("experiments/get?experiment_id=0").json()[QLatin1String("experiment")][QLatin1String("tags")]); };
  CHECK(yard.mlflowPost("experiments/set-experiment-tag", tag).status == 200);
  CHECK(tags().count(text("team")) == 1);
  CHECK(yard.mlflowPost("experiments/delete-experiment-tag", one).status == 200);
  CHECK(tags().empty());
  CHECK(yard.mlflowPost("experiments/delete-experiment-tag", one).status == 404);
}

TEST_CASE("a logged model of MLflow 3 is kept with its run, and its files beside", "[api][mlflow][models]") {
  ApiYard yard;
  const QString run = yard.beginRun();
  const Answer made = yard.mlflowPost("logged-models", {{text("experiment_id"), text("0")}, {text("name"), text("net")}, {text("source_run_id"), run}, {text("params"), QJsonArray{pair("a", text("1"))}}});
  REQUIRE(made.status == 200);
  const QString id = made.json()[QLatin1String("model")][QLatin1String("info")][QLatin1String("model_id")].toString();
  CHECK(yard.mlflowPost("logged-models", {{text("name"), text("net")}, {text("source_run_id"), text("nobody")}}).status == 404);
  CHECK(yard.mlflowPost("logged-models", {{text("name"), text("net")}, {text("experiment_id"), text("7")}}).status == 404);
  const QByteArray one = "/api/2.0/mlflow/logged-models/" + id.toUtf8();
  CHECK(yard.client->ask("PATCH", one, QJsonObject{{text("status"), text("LOGGED_MODEL_READY")}}).status == 200);
  CHECK(yard.client->ask("PATCH", one + "/tags", QJsonObject{{text("tags"), QJsonArray{pair("t", text("u"))}}}).status == 200);
  CHECK(yard.post(one + "/params", {{text("params"), QJsonArray{pair("a", text("2")), pair("b", text("3"))}}}).status == 200);
  const QJsonObject model = yard.get(one).json()[QLatin1String("model")].toObject();
  CHECK(model[QLatin1String("info")][QLatin1String("status")].toString() == u"LOGGED_MODEL_READY");
  CHECK(pairsIn(model[QLatin1String("data")][QLatin1String("params")]) == std::map<QString, QString>{{text("a"), text("2")}, {text("b"), text("3")}});
  const auto count = [&](const char* filter) {
    return yard.mlflowPost("logged-models/search", {{text("experiment_ids"), QJsonArray{text("0")}}, {text("filter"), text(filter)}}).json()[QLatin1String("models")].toArray().size();
  };
  CHECK((count("") == 1 && count("name = 'net'") == 1 && count("name = 'other'") == 0 && count("tags.t = 'u' AND params.b = '3'") == 1));
  const QByteArray files = "/api/2.0/mlflow-artifacts/artifacts/0/models/" + id.toUtf8() + "/artifacts";
  CHECK(yard.client->ask("PUT", files + "/MLmodel", "flavors").status == 200);
  CHECK(yard.get(files + "/MLmodel").body == "flavors");
  CHECK(yard.get(files + "/../../mlflow.json").status == 400);
  const QString folder = yard.dir + text("/jobs/1/models/") + id;
  CHECK(QFile::exists(folder));
  CHECK(yard.client->ask("DELETE", one).status == 200);
  CHECK(yard.get(one).status == 404);
  CHECK_FALSE(QFile::exists(folder));
}
