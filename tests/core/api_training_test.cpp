// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include "core/api/metric_rows.h"
#include "tests/core/api_yard.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

/// A running job; its number.
JobId runningJob(ApiYard& yard) {
  const auto id = yard.jobs.create(simulatedSettings());
  REQUIRE(id);
  REQUIRE(QTest::qWaitFor([&] { return yard.jobs.job(*id) != nullptr; }));
  REQUIRE(yard.jobs.start(*id));
  REQUIRE(QTest::qWaitFor([&] { return !yard.simulated.started.empty(); }));
  return *id;
}

void tell(ApiYard& yard, JobId id, std::vector<SeriesPoints> series, qint64 step) {
  const qint64 before = yard.jobs.pointCount();
  Q_EMIT yard.simulated.produced({id, std::move(series), {step, 3'000, double(step) / 100.0}});
  REQUIRE(QTest::qWaitFor([&] { return yard.jobs.pointCount() > before; }));
}

SeriesPoints curve(const char* tag, qint64 from, qint64 to, qint64 by = 1) {
  SeriesPoints series{QLatin1String(tag), {}};
  for (qint64 step = from; step < to; step += by) series.points.push_back({step, 1'000 + step, 1.0 / double(step + 1)});
  return series;
}

QByteArray metricsOf(JobId id, const QByteArray& query = {}) { return "/api/training/" + QByteArray::number(id.value) + "/metrics" + query; }

}  // namespace

TEST_CASE("rows join loss and accuracy by their step", "[api][rows]") {
  const SeriesPoints loss{QStringLiteral("train/loss"), {{1, 0, 0.5}, {2, 0, 0.4}, {4, 0, std::nan("")}}};
  const SeriesPoints accuracy{QStringLiteral("val/accuracy"), {{2, 0, 0.9}, {3, 0, 1.0}}};
  auto rows = joinedRows(&loss, &accuracy);
  addEpochs(rows, 2, nullptr);
  CHECK(jsonRows(rows) == R"([{"step":1,"epoch":0.5,"loss":0.5,"accuracy":null},{"step":2,"epoch":1,"loss":0.4,"accuracy":0.9},)"
                          R"({"step":3,"epoch":1.5,"loss":null,"accuracy":1},{"step":4,"epoch":2,"loss":"NaN","accuracy":null}])");
  const SeriesPoints epochs{QStringLiteral("epoch"), {{2, 0, 1.0}, {4, 0, 2.0}}};
  rows = joinedRows(&loss, nullptr);
  addEpochs(rows, 0, &epochs);
  CHECK((!rows[0].epoch && rows[1].epoch == 1.0 && rows[2].epoch == 2.0));
  CHECK(jsonRows(joinedRows(nullptr, nullptr)) == "[]");
}

TEST_CASE("rows are spread over the whole run, with its extremes and its newest", "[api][rows]") {
  SeriesPoints loss = curve("train/loss", 0, 10'000);
  loss.points[7'777].value = 99.0;
  loss.points[3'333].value = -99.0;
  const auto rows = joinedRows(&loss, nullptr);
  for (const qsizetype limit : {1, 2, 3, 5, 50, 200, 9'999, 10'000, 20'000}) {
    const auto spread = spreadRows(rows, limit);
    CAPTURE(limit);
    CHECK(spread.size() <= size_t(limit));
    CHECK(spread.back().step == 9'999);
    CHECK(std::is_sorted(spread.begin(), spread.end(), [](const MetricRow& a, const MetricRow& b) { return a.step < b.step; }));
    const auto has = [&spread](qint64 step) { return std::any_of(spread.begin(), spread.end(), [step](const MetricRow& row) { return row.step == step; }); };
    if (limit >= 3) CHECK((has(7'777) && has(3'333)));
    if (limit >= 200) CHECK((has(0) && spread.size() > size_t(std::min<qsizetype>(limit, 10'000) * 9 / 10)));
  }
}

TEST_CASE("metrics are told as rows, what is new, and as pages of a series", "[api][training]") {
  ApiYard yard;
  const JobId id = runningJob(yard);
  tell(yard, id, {curve("train/loss", 0, 1'000), curve("val/accuracy", 0, 1'000, 10)}, 999);
  const Answer usual = yard.get(metricsOf(id));
  REQUIRE(usual.status == 200);
  CHECK(usual.json()[QLatin1String("job")][QLatin1String("id")].toInteger() == id.value);
  const QJsonArray rows = usual.json()[QLatin1String("metrics")].toArray();
  CHECK((rows.size() > 150 && rows.size() <= 200));
  CHECK(rows.first()[QLatin1String("step")].toInteger() == 0);
  CHECK(rows.last()[QLatin1String("step")].toInteger() == 999);
  CHECK(rows.last()[QLatin1String("epoch")].toDouble() == 9.99);
  CHECK(yard.get(metricsOf(id, "?limit=100000")).json()[QLatin1String("metrics")].toArray().size() == 1'000);
  const QJsonArray fresh = yard.get(metricsOf(id, "?after=996")).json()[QLatin1String("metrics")].toArray();
  REQUIRE(fresh.size() == 3);
  CHECK(fresh[0][QLatin1String("step")].toInteger() == 997);
  // All of a sparse series, in pages.
  QList<qint64> steps;
  qint64 after = -1;
  for (int page = 0; page < 50; ++page) {
    const QJsonObject told = yard.get(metricsOf(id, "?series=val/accuracy&limit=7&after=" + QByteArray::number(after))).json();
    for (const QJsonValue& point : told[QLatin1String("points")].toArray()) {
      steps << point[QLatin1String("step")].toInteger();
      CHECK(point[QLatin1String("value")].toDouble() == 1.0 / double(steps.last() + 1));
    }
    if (told[QLatin1String("next")].isNull()) break;
    after = told[QLatin1String("next")].toInteger();
  }
  REQUIRE(steps.size() == 100);
  CHECK((steps.first() == 0 && steps.last() == 990));
}

TEST_CASE("a poll that brings nothing new is 304, until something is committed", "[api][training]") {
  ApiYard yard;
  const JobId id = runningJob(yard);
  tell(yard, id, {curve("train/loss", 0, 10)}, 9);
  REQUIRE(QTest::qWaitFor([&] { return !yard.jobs.isBusy(id); }));
  for (const QByteArray& target : {metricsOf(id), metricsOf(id, "?series=train/loss"), QByteArray("/api/training/1"), QByteArray("/api/training")}) {
    CAPTURE(target.toStdString());
    const Answer first = yard.get(target);
    REQUIRE(first.status == 200);
    const QByteArray condition = "If-None-Match: " + first.field("ETag") + "\r\n";
    const Answer second = yard.get(target, condition);
    CHECK((second.status == 304 && second.body.isEmpty()));
    const SeriesSummary* summary = yard.jobs.series(id, QStringLiteral("train/loss"));
    tell(yard, id, {curve("train/loss", summary->last.step + 1, summary->last.step + 2)}, summary->last.step + 1);
    CHECK(yard.get(target, condition).status == 200);
  }
}

TEST_CASE("what is asked wrongly is told with the status of its kind", "[api][training]") {
  ApiYard yard;
  const JobId id = runningJob(yard);
  const std::pair<QByteArray, int> asked[] = {{"/api/training/0", 400},       {"/api/training/-1", 400},  {"/api/training/x", 400},
                                              {"/api/training/1.5", 400},     {"/api/training/99999999999999999999", 400},
                                              {"/api/training/77", 404},      {"/api/training/77/metrics", 404}, {"/api/training/0/metrics", 400},
                                              {metricsOf(id, "?limit=0"), 400}, {metricsOf(id, "?limit=100001"), 400}, {metricsOf(id, "?limit=many"), 400},
                                              {metricsOf(id, "?after=-2"), 400}, {metricsOf(id, "?after=x"), 400}, {metricsOf(id, "?series=none"), 404},
                                              {metricsOf(id), 200}};
  for (const auto& [target, status] : asked) {
    CAPTURE(target.toStdString());
    const Answer answer = yard.get(target);
    CHECK(answer.status == status);
    CHECK(answer.json().contains(QStringLiteral("error")) == (status != 200));
  }
  CHECK(yard.post("/api/training/1/metrics").status == 405);
  CHECK(yard.client->ask("PUT", "/api/training").field("Allow") == "GET, POST, HEAD");
  CHECK(yard.client->ask("GET", "/api/training/1/start").field("Allow") == "POST");
  CHECK(yard.client->ask("POST", "/api/training", "not json").status == 400);
  CHECK(yard.client->ask("POST", "/api/training", "[]").status == 400);
  CHECK(yard.post("/api/training", {{QStringLiteral("nmae"), QStringLiteral("x")}}).status == 400);
  CHECK(yard.post("/api/training", {{QStringLiteral("name"), QString()}}).status == 400);
  CHECK(yard.post("/api/training", {{QStringLiteral("name"), QStringLiteral("x")}}).status == 400);
  const Answer command = yard.post("/api/training", {{QStringLiteral("name"), QStringLiteral("x")}, {QStringLiteral("command"), QStringLiteral("/bin/true")}});
  CHECK(command.status == 201);  // what has a command runs it
  CHECK(command.json()[QLatin1String("job")][QLatin1String("source")].toString() == u"command");
  CHECK(yard.post("/api/training/1/start").status == 409);  // it runs
}

TEST_CASE("a job is made, started and stopped as by the buttons", "[api][training]") {
  ApiYard yard;
  const Answer made = yard.post("/api/training", {{QStringLiteral("name"), QStringLiteral("net")},
                                                  {QStringLiteral("model"), QStringLiteral("cnn")},
                                                  {QStringLiteral("dataset"), QStringLiteral("digits")},
                                                  {QStringLiteral("epochs"), 3},
                                                  {QStringLiteral("learning_rate"), 0.001},
                                                  {QStringLiteral("batch_size"), QStringLiteral("32")},
                                                  {QStringLiteral("seed"), 7},
                                                  {QStringLiteral("parameters"), QJsonObject{{QStringLiteral("drop out"), 0.5}}}});
  CAPTURE(made.body.toStdString());
  REQUIRE(made.status == 201);
  CHECK(made.field("Location") == "/api/training/1");
  const JobSettings& settings = yard.theJob().settings;
  CHECK((settings.epochs == 3 && settings.learningRate == 0.001 && settings.batchSize == 32 && settings.seed == 7));
  CHECK(settings.parameters == QList<KeyValue>{{QStringLiteral("drop out"), QStringLiteral("0.5")}});
  CHECK(yard.get("/api/training").json()[QLatin1String("jobs")].toArray().size() == 1);
  CHECK(yard.post("/api/training/1/start").json()[QLatin1String("job")][QLatin1String("status")].toString() == u"running");
  CHECK(yard.post("/api/training/1/stop").status == 200);
  CHECK(yard.simulated.stopped == std::vector<JobId>{JobId{1}});
  yard.simulated.finish(JobId{1}, JobService::stoppedByUser());
  REQUIRE(QTest::qWaitFor([&] { return yard.theJob().status == JobStatus::Failed; }));
  CHECK(yard.post("/api/training/1/stop").status == 409);
}
