// SPDX-License-Identifier: GPL-3.0-or-later
// Runs with a file for each series: MLflow's file store and DVCLive.
#include "core/readers/dvclive_source.h"
#include "core/readers/mlflow_files_source.h"
#include "core/readers/yaml_values.h"
#include "tests/core/table_runs.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

const QByteArray runMeta = "artifact_uri: file:///x\nend_time: 1665614675972\nexperiment_id: '15'\nlifecycle_stage: active\nrun_id: a96926b30b86\n"
                           "run_name: fox\nrun_uuid: a96926b30b86\nstart_time: 1665614669278\nstatus: 3\ntags: []\n";

/// An experiment with one run.
struct Mlruns {
  QTemporaryDir dir;
  QString experiment = dir.path() + QStringLiteral("/15");
  QString run = experiment + QStringLiteral("/a96926b30b86");
  explicit Mlruns(const QByteArray& meta = runMeta) {
    put(experiment + "/meta.yaml", "experiment_id: '15'\nlifecycle_stage: active\nname: \"digits\"\n");
    put(run + "/meta.yaml", meta);
    put(run + "/metrics/train/loss", "1665614669299 2.5 0\n1665614670000 nan 1\n1665614671000 1.5 1 d41d8 dataset\n1665614672000 -inf 0\n");
    put(run + "/metrics/acc", "1665614669299 0.5\n1665614669300 0.75\n");
    put(run + "/params/lr", "0.125");
    put(run + "/params/model/name", "cnn\n");
    put(run + "/tags/mlflow.user", "anna");
    put(run + "/tags/team", "vision");
    put(experiment + "/tags/mlflow.note", "x");
    put(dir.path() + "/.trash/2/meta.yaml", "experiment_id: '2'\n");
  }
  [[nodiscard]] FoundRun found() const { return {RunFormat::MlflowFiles, run}; }
};

}  // namespace

TEST_CASE("the scalars of YAML", "[readers][yaml]") {
  const auto values = readYaml("a: 1\nb: 'two: \"2\"'\nc:\n  d: ~\n  e: [1, x, {y: 2}]\nf: !!python/object:m.N\n  g: &id 0.5\nh: *id\ni: |\n  two\n  lines\n");
  REQUIRE(values);
  QStringList words;
  for (const KeyValue& one : *values) words << one.key + u'=' + one.value;
  CHECK(words == QStringList{"a=1", "b=two: \"2\"", "c/d=~", "c/e/y=2", "c/e=[1, x]", "f/g=0.5", "h=", "i=two\nlines\n"});
  const auto broken = readYaml("a: 1\nb: [1, 2\nc: }\n");
  REQUIRE_FALSE(broken);
  CHECK(broken.error().message.contains("line 3"));
  CHECK(readYaml("").value_or(QList<KeyValue>{{}}).isEmpty());
  CHECK(readYaml("just text").value_or(QList<KeyValue>{{}}).isEmpty());
  CHECK(readYaml(QByteArray("- ").repeated(100'000) + "x"));  // as deep as it goes, no deeper
  QByteArray many;
  for (int i = 0; i < 5'000; ++i) many += "k" + QByteArray::number(i) + ": 1\n";
  CHECK(readYaml(many, 2'000)->size() == 2'000);
}

TEST_CASE("MLflow's folders: the runs of an experiment, what is no run is passed over", "[readers][mlflow]") {
  const Mlruns made;
  const Claim root = findMlflowFiles(listed(made.dir.path()));
  CHECK(root.runs.empty());
  CHECK(root.closed.contains(".trash"));
  const Claim claim = findMlflowFiles(listed(made.experiment));
  REQUIRE(claim.runs.size() == 1);
  CHECK(claim.runs[0].path == made.run);
  CHECK(claim.runs[0].name == "digits/fox");
  CHECK(claim.runs[0].bytes > 100);
  CHECK(claim.closed == QSet<QString>{"a96926b30b86", "tags"});
  const Claim own = findMlflowFiles(listed(made.run));
  REQUIRE(own.runs.size() == 1);
  CHECK(own.runs[0].path == made.run);
  CHECK(findMlflowFiles(listed(made.run + "/metrics")).runs.empty());

  const Mlruns deleted(QByteArray(runMeta).replace("active", "deleted"));
  CHECK(findMlflowFiles(listed(deleted.experiment)).runs.empty());
}

TEST_CASE("a run of MLflow's folders: points as the file tells them, and its facts", "[readers][mlflow]") {
  const Mlruns made;
  auto source = opened(openMlflowFiles(made.found(), {}));
  Series raw;
  readOn(*source, raw, nullptr, addRaw);
  CHECK(textOf(raw) == QStringList{"acc: 0=0.5 1=0.75", "train/loss: 0=2.5 1=nan 1=1.5 0=-inf"});
  CHECK(raw["train/loss"][0].wallMs == 1'665'614'669'299);
  const RunFacts facts = source->facts();
  CHECK(facts.name == "digits/fox");
  CHECK(facts.learningRate == 0.125);
  CHECK(facts.parameters == QList<KeyValue>{{"lr", "0.125"}, {"model/name", "cnn"}, {"tags/team", "vision"}});
  CHECK(facts.startedMs == 1'665'614'669'278);
  CHECK(facts.endedMs == 1'665'614'675'972);
  REQUIRE(facts.ending);
  CHECK(facts.ending->kind == EndKind::Completed);
}

TEST_CASE("how a run of MLflow ended, in numbers and in words", "[readers][mlflow]") {
  const auto [status, kind] = GENERATE(table<QByteArray, std::optional<EndKind>>({
      {"1", std::nullopt}, {"RUNNING", std::nullopt}, {"2", std::nullopt}, {"FINISHED", EndKind::Completed}, {"4", EndKind::ExitCode},
      {"FAILED", EndKind::ExitCode}, {"5", EndKind::StoppedByUser}, {"KILLED", EndKind::StoppedByUser}, {"", std::nullopt}}));
  const Mlruns made(QByteArray(runMeta).replace("status: 3", "status: " + status));
  const auto ending = opened(openMlflowFiles(made.found(), {}))->facts().ending;
  CHECK(ending.has_value() == kind.has_value());
  if (ending && kind) CHECK(ending->kind == *kind);
}

TEST_CASE("a run of MLflow's folders that grows: new lines, new metrics, a reader that begins anew", "[readers][mlflow]") {
  const Mlruns made;
  auto source = opened(openMlflowFiles(made.found(), {}));
  Series first, next, again;
  QByteArray resume;
  readOn(*source, first, &resume, addRaw);
  append(made.run + "/metrics/acc", "1665614669301 0.8");
  put(made.run + "/metrics/val/f1", "1665614669301 0.25 7\n");
  readOn(*source, next, nullptr, addRaw);
  CHECK(textOf(next) == QStringList{"val/f1: 7=0.25"});  // the last line of acc has not ended
  auto resumed = opened(openMlflowFiles(made.found(), resume));
  readOn(*resumed, again, &resume, addRaw);
  CHECK(textOf(again) == textOf(next));
  append(made.run + "/metrics/acc", " 2\n");
  for (RunSource* one : {source.get(), resumed.get()}) {
    Series more;
    readOn(*one, more, nullptr, addRaw);
    CHECK(textOf(more) == QStringList{"acc: 2=0.8"});
  }
  put(made.run + "/metrics/acc", "1665614669301 9 0\n");
  Series anew;
  readOn(*source, anew);
  CHECK(textOf(anew) == QStringList{"acc: 0=9"});
  CHECK(source->takeNotice().contains("acc"));
  append(made.run + "/metrics/acc", "1665614669301 10 1");
  readOn(*source, anew);
  add(anew, source->finish(someDay));
  CHECK(textOf(anew["acc"]) == "0=9 1=10");
}

TEST_CASE("wrong lines of MLflow's metrics are told with their place", "[readers][mlflow]") {
  const Mlruns made;
  put(made.run + "/metrics/acc", "1665614669299 0.5 1\nhello\n\n1665614669299 x 3\n1665614669299 1 y\n" + QByteArray(200'000, '1') + "\n1665614669299 0.75 2\n");
  auto source = opened(openMlflowFiles(made.found(), {}));
  Series raw;
  readOn(*source, raw, nullptr, addRaw);
  CHECK(textOf(raw["acc"]) == "1=0.5 2=0.75");
  std::vector<qint64> offsets;
  for (const ReadProblem& one : source->takeProblems()) offsets.push_back(one.offset);
  CHECK(offsets == std::vector<qint64>{20, 27, 45, 63});
}

TEST_CASE("DVCLive: a file for each series", "[readers][dvclive]") {
  const QTemporaryDir dir;
  const QString metrics = dir.path() + "/plots/metrics";
  put(metrics + "/train/loss.tsv", "timestamp\tstep\tloss\n1700000000000\t0\t2.5\n1700000001000\t1\tnan\n");
  put(metrics + "/acc.tsv", "step\tacc\r\n0\t0.5\r\n1\tx\r\n");
  put(dir.path() + "/metrics.json", "{\"step\": 1}");
  put(dir.path() + "/params.yaml", "lr: 0.5\nepochs: 3\n");
  const Claim claim = findDvcLive(listed(dir.path()));
  REQUIRE(claim.runs.size() == 1);
  CHECK(claim.closed == QSet<QString>{"plots"});
  CHECK(claim.taken == QSet<QString>{"metrics.json", "params.yaml"});
  auto source = opened(openDvcLive(claim.runs[0], {}));
  Series all;
  QByteArray resume;
  readOn(*source, all, &resume);
  CHECK(textOf(all) == QStringList{"acc: 0=0.5", "train/loss: 0=2.5 1=nan"});
  CHECK(all["train/loss"][1].wallMs == 1'700'000'001'000);
  CHECK(source->takeProblems().size() == 1);
  CHECK(source->facts().epochs == 3);
  append(metrics + "/train/loss.tsv", "1700000002000\t2\t1.5\n");
  Series next;
  readOn(*opened(openDvcLive(claim.runs[0], resume)), next);
  CHECK(textOf(next) == QStringList{"train/loss: 2=1.5"});

  const QTemporaryDir other;
  put(other.path() + "/plots/metrics/x.tsv", "name\tage\nanna\t4\n");
  CHECK(findDvcLive(listed(other.path())).runs.empty());
  REQUIRE_FALSE(openDvcLive({RunFormat::DvcLive, other.path() + "/none"}, {}));
}
