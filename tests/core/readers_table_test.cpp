// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/table_source.h"

#include "core/readers/delimited.h"
#include "tests/core/table_runs.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

const QString data = QStringLiteral(TEST_DATA_DIR "/runs");

/// A folder in which a table was written; its run.
struct TableRun {
  QTemporaryDir dir;
  QString path;
  explicit TableRun(const QByteArray& text, const QString& name = QStringLiteral("log.csv")) : path(dir.path() + u'/' + name) { put(path, text); }
  [[nodiscard]] FoundRun run(RunFormat format = RunFormat::Table) const {
    const bool isFolder = format == RunFormat::LightningCsv || format == RunFormat::UltralyticsCsv;
    return {format, isFolder ? dir.path() : path};
  }
};

Series whole(const FoundRun& run) {
  Series all;
  auto source = opened(openTable(run, {}));
  readOn(*source, all);
  add(all, source->finish(someDay));
  CHECK(source->takeProblems().empty());
  return all;
}

void nothing() {}

}  // namespace

TEST_CASE("Lightning's metrics.csv of a real run", "[readers][table]") {
  const Claim claim = findLightning(listed(data + "/lightning/version_0"));
  REQUIRE(claim.runs.size() == 1);
  CHECK(claim.taken == QSet<QString>{"metrics.csv"});
  CHECK(claim.runs[0].bytes == 835);
  const Series all = whole(claim.runs[0]);
  CHECK(all.size() == 12);
  CHECK(all.count("step") == 0);
  CHECK(textOf(all.at("comparison/tp")) == "99=1 199=6 299=4 399=3 499=3");
  CHECK(all.at("loss/valid")[1].value == 20891508.0);
}

TEST_CASE("Lightning's sparse rows, and the file that is written anew for a new column", "[readers][table]") {
  TableRun table("epoch,step,train_loss\n0,0,3.5\n0,50,2.5\n", "metrics.csv");
  put(table.dir.path() + "/hparams.yaml", "lr: 0.02\nbatch_size: 32\nmodel:\n  name: resnet\nloss: !!python/object:x.Y\n  a: 1\n");
  REQUIRE(findLightning(listed(table.dir.path())).taken == QSet<QString>{"metrics.csv", "hparams.yaml"});
  auto source = opened(openTable(table.run(RunFormat::LightningCsv), {}));
  Series all;
  readOn(*source, all);
  put(table.path, "epoch,step,train_loss,val_loss\n0,0,3.5,\n0,50,2.5,\n0,99,,1.5\n1,100,2,\n");
  readOn(*source, all);
  CHECK(textOf(all) == QStringList{"epoch: 0=0 50=0 99=0 100=1", "train_loss: 0=3.5 50=2.5 100=2", "val_loss: 99=1.5"});
  CHECK(source->takeNotice().contains("metrics.csv"));
  CHECK(source->takeNotice().isEmpty());
  const RunFacts facts = source->facts();
  CHECK(facts.learningRate == 0.02);
  CHECK(facts.batchSize == 32);
  CHECK(facts.parameters.contains(KeyValue{"model/name", "resnet"}));
}

TEST_CASE("Keras' CSVLogger: by content, with words for what is missing, appended to", "[readers][table]") {
  const Claim claim = findKeras(listed(data + "/keras"));
  REQUIRE(claim.runs.size() == 1);
  const Series real = whole(claim.runs[0]);
  CHECK(real.size() == 11);
  CHECK(real.at("val_loss").size() == 24);

  TableRun table("epoch;loss;val_loss\n0;0.5;NA\n1;0.4;0.6\n", "training.log");
  REQUIRE(findKeras(listed(table.dir.path())).runs.size() == 1);
  auto source = opened(openTable(table.run(RunFormat::KerasCsv), {}));
  Series all;
  readOn(*source, all);
  append(table.path, "epoch;loss;val_loss\n1;0.3;nan\n2;inf;0.1\n");  // append=True of a program that writes its header again
  readOn(*source, all);
  CHECK(textOf(all) == QStringList{"loss: 0=0.5 1=0.3 2=inf", "val_loss: 1=nan 2=0.1"});
  CHECK(source->skipped().empty());
}

TEST_CASE("Ultralytics' padded cells; of an epoch that is there twice the last counts", "[readers][table]") {
  TableRun table("                  epoch,         train/box_loss,  metrics/precision(B)\n   1,  0.5,   0.1\n   2,  0.4,   0.2\n   2,  0.3,   0.25\n   3, 0.2, 0.3\n", "results.csv");
  put(table.dir.path() + "/args.yaml", "task: detect\nmodel: yolov8n.pt\ndata: coco8.yaml\nepochs: 100\nbatch: 16\nlr0: 0.01\nsave_dir: null\n");
  const Claim claim = findUltralytics(listed(table.dir.path()));
  REQUIRE(claim.runs.size() == 1);
  CHECK(claim.runs[0].path == table.dir.path());
  CHECK(textOf(whole(claim.runs[0])) == QStringList{"metrics/precision(B): 1=0.1 2=0.25 3=0.3", "train/box_loss: 1=0.5 2=0.3 3=0.2"});
  const RunFacts facts = opened(openTable(claim.runs[0], {}))->facts();
  CHECK(facts.model == "yolov8n.pt");
  CHECK(facts.dataset == "coco8.yaml");
  CHECK(facts.epochs == 100);
  CHECK(facts.batchSize == 16);
  CHECK(facts.learningRate == 0.01);
}

TEST_CASE("a table is a run when it has steps, and data is none", "[readers][table]") {
  const auto [text, isRun] = GENERATE(table<QByteArray, bool>({
      {"step,loss\n1,0.5\n", true},
      {"Wall time,Step,Value\n1700000000.5,10,0.5\n", true},
      {"loss\titer\n0.5\t1", true},
      {"time/total_timesteps,rollout/ep_rew_mean\n2048,21.5\n", true},
      {"epoch,loss\n1,0.5\n1,0.4\n", true},
      {"sepal,petal,class\n5.1,3.5,1\n", false},         // no step
      {"step,name\n1,anna\n2,bert\n", false},              // no numbers
      {"step,loss\n", false},                              // no row yet
      {"step,price\none,3\ntwo,4\n", false},               // words for steps
      {"step,price\n0.5,3\n1.5,4\n", false},               // no whole steps
      {"id,step,x\n1,9,3\n2,1,4\n3,8,1\n4,2,1\n5,1,1\n6,0,1\n", false},  // steps that mostly fall
      {"1,2\n3,4\n", false},
      {"step\n1\n2\n", false},
      {"", false},
      {QByteArray(5'000, '\0'), false},
  }));
  const TableRun table(text);
  const Claim claim = findTables(listed(table.dir.path()));
  INFO(text.toStdString());
  CHECK(claim.runs.size() == (isRun ? 1 : 0));
  CHECK(claim.problems.empty());
}

TEST_CASE("steps, epochs where they are missing, rows where both are, and times", "[readers][table]") {
  const TableRun table("loss,epoch,global_step,step,timestamp,note\n1,0,900,5,1700000000,a\n2,7,901,,1700000001,NA\n3,,902,,,\n4,1,903,10,bad,b\n");
  auto source = opened(openTable(table.run(), {}));
  Series raw;
  readOn(*source, raw, nullptr, addRaw);
  CHECK(textOf(raw["loss"]) == "5=1 7=2 2=3 10=4");
  CHECK(textOf(raw["epoch"]) == "5=0 7=7 10=1");
  CHECK(raw["loss"][0].wallMs == 1'700'000'000'000);
  CHECK(raw["loss"][2].wallMs > 1'700'000'000'000);
  CHECK(raw["loss"][2].wallMs < someDay);  // of the file, not of the day it is read on
  CHECK(source->skipped() == SkippedCounts{{"text", 3}});
}

TEST_CASE("rows of a table whose step can be none are counted, and their column is a series", "[readers][table]") {
  CHECK(textOf(whole(TableRun("epoch,loss\n0.5,3\n1,2\n1.5,1\n").run())) == QStringList{"epoch: 0=0.5 1=1 2=1.5", "loss: 0=3 1=2 2=1"});
  CHECK(textOf(whole(TableRun("step,loss\n1e18,3\n1e18,2\n").run())) == QStringList{"loss: 0=3 1=2", "step: 0=1e+18 1=1e+18"});
  CHECK(textOf(whole(TableRun("step,val,loss\n-1,9,\n0,,2\n10,,1\n").run())) == QStringList{"loss: 0=2 10=1", "val: 0=9"});
  TableRun table({});
  checkGrowing(table.path, "epoch,a\n0,1\n0.5,2\n1,3\n1.5,4\n", table.run(), nothing, openTable);
  CHECK(textOf(whole(table.run())) == QStringList{"a: 0=1 1=2 2=3 3=4", "epoch: 1=0.5 2=1 3=1.5"});
}

TEST_CASE("a table that grows byte by byte, and one that is taken up at each byte", "[readers][table]") {
  TableRun table({});
  const QByteArray text = "\xef\xbb\xbf" "epoch,\"lo\nss\",\"a \"\"b\"\"\"\r\n0,0.5,1\r\n1,\"0.25\",nan\r\n\r\n2,-1e-3,\"x\ny\"\r\n2,7,8\r\nepoch,acc\r\n3,0.75\r\n4,0.5";
  checkGrowing(table.path, text, table.run(), nothing, openTable);
  CHECK(textOf(whole(table.run())) == QStringList{"a \"b\": 0=1 1=nan 2=8", "acc: 3=0.75 4=0.5", "lo\nss: 0=0.5 1=0.25 2=7"});
}

TEST_CASE("a table that was replaced or cut while nobody read is read anew", "[readers][table]") {
  TableRun table("step,loss\n1,1\n2,2\n3,3\n");
  Series all;
  QByteArray resume;
  readOn(*opened(openTable(table.run(), {})), all, &resume);
  put(table.path, "step;loss;acc\n1;9;9\n");
  auto source = opened(openTable(table.run(), resume));
  readOn(*source, all, &resume);
  CHECK(textOf(all) == QStringList{"acc: 1=9", "loss: 1=9"});
  CHECK_FALSE(source->takeNotice().isEmpty());
  REQUIRE(QFile::remove(table.path));
  readOn(*source, all);
  CHECK(source->takeNotice().contains("gone"));
  const auto gone = openTable(table.run(), resume);
  REQUIRE_FALSE(gone);
  CHECK(gone.error().code == ErrorCode::NotFound);
}

TEST_CASE("wrong tables: one sentence each, with its place", "[readers][table]") {
  const TableRun open("step,loss\n1,2\n2,\"3\n4,5\n");
  auto source = opened(openTable(open.run(), {}));
  Series all;
  readOn(*source, all);
  CHECK(source->takeProblems().empty());  // the rest may come
  add(all, source->finish(someDay));
  const auto problems = source->takeProblems();
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].offset == 16);
  CHECK(problems[0].why == "A quote begins here that does not end; its row is left out.");
  CHECK(textOf(all) == QStringList{"loss: 1=2"});

  const TableRun header("\"step,loss\n1,2\n", "open.csv");
  REQUIRE(findTables(listed(header.dir.path())).problems.size() == 1);
  CHECK(findTables(listed(header.dir.path())).problems[0].offset == 0);

  const TableRun wide("x" + QByteArray(",y").repeated(1'000'000) + "\n1,2\n");
  const Claim claim = findTables(listed(wide.dir.path()));
  REQUIRE(claim.problems.size() == 1);
  CHECK(claim.problems[0].why == "It has more than 100,000 columns, too many for a run.");

  const TableRun names("step,\xff\xfe,\xc3\xa4\n1,2,3\n");
  CHECK(textOf(whole(names.run())) == QStringList{QString::fromUtf8("\xc3\xa4: 1=3"), QString(2, QChar(0xfffd)) + ": 1=2"});
}

TEST_CASE("as many problems as anybody reads are told, the others are counted", "[readers][table]") {
  QByteArray text = "step,loss\n";
  for (int i = 0; i < 150; ++i) text += QByteArray::number(i) + ",1" + QByteArray(",2").repeated(int(DelimitedReader::mostCells)) + "\n";
  const TableRun table(text);
  auto source = opened(openTable(table.run(), {}));
  Series all;
  readOn(*source, all);
  const auto problems = source->takeProblems();
  REQUIRE(problems.size() == 100);
  CHECK(problems.back().why.contains("50 more"));
  CHECK(all["loss"].size() == 150);
}
