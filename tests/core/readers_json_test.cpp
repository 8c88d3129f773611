// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/json_lines_source.h"
#include "core/readers/json_scanner.h"
#include "core/readers/trainer_state_source.h"
#include "tests/core/table_runs.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

using Token = JsonScanner::Token;

const QString data = QStringLiteral(TEST_DATA_DIR "/runs");

/// The leaves of an object: "a/b=1"; with " !" behind when it is not whole.
QString leavesOf(const QByteArray& text) {
  JsonScanner scanner(text);
  if (scanner.next() != Token::ObjectBegin) return QStringLiteral("!");
  QStringList words;
  const bool whole = readLeaves(scanner, [&words](const JsonLeaf& leaf) {
    const QString value = leaf.kind == Token::Number ? QString::number(leaf.number) : leaf.kind == Token::Text ? QString::fromUtf8(leaf.text) : QStringLiteral("-");
    words << QString::fromUtf8(leaf.path) + u'=' + value;
  });
  if (!whole || scanner.next() != Token::End) words << QStringLiteral("!");
  return words.join(u' ');
}

FoundRun lines(const QString& path) { return {RunFormat::JsonLines, path}; }
FoundRun trainer(const QString& path) { return {RunFormat::TrainerState, path}; }

Series readLines(const QString& path) {
  Series all;
  auto source = opened(openJsonLines(lines(path), {}));
  readOn(*source, all, nullptr, addRaw);
  addRaw(all, source->finish(someDay));
  return all;
}

QByteArray stateOf(int step, const QByteArray& history) {
  return "{\n  \"best_metric\": null,\n  \"epoch\": 1.0,\n  \"global_step\": " + QByteArray::number(step) + ",\n  \"log_history\": [\n" + history +
         "\n  ],\n  \"max_steps\": 300,\n  \"num_train_epochs\": 3,\n  \"train_batch_size\": 8,\n  \"trial_params\": null\n}\n";
}

QByteArray entry(int step, const QByteArray& loss) {
  return "    {\n      \"epoch\": 0.5,\n      \"loss\": " + loss + ",\n      \"step\": " + QByteArray::number(step) + "\n    }";
}

}  // namespace

TEST_CASE("the leaves of JSON, whole and broken", "[readers][json]") {
  const auto [text, leaves] = GENERATE(table<QByteArray, QString>({
      {R"({"a": 1, "b": {"c": -2.5e-1, "d": {"e": 3}}, "f": 4})", "a=1 b/c=-0.25 b/d/e=3 f=4"},
      {R"({"a": NaN, "b": Infinity, "c": -Infinity})", "a=nan b=inf c=-inf"},
      {R"({"a": [1, {"x": [2]}, "]"], "b": true, "c": null, "d": "x\"\u00e4\ud83d\ude00\n"})", QString::fromUtf8("b=- c=- d=x\"\xc3\xa4\xf0\x9f\x98\x80\n")},
      {R"({})", ""},
      {R"( { "a" : 1 } )", "a=1"},
      {R"({"a": 1,})", "a=1 !"},
      {R"({"a": 1)", "a=1 !"},
      {R"({"a" 1})", "!"},
      {R"({"a": 1}})", "a=1 !"},
      {R"({"a": 1] )", "a=1 !"},
      {R"({"a": [1})", "!"},
      {R"({"a": 1 "b": 2})", "a=1 !"},
      {R"({"a": tru})", "!"},
      {R"({"a": "\x"})", "!"},
      {R"({"a": "\u12g4"})", "!"},
      {R"({"a": ")", "!"},
      {R"({"a": "\)", "!"},
      {R"({a: 1})", "!"},
      {R"([1])", "!"},
      {"", "!"},
  }));
  CHECK(leavesOf(text).trimmed() == leaves.trimmed());
}

TEST_CASE("JSON that is nested without an end is an error and no crash", "[readers][json]") {
  CHECK(leavesOf(QByteArray("{\"a\":").repeated(1'000'000)).endsWith(u'!'));
  CHECK(leavesOf("{\"a\":" + QByteArray("[").repeated(1'000'000)).endsWith(u'!'));
  const QByteArray deep = QByteArray("{\"a\":").repeated(200) + "1" + QByteArray("}").repeated(200);
  CHECK(leavesOf(deep).endsWith(QLatin1String("a/a=1")));
}

TEST_CASE("JSON lines of a real run", "[readers][json]") {
  const Claim claim = findJsonLines(listed(data + "/detr"));
  REQUIRE(claim.runs.size() == 1);
  const Series all = readLines(claim.runs[0].path);
  CHECK(all.size() == 92);
  CHECK(all.at("train_loss").size() == 2);
  CHECK(textOf(all.at("train_loss")) == "0=24.5334 0=24.62");
}

TEST_CASE("which files are JSON lines of a run", "[readers][json]") {
  const auto [name, text, isRun] = GENERATE(table<QString, QByteArray, bool>({
      {"metrics.json", "{\"iteration\": 19, \"loss\": 1.5}\n", true},
      {"x.jsonl", "{\"step\": 1, \"loss\": 0.5}", true},
      {"x.jsonl", "{\"lr\": 0.1, \"model\": \"m\"}\n{\"step\": 1, \"loss\": 0.5}\n", true},
      {"train.log", "{\"epoch\": 1, \"loss\": 0.5}\n{\"epoch\": 2, \"loss\": 0.5}\n", true},
      {"x.json", "{\"step\": 1, \"loss\": 0.5}\n", false},              // a document with one line
      {"x.json", "{\n  \"step\": 1,\n  \"loss\": 0.5\n}\n", false},
      {"x.jsonl", "{\"question\": \"a\", \"answer\": 4}\n", false},     // data
      {"x.jsonl", "{\"step\": \"first\", \"loss\": 0.5}\n", false},
      {"x.jsonl", "{\"step\": 1}\n", false},
      {"train.log", "loading\n{\"epoch\": 1, \"loss\": 0.5}\n", false}, // a log: others read it
      {"x.jsonl", "", false},
      {"x.jsonl", QByteArray(4'096, '\0'), false},
      {"x.py", "{\"step\": 1, \"loss\": 0.5}\n{\"step\": 2, \"loss\": 0.5}\n", false},
  }));
  const QTemporaryDir dir;
  put(dir.path() + u'/' + name, text);
  INFO(name.toStdString() << ": " << text.toStdString());
  CHECK(findJsonLines(listed(dir.path())).runs.size() == (isRun ? 1 : 0));
}

TEST_CASE("the dated files of mmengine's vis_data hold what scalars.json holds", "[readers][json]") {
  const QTemporaryDir dir;
  const QByteArray rows = "{\"lr\": 0.1, \"loss\": 2, \"iter\": 50, \"step\": 50}\n{\"loss\": 1, \"time\": 5, \"iter\": 100, \"step\": 100}\n"
                          "{\"coco/mAP\": 0.5, \"time\": 3, \"step\": 1}\n{\"loss\": 0.5, \"iter\": 150, \"step\": 150}\n";
  for (const char* name : {"scalars.json", "20241205_142148.json", "20241205_142419.json"}) put(dir.path() + u'/' + QLatin1String(name), rows);
  const Claim claim = findJsonLines(listed(dir.path()));
  REQUIRE(claim.runs.size() == 1);
  CHECK(claim.runs[0].path.endsWith(QLatin1String("scalars.json")));
  CHECK(claim.taken.size() == 3);
  const Series all = readLines(claim.runs[0].path);
  CHECK(textOf(all) == QStringList{"coco/mAP: 100=0.5", "iter: 50=50 100=100 150=150", "loss: 50=2 100=1 150=0.5", "lr: 50=0.1", "time: 100=5 100=3"});
}

TEST_CASE("mmcv's iterations within an epoch go on over the epochs", "[readers][json]") {
  const QTemporaryDir dir;
  const QString path = dir.path() + "/20210101_120000.log.json";
  const QByteArray text = "{\"env_info\": \"Linux\", \"seed\": 0}\n"
                          "{\"mode\": \"train\", \"epoch\": 1, \"iter\": 50, \"loss\": 4}\n{\"mode\": \"train\", \"epoch\": 1, \"iter\": 100, \"loss\": 3}\n"
                          "{\"mode\": \"val\", \"epoch\": 1, \"iter\": 20, \"mAP\": 0.5}\n{\"mode\": \"train\", \"epoch\": 2, \"iter\": 50, \"loss\": 2}\n"
                          "{\"mode\": \"train\", \"epoch\": 3, \"iter\": 50, \"loss\": 1}\n{\"mode\": \"val\", \"epoch\": 3, \"iter\": 20, \"mAP\": 0.75}\n";
  put(path, text);
  REQUIRE(findJsonLines(listed(dir.path())).runs.size() == 1);
  const Series all = readLines(path);
  CHECK(textOf(all.at("loss")) == "50=4 100=3 150=2 200=1");
  CHECK(textOf(all.at("mAP")) == "100=0.5 200=0.75");
  checkGrowing(path, text, lines(path), [] {}, openJsonLines);
}

TEST_CASE("JSON lines: nested values, text that is a number, parameters before the first step, bad lines", "[readers][json]") {
  const QTemporaryDir dir;
  const QString path = dir.path() + "/metrics.jsonl";
  put(path, "{\"lr\": 0.25, \"batch_size\": 64, \"model\": \"gpt\", \"fast\": true}\n"
            "{\"epoch\": 0, \"step\": 1, \"train\": {\"loss\": \"2.5\", \"acc\": NaN}, \"_timestamp\": 1700000000.25, \"note\": \"x\"}\n"
            "{\"step\": 2, \"train\": {\"loss\": \n"
            "plain text\n"
            "{\"epoch\": 1, \"eval\": {\"loss\": 1}}\n"
            "{\"step\": 3, \"train\": {\"loss\": 2}} \r\n");
  auto source = opened(openJsonLines(lines(path), {}));
  Series all;
  readOn(*source, all);
  CHECK(textOf(all) == QStringList{"_timestamp: 1=1.7e+09", "epoch: 1=1", "eval/loss: 1=1", "train/acc: 1=nan", "train/loss: 1=2.5 3=2"});
  CHECK(all["train/loss"][0].wallMs == 1'700'000'000'250);
  const auto problems = source->takeProblems();
  REQUIRE(problems.size() == 1);
  CHECK(problems[0] == ReadProblem{path, 165, "A line is no whole JSON object; it is left out."});
  const RunFacts facts = source->facts();
  CHECK(facts.learningRate == 0.25);
  CHECK(facts.batchSize == 64);
  CHECK(facts.model == "gpt");
  CHECK(source->skipped().at("line") == 1);
}

TEST_CASE("rows whose step can be none are counted, and their column is a series", "[readers][json]") {
  const QTemporaryDir dir;
  const QString path = dir.path() + "/metrics.jsonl";
  const auto textOfRows = [&path](const QByteArray& text) {
    put(path, text);
    return textOf(readLines(path));
  };
  QByteArray rows;
  for (int i = 0; i < 100; ++i) rows += "{\"epoch\": " + QByteArray::number(0.05 * i) + ", \"loss\": " + QByteArray::number(100 - i) + "}\n";
  put(path, rows);
  const Series all = readLines(path);
  REQUIRE(all.at("loss").size() == 100);
  CHECK(all.at("loss")[99].step == 99);
  CHECK(all.at("loss")[99].value == 1.0);
  CHECK(all.at("epoch")[20].value == Approx(1.05));
  CHECK(textOfRows("{\"step\":1700000000000000000,\"loss\":3}\n{\"step\":1700000000000000100,\"loss\":2}\n{\"eval\":5}\n{\"step\":7,\"loss\":1}\n") ==
        QStringList{"eval: 1=5", "loss: 0=3 1=2 2=1", "step: 0=1.7e+18 1=1.7e+18 2=7"});
  CHECK(textOfRows("{\"step\":-1,\"val\":9}\n{\"step\":0,\"loss\":2}\n{\"step\":10,\"loss\":1}\n{\"epoch\":3,\"val\":8}\n") ==
        QStringList{"epoch: 10=3", "loss: 0=2 10=1", "val: 0=9 10=8"});
  CHECK(textOfRows("{\"step\":-2,\"a\":1}\n{\"step\":-1,\"a\":2}\n{\"step\":0,\"a\":3}\n") == QStringList{"a: 0=1 1=2 2=3", "step: 1=-1 2=0"});
  CHECK(textOfRows("{\"step\":5,\"a\":1}\n{\"step\":10,\"a\":2}\n{\"step\":-1,\"test\":3}\n{\"step\":20,\"a\":4}\n") == QStringList{"a: 5=1 10=2 20=4", "test: 10=3"});
  checkGrowing(path, "{\"epoch\":0.5,\"a\":1}\n{\"epoch\":1,\"a\":2}\n{\"a\":3}\n{\"epoch\":2,\"a\":4}\n", lines(path), [] {}, openJsonLines);
}

TEST_CASE("JSON lines that grow byte by byte, and that are taken up at each byte", "[readers][json]") {
  const QTemporaryDir dir;
  const QString path = dir.path() + "/m.jsonl";
  const QByteArray text = "{\"batch_size\": 4}\n{\"step\":1,\"loss\":2,\"iter\":1}\r\n\n{\"step\":2,\"loss\":1,\"iter\":2}\n{\"step\":1,\"val\":7}\n{\"step\":3,\"loss\":0.5}";
  checkGrowing(path, text, lines(path), [] {}, openJsonLines);
  put(path, "{\"step\":1,\"loss\":9}\n");
  Series all;
  QByteArray resume;
  readOn(*opened(openJsonLines(lines(path), {})), all, &resume);
  put(path, "{\"step\":1,\"loss\":8}\n{\"step\":2,\"loss\":7}\n");
  auto source = opened(openJsonLines(lines(path), resume));
  readOn(*source, all);
  CHECK(textOf(all) == QStringList{"loss: 1=8 2=7"});
  CHECK(source->takeNotice().contains("m.jsonl"));
}

TEST_CASE("a line longer than any row is left out at a bounded price", "[readers][json]") {
  const QTemporaryDir dir;
  const QString path = dir.path() + "/m.jsonl";
  put(path, "{\"step\":1,\"loss\":2}\n{\"step\":2,\"x\":\"");
  for (int i = 0; i < 20; ++i) append(path, QByteArray(1 << 20, 'x'));
  append(path, "\"}\n{\"step\":3,\"loss\":1}\n");
  auto source = opened(openJsonLines(lines(path), {}));
  Series all;
  readOn(*source, all);
  CHECK(textOf(all) == QStringList{"loss: 1=2 3=1"});
  const auto problems = source->takeProblems();
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].offset == 20);
}

TEST_CASE("Hugging Face's trainer_state.json of a real run", "[readers][json]") {
  const Claim claim = findTrainerState(listed(data + "/trainer_state"));
  REQUIRE(claim.runs.size() == 1);
  Series all;
  auto source = opened(openTrainerState(claim.runs[0], {}));
  readOn(*source, all);
  CHECK(all.size() == 9);
  CHECK(textOf(all["loss"]) == "500=0.5516 1000=0.3163 1500=0.2646 2000=0.1984");
  CHECK(all.count("step") == 0);
}

TEST_CASE("of the states of a Trainer the newest is read, and only what is new of it", "[readers][json]") {
  const QTemporaryDir dir;
  const QByteArray first = entry(10, "2.5") + ",\n" + entry(20, "NaN");
  put(dir.path() + "/checkpoint-9/trainer_state.json", stateOf(9, entry(9, "7")));
  put(dir.path() + "/checkpoint-20/trainer_state.json", stateOf(20, first));
  const Claim claim = findTrainerState(listed(dir.path()));
  REQUIRE(claim.runs.size() == 1);
  CHECK(claim.runs[0].path == dir.path());
  CHECK(claim.closed == QSet<QString>{"checkpoint-9", "checkpoint-20"});
  const Claim asked = findTrainerState(listed(dir.path() + "/checkpoint-9"));
  REQUIRE(asked.runs.size() == 1);
  CHECK(asked.runs[0].path == dir.path());

  Series raw;
  QByteArray resume;
  auto source = opened(openTrainerState(trainer(dir.path()), {}));
  readOn(*source, raw, &resume, addRaw);
  CHECK(textOf(raw) == QStringList{"epoch: 10=0.5 20=0.5", "loss: 10=2.5 20=nan"});
  CHECK_FALSE(source->facts().ending);
  CHECK(source->facts().epochs == 3);
  CHECK(source->facts().batchSize == 8);

  const QByteArray last = ",\n    {\"train_loss\": 1.5, \"train_runtime\": 60.5, \"step\": 30}";
  put(dir.path() + "/checkpoint-30/trainer_state.json", stateOf(30, first + ",\n" + entry(30, "1")));
  put(dir.path() + "/trainer_state.json", stateOf(30, first + ",\n" + entry(30, "1") + last));
  const auto resumed = opened(openTrainerState(trainer(dir.path()), resume));
  for (RunSource* next : {source.get(), resumed.get()}) {
    Series news;
    readOn(*next, news, nullptr, addRaw);
    CHECK(textOf(news) == QStringList{"epoch: 30=0.5", "loss: 30=1", "train_loss: 30=1.5", "train_runtime: 30=60.5"});
    CHECK(next->takeNotice().isEmpty());
    REQUIRE(next->facts().ending);
    CHECK(next->facts().ending->kind == EndKind::Completed);
    const RunSource::Part part = next->read(someDay);
    CHECK(part.points.series.empty());
    CHECK(part.points.resume.isEmpty());
  }
}

TEST_CASE("another training in the same directory is read from its begin", "[readers][json]") {
  const QTemporaryDir dir;
  const QString path = dir.path() + "/trainer_state.json";
  put(path, stateOf(20, entry(10, "2.5") + ",\n" + entry(20, "2")));
  auto source = opened(openTrainerState(trainer(dir.path()), {}));
  Series all;
  readOn(*source, all);
  put(path, stateOf(10, entry(10, "7.125")));
  readOn(*source, all);
  CHECK(textOf(all["loss"]) == "10=7.125");
  CHECK(source->takeNotice().contains("trainer_state.json"));
}

TEST_CASE("a state that is being written waits; one that stays broken is told", "[readers][json]") {
  const QTemporaryDir dir;
  const QString path = dir.path() + "/trainer_state.json";
  const QByteArray whole = stateOf(20, entry(10, "2.5"));
  for (qsizetype cut : {qsizetype(0), whole.size() / 2, whole.size() - 3}) {
    put(path, whole.first(cut));
    auto source = opened(openTrainerState(trainer(dir.path()), {}));
    CHECK(source->read(QFileInfo(path).lastModified().toMSecsSinceEpoch() + 1'000).points.series.empty());
    CHECK(source->takeProblems().empty());
    CHECK(source->read(someDay).points.series.empty());
    const auto problems = source->takeProblems();
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].why == "It is no whole JSON from here on.");
    (void)source->read(someDay);
    CHECK(source->takeProblems().empty());
    put(path, whole);
    Series all;
    readOn(*source, all);
    CHECK(textOf(all["loss"]) == "10=2.5");
  }
  put(path, "{\"a\": 1}");
  const Claim claim = findTrainerState(listed(dir.path()));
  CHECK(claim.runs.empty());
  REQUIRE(claim.problems.size() == 1);
  CHECK(claim.problems[0].why == "It is no state of a Trainer: it has no history.");
}
