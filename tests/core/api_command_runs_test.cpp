// SPDX-License-Identifier: GPL-3.0-or-later
// A command job whose program reports by MLflow's protocol is one job.
#include "core/jobs/job_draft.h"
#include "core/runners/run_records.h"
#include "tests/core/api_yard.h"
#include "tests/core/command_shop.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

QString text(const char* word) { return QString::fromUtf8(word); }

/// A command job that runs.
JobId runningCommand(ApiYard& yard) {
  JobSettings settings;
  settings.source = JobSource::Command;
  settings.name = text("train.py");
  settings.command.line = text("python3 train.py");
  settings.command.workingDirectory = yard.dir;
  settings.parameters = {{text("own"), text("kept")}};
  const auto id = yard.jobs.create(settings);
  REQUIRE(id);
  REQUIRE(yard.jobs.start(*id));
  REQUIRE(QTest::qWaitFor([&] { return !yard.command.started.empty(); }));
  return *id;
}

/// What `mlflow.start_run()` sends from inside of that job; the new run's id.
QString beginRunOf(const ApiYard& yard, JobId job, const QString& parent = {}) {
  QJsonArray tags{QJsonObject{{text("key"), QLatin1String(runTag)}, {text("value"), runName(*yard.jobs.job(job))}}};
  if (!parent.isEmpty()) tags.append(QJsonObject{{text("key"), text("mlflow.parentRunId")}, {text("value"), parent}});
  const Answer answer = yard.mlflowPost("runs/create", {{text("experiment_id"), text("0")}, {text("run_name"), text("theirs")}, {text("tags"), tags}});
  CAPTURE(answer.body.toStdString());
  REQUIRE(answer.status == 200);
  return answer.json()[QLatin1String("run")][QLatin1String("info")][QLatin1String("run_id")].toString();
}

Answer log(const ApiYard& yard, const QString& run, const char* key, double value, qint64 step) {
  return yard.mlflowPost("runs/log-metric", {{text("run_id"), run}, {text("key"), text(key)}, {text("value"), value}, {text("step"), step}, {text("timestamp"), 1'790'000'000'000 + step}});
}

QString statusOf(const ApiYard& yard, const QString& run) {
  return yard.mlflowGet("runs/get?run_id=" + run.toUtf8()).json()[QLatin1String("run")][QLatin1String("info")][QLatin1String("status")].toString();
}

}  // namespace

TEST_CASE("the first run of a command job's program is that job", "[api-command]") {
  ApiYard yard;
  const JobId job = runningCommand(yard);
  const QString run = beginRunOf(yard, job);
  REQUIRE(yard.jobs.jobs().size() == 1);
  CHECK(yard.theJob().settings.name == text("train.py"));
  for (const qint64 step : {1, 2, 3}) REQUIRE(log(yard, run, "loss", 1.0 / double(step), step).status == 200);
  CHECK(yard.jobs.series(job, text("loss"))->count == 3);
  CHECK(yard.theJob().progress.step == 3);
  REQUIRE(yard.mlflowPost("runs/log-parameter", {{text("run_id"), run}, {text("key"), text("alpha")}, {text("value"), text("0.5")}}).status == 200);
  REQUIRE(yard.mlflowPost("runs/set-tag", {{text("run_id"), run}, {text("key"), text("note")}, {text("value"), text("x")}}).status == 200);
  const QList<KeyValue> both{{text("alpha"), text("0.5")}, {text("tags/note"), text("x")}, {text("own"), text("kept")}};
  REQUIRE(QTest::qWaitFor([&] { return yard.theJob().settings.parameters == both; }));
  // Its client's end is not the program's.
  CHECK(statusOf(yard, run) == text("RUNNING"));
  CHECK(yard.mlflowPost("runs/update", {{text("run_id"), run}, {text("status"), text("FINISHED")}, {text("end_time"), qint64(1'790'000'009'000)}}).status == 200);
  CHECK(statusOf(yard, run) == text("FINISHED"));
  CHECK(yard.theJob().status == JobStatus::Running);
  CHECK(yard.mlflowPost("runs/delete", {{text("run_id"), run}}).status == 400);
  Q_EMIT yard.command.ended(job, {EndKind::ExitCode, 3, text("exited with code 3"), 0});
  REQUIRE(QTest::qWaitFor([&] { return yard.theJob().status == JobStatus::Failed; }));
  CHECK(statusOf(yard, run) == text("FINISHED"));
  CHECK(log(yard, run, "loss", 0.1, 4).status == 400);  // it never runs again
}

TEST_CASE("runs inside of a command job's run and after it are jobs of their own", "[api-command]") {
  ApiYard yard;
  const JobId job = runningCommand(yard);
  const QString stranger = yard.beginRun();  // of no command
  const QString outer = beginRunOf(yard, job), inner = beginRunOf(yard, job, outer), next = beginRunOf(yard, job);
  CHECK(yard.jobs.jobs().size() == 4);
  REQUIRE(log(yard, outer, "loss", 1.0, 1).status == 200);
  REQUIRE(log(yard, inner, "loss", 2.0, 1).status == 200);
  REQUIRE(log(yard, next, "loss", 3.0, 1).status == 200);
  CHECK(yard.jobs.series(job, text("loss"))->last.value == 1.0);
  CHECK(statusOf(yard, stranger) == text("RUNNING"));
  // They say whose they are.
  const QList<KeyValue> whose{{text("command job"), QString::number(job.value)}};
  REQUIRE(QTest::qWaitFor([&] { return yard.jobs.job(JobId{job.value + 3})->settings.parameters == whose; }));
}

TEST_CASE("what a program prints and reports is there once, and neither teller spoils the other's place", "[api-command]") {
  ApiYard yard;
  const JobId job = runningCommand(yard);
  const QString run = beginRunOf(yard, job);
  REQUIRE(log(yard, run, "train_loss", 0.5, 7).status == 200);
  const auto printed = [&](Progress progress) {
    JobPoints points{job, {{text("train/loss"), {{1, 1, 9.0}}}, {text("val/accuracy"), {{1, 1, 0.5}}}}, progress};
    points.resume = "the log's place";
    Q_EMIT yard.command.produced(points);
    REQUIRE(QTest::qWaitFor([&] { return yard.jobs.series(job, text("val/accuracy")) != nullptr; }));
  };
  printed({});
  CHECK(yard.jobs.series(job, text("train/loss")) == nullptr);
  CHECK(yard.theJob().progress.step == 7);
  REQUIRE(log(yard, run, "train_loss", 0.4, 8).status == 200);
  QByteArray resume;
  QObject::connect(&yard.storage, &JobStore::resumeRead, &yard.jobs, [&](JobId, const QByteArray& read) { resume = read; });
  yard.storage.requestResume(job);
  REQUIRE(QTest::qWaitFor([&] { return !resume.isEmpty(); }));
  CHECK(resume == "the log's place");
}

TEST_CASE("a command job's run is known after a restart", "[api-command]") {
  QTemporaryDir dir;
  QString run;
  {
    ApiYard yard(dir.path());
    const JobId job = runningCommand(yard);
    run = beginRunOf(yard, job);
    REQUIRE(log(yard, run, "loss", 0.5, 7).status == 200);
  }
  ApiYard yard(dir.path());
  CHECK(statusOf(yard, run) == text("RUNNING"));
  CHECK(log(yard, run, "loss", 0.4, 8).status == 200);
  CHECK(yard.theJob().progress.step == 8);
}

TEST_CASE("a client that was given its job's address need not say whose it is", "[api-command]") {
  ApiYard yard;
  const JobId job = runningCommand(yard);
  const QByteArray own = "/run/" + runName(*yard.jobs.job(job)).toUtf8() + "/api/2.0/mlflow/";
  const auto begin = [&] { return yard.post(own + "runs/create", {{text("experiment_id"), text("0")}, {text("run_name"), text("theirs")}}).json()[QLatin1String("run")]; };
  const QString run = begin()[QLatin1String("info")][QLatin1String("run_id")].toString();
  REQUIRE(yard.jobs.jobs().size() == 1);
  CHECK(yard.theJob().settings.imported.run == run);
  CHECK(yard.post(own + "runs/log-metric", {{text("run_id"), run}, {text("key"), text("loss")}, {text("value"), 0.5}}).status == 200);
  CHECK(yard.jobs.series(job, text("loss"))->count == 1);
  begin();  // after it
  CHECK(yard.jobs.jobs().size() == 2);
  CHECK(yard.get("/run/another/api/training").status == 200);
  CHECK(yard.get("/run/another").status == 404);
  CHECK(yard.get("/run/").status == 404);
}

TEST_CASE("programs are told of the API unless they are told of another server", "[api-command]") {
  const QString told = GENERATE(QString(), text("http://127.0.0.1:5151"), text("http://elsewhere"));
  Shop shop;
  shop.runner->setMlflowAddress(text("http://127.0.0.1:5151"));
  Job job = shop.job("echo \"$MLFLOW_TRACKING_URI $MLFLOW_RUN_CONTEXT\"");
  if (!told.isEmpty()) job.settings.command.environment = {{text("MLFLOW_TRACKING_URI"), told}};
  shop.start(job);
  REQUIRE(shop.waitForEnd());
  const QByteArray run = runName(job).toUtf8();
  CHECK(shop.log() == (told == text("http://elsewhere") ? QByteArray("http://elsewhere \n") : "http://127.0.0.1:5151/run/" + run + " {\"trainyard.run\": \"" + run + "\"}\n"));
}
