// SPDX-License-Identifier: GPL-3.0-or-later
#include <limits>

#include "core/readers/wandb_records.h"
#include "tests/core/readers_support.h"

using namespace trainyard;

namespace {

const QString name = QStringLiteral("run-20260102_030405-abc/run-abc.wandb");

Reading readingOf(const QByteArray& bytes, RunFacts* facts = nullptr, SkippedCounts* skipped = nullptr) {
  RunFolder folder;
  folder.write(name, bytes);
  const auto source = opened(folder.run());
  Reading reading;
  reading.take(*source);
  reading.end(*source);
  if (facts != nullptr) *facts = source->facts();
  if (skipped != nullptr) *skipped = source->skipped();
  return reading;
}

QByteArray record(int field, const Message& message) { return Message().message(field, message).bytes; }

}  // namespace

TEST_CASE("files that W&B wrote", "[readers][wandb]") {
  RunFacts facts;
  SkippedCounts skipped;
  const Reading tiny = readingOf(testData(QStringLiteral("wandb/run-tiny0001.wandb")), &facts, &skipped);
  CHECK(tiny.tags() == QStringList{QStringLiteral("eval/step_fn"), QStringLiteral("train/loss"), QStringLiteral("train/sine")});
  CHECK(tiny.steps(QStringLiteral("train/loss")).back() == 49);
  CHECK(tiny.values(QStringLiteral("train/loss")).back() == 0.285);
  CHECK(tiny.series.find(QStringLiteral("train/loss"))->second.front().wallMs == 1'767'323'047'000);
  CHECK(facts.name == QStringLiteral("single-tiny-run"));
  CHECK(facts.startedMs == 1'767'323'045'000);
  REQUIRE(facts.ending);
  CHECK(facts.ending->kind == EndKind::Completed);
  CHECK(facts.endedMs > facts.startedMs);
  CHECK_FALSE(facts.parameters.isEmpty());
  CHECK(skipped.at(QStringLiteral("output")) == 20);
  CHECK(tiny.problems.empty());

  const auto edge = readingOf(testData(QStringLiteral("wandb/run-nanedge1.wandb"))).values(QStringLiteral("edge/nan_inf"));
  CHECK(edge.size() == 20);
  CHECK(std::count_if(edge.begin(), edge.end(), [](double value) { return !std::isfinite(value); }) == 12);
}

TEST_CASE("a row's step is its own, else it follows the last one", "[readers][wandb]") {
  const Reading versioned = readingOf(testData(QStringLiteral("wandb/run-new_explicit_steps.wandb")));  // version 1, step in the record alone
  CHECK(versioned.steps(QStringLiteral("x")).back() == 10);
  CHECK(readingOf(testData(QStringLiteral("wandb/run-old_bad_step_types.wandb"))).problems.empty());
  WandbFile file;
  const auto row = [&](const QByteArray& step) {
    Message history;
    if (!step.isEmpty()) history.message(1, WandbFile::item("_step", step));
    file.record(record(2, history.message(1, WandbFile::item("x", "1"))));
  };
  for (const char* step : {"", "7", "", "\"9\"", "2.5", "[1]", "-4", "20"}) row(step);
  CHECK(readingOf(file.bytes).steps(QStringLiteral("x")) == std::vector<qint64>{0, 7, 8, 9, 10, 11, 12, 20});
}

TEST_CASE("values of a row: nested ones, words, pictures and what is no number", "[readers][wandb]") {
  WandbFile file;
  Message nested = Message().text(2, "opt").text(2, "lr").text(16, "0.5");
  file.record(record(2, Message().message(1, nested).message(1, WandbFile::item("a", R"({"b":{"c":1},"d":2,"e":"x"})"))
                            .message(1, WandbFile::item("picture", R"({"width":3,"_type":"image-file"})")).message(1, WandbFile::item("flag", "true"))
                            .message(1, WandbFile::item("bad", "NaN")).message(1, WandbFile::item("quoted", "\"-Infinity\"")).message(1, WandbFile::item("broken", "{\"x\":1,"))));
  SkippedCounts skipped;
  const Reading reading = readingOf(file.bytes, nullptr, &skipped);
  CHECK(reading.tags() == QStringList{QStringLiteral("a.b.c"), QStringLiteral("a.d"), QStringLiteral("bad"), QStringLiteral("broken.x"), QStringLiteral("opt.lr"), QStringLiteral("quoted")});
  CHECK(reading.values(QStringLiteral("quoted")) == std::vector<double>{-std::numeric_limits<double>::infinity()});
  CHECK(skipped == SkippedCounts{{QStringLiteral("media"), 1}, {QStringLiteral("value that is no number"), 2}});
}

TEST_CASE("W&B's config, measurements and exit", "[readers][wandb]") {
  WandbFile file;
  const Message config = Message().message(1, WandbFile::item("_wandb", "{\"x\":1}")).message(1, WandbFile::item("lr", "0.1")).message(1, WandbFile::item("net", R"({"layers":[1,2],"name":"ResNet"})"));
  file.record(record(17, Message().message(4, config).text(8, "bright-sky-7").message(17, Message().integer(1, 1'700'000'000))));
  file.record(record(5, Message().message(1, WandbFile::item("lr", "0.2"))));
  const Message stats = Message().message(2, Message().integer(1, 1'700'000'010).integer(2, 500'000'000)).message(3, WandbFile::item("gpu.0.temp", "64.5")).message(3, WandbFile::item("network", R"({"sent":1})"));
  file.record(record(7, stats)).row(5, {{"loss", "1"}}).record(record(7, stats)).record(record(18, Message().integer(1, 3).integer(2, 60)));
  RunFacts facts;
  const Reading reading = readingOf(file.bytes, &facts);
  CHECK(facts.parameters == QList<KeyValue>{{QStringLiteral("lr"), QStringLiteral("0.2")}, {QStringLiteral("net.layers"), QStringLiteral("[1,2]")}, {QStringLiteral("net.name"), QStringLiteral("ResNet")}});
  CHECK(facts.name == QStringLiteral("bright-sky-7"));
  CHECK(facts.learningRate > 0.0);
  REQUIRE(facts.ending);
  CHECK(facts.ending->kind == EndKind::ExitCode);
  CHECK(facts.ending->code == 3);
  CHECK(facts.ending->reason == QStringLiteral("exited with code 3"));
  CHECK(facts.endedMs == 1'700'000'060'000);
  CHECK(reading.tags() == QStringList{QStringLiteral("loss"), QStringLiteral("system/gpu.0.temp"), QStringLiteral("system/network.sent")});
  CHECK(reading.steps(QStringLiteral("system/gpu.0.temp")) == std::vector<qint64>{0, 1});
  CHECK(reading.series.find(QStringLiteral("system/gpu.0.temp"))->second.front().wallMs == 1'700'000'010'500);
}

TEST_CASE("a growing .wandb file, cut anywhere and read on by another reader, gives what the whole gives", "[readers][wandb]") {
  WandbFile file;
  file.record(record(17, Message().text(8, "name").message(17, Message().integer(1, 1'700'000'000)).message(4, Message().message(1, WandbFile::item("note", '"' + QByteArray(90'000, 'n') + '"')))));
  for (int i = 0; i < 20; ++i) file.row(i, {{"loss", QByteArray::number(1.0 / (i + 1))}});
  file.record(record(2, Message().message(1, WandbFile::item("long", '"' + QByteArray(40'000, 'x') + '"')).message(1, WandbFile::item("loss", "7"))));
  file.record(record(18, Message().integer(2, 60)));
  const QByteArray whole = file.bytes;
  RunFacts facts;
  const Reading expected = readingOf(whole, &facts);
  REQUIRE(expected.steps(QStringLiteral("loss")).size() == 21);
  REQUIRE(facts.parameters[0].value.size() == 6'000);
  std::vector<qsizetype> cuts;
  for (qsizetype cut = 0; cut < whole.size(); cut += cut % 32'768 < 40 || cut > 98'100 ? 3 : 1'741) cuts.push_back(cut);
  for (const qsizetype cut : cuts) {
    RunFolder folder;
    folder.write(name, whole.first(cut));
    const FoundRun run = folder.run();
    const auto source = opened(run);
    Reading live, resumed;
    live.take(*source);
    resumed = live;
    folder.append(name, whole.sliced(cut));
    live.take(*source);
    const auto next = opened(run, resumed.resume);
    resumed.take(*next);
    CAPTURE(cut);
    CHECK(sameSeries(live, expected));
    CHECK(sameSeries(resumed, expected));
    CHECK(source->facts() == facts);
    CHECK(next->facts() == facts);
    CHECK(live.problems.empty());
  }
}

TEST_CASE("broken .wandb files: what can be read is, the rest is told with its place", "[readers][wandb]") {
  Reading reading = readingOf(testData(QStringLiteral("wandb/bad-crc.wandb")));
  CHECK(reading.steps(QStringLiteral("wire/metric")) == std::vector<qint64>{0, 2, 3});
  REQUIRE(reading.problems.size() == 1);
  CHECK(reading.problems[0].offset == 143);
  reading = readingOf(testData(QStringLiteral("wandb/truncated-tail.wandb")));
  CHECK(reading.steps(QStringLiteral("wire/metric")) == std::vector<qint64>{0, 1, 2});
  REQUIRE(reading.problems.size() == 1);
  CHECK(reading.problems[0].offset == 234);
  CHECK(reading.problems[0].why == QStringLiteral("The file ends within a record; 56 bytes were left out."));

  // Zeros to the end of the block are no problem, an impossible chunk is one; reading goes on with the next block.
  WandbFile file;
  file.row(1, {{"x", "1"}});
  const qsizetype end = file.bytes.size();
  file.bytes += QByteArray(32'768 - end, '\0');
  file.row(2, {{"x", "2"}});
  reading = readingOf(file.bytes);
  CHECK(reading.steps(QStringLiteral("x")) == std::vector<qint64>{1, 2});
  CHECK(reading.problems.empty());
  file.bytes[end + 6] = 9;
  reading = readingOf(file.bytes);
  CHECK(reading.steps(QStringLiteral("x")) == std::vector<qint64>{1, 2});
  REQUIRE(reading.problems.size() == 1);
  CHECK(reading.problems[0].offset == end);

  // A middle without a begin, and a message that is none.
  WandbFile parts;
  parts.record(QByteArray(40'000, 'x'));
  parts.row(3, {{"x", "3"}});
  parts.bytes[7 + 6] = 3;
  parts.bytes.replace(7, 4, littleEndian(static_cast<quint32>(crc32(0, reinterpret_cast<const Bytef*>(parts.bytes.constData() + 13), 32'768 - 13))));
  reading = readingOf(parts.bytes);
  CHECK(reading.steps(QStringLiteral("x")) == std::vector<qint64>{3});
  CHECK(reading.problems.size() == 2);
  reading = readingOf(WandbFile().record("\x0a\xff").row(4, {{"x", "4"}}).bytes);
  CHECK(reading.steps(QStringLiteral("x")) == std::vector<qint64>{4});
  CHECK(reading.problems.size() == 1);
}

TEST_CASE("an empty .wandb file waits; one that is none is told and no run", "[readers][wandb]") {
  const Reading reading = readingOf({});
  REQUIRE(reading.problems.size() == 1);
  CHECK(reading.problems[0].why == QStringLiteral("The file is empty."));
  for (const QByteArray& bytes : {QByteArray(5'000, '\0'), QByteArray("words"), QByteArray(":W&B\xe1\xbe\x07", 7)}) {
    RunFolder folder;
    folder.write(name, bytes);
    const FoundRuns found = folder.find();
    CHECK(found.runs.empty());
    REQUIRE(found.problems.size() == 1);
    CHECK(found.problems[0].file == folder.path(name));
  }
}

TEST_CASE("a .wandb file that is replaced is read anew", "[readers][wandb]") {
  RunFolder folder;
  folder.write(name, WandbFile().row(1, {{"x", "1"}}).row(2, {{"x", "2"}}).bytes);
  const auto source = opened(folder.run());
  Reading reading;
  reading.take(*source);
  folder.write(name, WandbFile().row(1, {{"x", "3"}}).bytes);
  reading.take(*source);
  CHECK(reading.values(QStringLiteral("x")) == std::vector<double>{1, 2, 3});
  CHECK(reading.notices.size() == 1);
}

TEST_CASE("the history of W&B's first years, and a folder of W&B's is its own", "[readers][wandb]") {
  RunFolder folder;
  const QByteArray lines = testData(QStringLiteral("wandb/wandb-history.jsonl"));
  folder.write(QStringLiteral("dryrun-20180221_062651-rm/wandb-history.jsonl"), lines.chopped(1) + "\n{\"loss\": NaN}\nwords\n{\"loss\": 5, \"_step\": 40}");
  folder.write(QStringLiteral("dryrun-20180221_062651-rm/files/events.out.tfevents.1"), scalarEvent("x", 1, 1));
  const auto source = opened(folder.run());
  Reading reading;
  reading.take(*source);
  CHECK(reading.steps(QStringLiteral("loss")).back() == 12);
  reading.end(*source);
  CHECK(reading.steps(QStringLiteral("loss")).back() == 40);
  CHECK(reading.values(QStringLiteral("val_acc")).back() == 0.585);
  CHECK(reading.tags().contains(QStringLiteral("epoch")));
  CHECK(source->skipped() == SkippedCounts{{QStringLiteral("media"), 12}});
  REQUIRE(reading.problems.size() == 1);
  CHECK(reading.problems[0].offset == lines.size() + 14);
}

TEST_CASE("a history of lines, cut anywhere, gives what the whole gives", "[readers][wandb]") {
  const QString file = QStringLiteral("dryrun-20180221_062651-rm/wandb-history.jsonl");
  const QByteArray whole = "{\"a\": 1, \"_step\": 0}\n\n{\"a\": 2}\n{\"b\": {\"c\": 3}, \"_step\": 5}\n";
  for (qsizetype cut = 0; cut <= whole.size(); ++cut) {
    RunFolder folder;
    folder.write(file, whole.first(cut));
    Reading reading;
    const auto source = opened(folder.run());
    reading.take(*source);
    folder.append(file, whole.sliced(cut));
    const auto next = opened(folder.run(), reading.resume);
    reading.take(*next);
    CAPTURE(cut);
    CHECK(reading.steps(QStringLiteral("a")) == std::vector<qint64>{0, 1});
    CHECK(reading.steps(QStringLiteral("b.c")) == std::vector<qint64>{5});
    CHECK(reading.problems.empty());
  }
}
