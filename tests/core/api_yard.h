// SPDX-License-Identifier: GPL-3.0-or-later
// The API over a real database; the programs move when a test says so.
#pragma once

#include "core/api/local_api.h"
#include "core/storage/storage.h"
#include "tests/core/api_support.h"
#include "tests/support/fakes.h"

namespace trainyard::test {

struct ApiYard {
  std::unique_ptr<QTemporaryDir> own;
  QString dir;
  ManualClock clock;
  Storage storage;
  FakeRunner simulated, command, imports;
  MlflowRunner mlflow;
  JobService jobs;
  std::unique_ptr<LocalApi> api;
  std::unique_ptr<RawClient> client;

  /// `kept`: the data directory of a yard before; else a new one.
  explicit ApiYard(const QString& kept = {})
      : own(kept.isEmpty() ? std::make_unique<QTemporaryDir>() : nullptr),
        dir(own ? own->path() : kept),
        storage(dir, OpenMode::ReadWrite),
        mlflow(storage, clock),
        jobs({storage, simulated, command, imports, clock, &mlflow}) {
    QObject::connect(&storage, &Storage::opened, &jobs, [this](const OpenedStore& store) { jobs.load(store.jobs, store.nextId); });
    storage.open();
    REQUIRE(QTest::qWaitFor([this] { return jobs.isLoaded(); }));
    jobs.resumeInterrupted();
    api = std::make_unique<LocalApi>(LocalApi::Parts{dir, jobs, mlflow, storage, storage.reader(), clock});
    REQUIRE(api->server().listen(0));
    client = std::make_unique<RawClient>(api->server());
  }
  ~ApiYard() {
    client.reset();
    api.reset();
    mlflow.shutDown();
    CHECK(storage.close());
  }

  Answer get(const QByteArray& target, const QByteArray& fields = {}) const { return client->ask("GET", target, {}, fields); }
  Answer post(const QByteArray& target, const QJsonObject& body = {}) const { return client->ask("POST", target, body); }
  Answer mlflowGet(const QByteArray& call) const { return get("/api/2.0/mlflow/" + call); }
  Answer mlflowPost(const QByteArray& call, const QJsonObject& body = {}) const { return post("/api/2.0/mlflow/" + call, body); }
  /// A run in an experiment; its id.
  [[nodiscard]] QString beginRun(const QString& name = QStringLiteral("first"), const QString& experiment = QStringLiteral("0")) const {
    const Answer answer = mlflowPost("runs/create", {{QStringLiteral("experiment_id"), experiment},
                                                     {QStringLiteral("run_name"), name},
                                                     {QStringLiteral("user_id"), QStringLiteral("ada")},
                                                     {QStringLiteral("start_time"), qint64(1'790'000'000'123)}});
    CAPTURE(answer.body.toStdString());
    REQUIRE(answer.status == 200);
    return answer.json()[QLatin1String("run")][QLatin1String("info")][QLatin1String("run_id")].toString();
  }
  [[nodiscard]] const Job& theJob() const {
    REQUIRE(jobs.jobs().size() == 1);
    return *jobs.job(jobs.jobs().front());
  }
};

}  // namespace trainyard::test
