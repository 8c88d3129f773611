// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/crc32c.h"
#include "core/readers/tensor_value.h"
#include "tests/core/readers_support.h"

using namespace trainyard;

namespace {

const QString name = QStringLiteral("events.out.tfevents.1.host");

Message tensor(const Message& value) { return Message().integer(1, 1).message(2, {}).text(5, value.bytes); }

QByteArray hparamsEvent(const QByteArray& tag, const Message& data) {
  return eventOf(0, Message().text(1, "_hparams_/" + tag).message(9, pluginData("hparams", Message().integer(1, 0).text(data.bytes.isEmpty() ? 2 : tag == "session_end_info" ? 4 : 3, data.bytes))));
}

Message hparam(const QByteArray& key, const Message& value) { return Message().text(1, key).message(2, value); }

/// The reading of one file's bytes, to its end.
Reading readingOf(const QByteArray& bytes) {
  RunFolder folder;
  folder.write(name, bytes);
  const auto source = opened(folder.run());
  Reading reading;
  reading.take(*source);
  reading.end(*source);
  return reading;
}

}  // namespace

TEST_CASE("the CRC-32C of RFC 3720, by the processor and by tables", "[readers][tensorboard]") {
  CHECK(crc32c("123456789", 9) == 0xe3069283U);
  CHECK(crc32c(QByteArray(32, '\0').data(), 32) == 0x8a9136aaU);
  CHECK(maskedCrc("\x1a\x11" "CRC test, one two", 19) == 0x5794d08aU);
  QByteArray bytes;
  for (int i = 0; i < 300; ++i) {
    CHECK(crc32c(bytes.data(), bytes.size()) == crc32cByTables(bytes.data(), bytes.size()));
    bytes += static_cast<char>(i * 37);
  }
}

TEST_CASE("files that TensorFlow, tensorboardX and Keras wrote", "[readers][tensorboard]") {
  const Reading keras = readingOf(testData(QStringLiteral("tensorboard/train.v2")));  // TF2: tensors with a plugin
  CHECK(keras.tags() == QStringList{QStringLiteral("accuracy"), QStringLiteral("loss")});
  CHECK(keras.steps(QStringLiteral("loss")).size() == 10);
  const Reading mixed = readingOf(testData(QStringLiteral("tensorboard/mixed")));  // scalars, histograms and images in one record
  CHECK(mixed.series.size() == 19);
  const Reading restarted = readingOf(testData(QStringLiteral("tensorboard/restarted")));
  const auto steps = restarted.steps(QStringLiteral("dup_steps/foo"));
  CHECK_FALSE(std::is_sorted(steps.begin(), steps.end()));  // in file order: the store supersedes
  CHECK(keras.problems.empty());
  CHECK(mixed.problems.empty());
}

TEST_CASE("a growing event file, cut anywhere and read on by another reader, gives what the whole gives", "[readers][tensorboard]") {
  const QByteArray whole = testData(QStringLiteral("tensorboard/small"));
  const Reading expected = readingOf(whole);
  REQUIRE(expected.series.size() == 2);
  for (qsizetype cut = 0; cut <= whole.size(); ++cut) {
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
    CHECK(source->facts() == next->facts());
    CHECK(live.problems.empty());
  }
}

TEST_CASE("a tensor is a number in each way that it can be written", "[readers][tensorboard]") {
  const Message packed = Message().integer(1, 1).text(5, littleEndian(0x3fc00000U));
  CHECK(tensorScalar(packed.bytes) == 1.5);
  CHECK(tensorScalar(Message().integer(1, 1).fixed(5, 1.5F).bytes) == 1.5);
  CHECK(tensorScalar(Message().integer(1, 1).text(4, littleEndian(0x3fc00000U)).bytes) == 1.5);
  CHECK(tensorScalar(Message().integer(1, 2).fixed(6, -0.1).bytes) == -0.1);
  CHECK(tensorScalar(Message().integer(1, 3).integer(7, -7).bytes) == -7.0);
  CHECK(tensorScalar(Message().integer(1, 9).text(10, Message().number(1'234).bytes).bytes) == 1'234.0);
  CHECK(tensorScalar(Message().integer(1, 19).integer(13, 0x3e00).bytes) == 1.5);
  CHECK(tensorScalar(Message().integer(1, 14).integer(13, 0x3fc0).bytes) == 1.5);
  CHECK(tensorScalar(Message().integer(1, 1).bytes) == 0.0);  // a zero is not written
  const Message vector = Message().message(2, Message().integer(1, 2));
  CHECK_FALSE(tensorScalar(Message().integer(1, 1).message(2, vector).text(5, littleEndian(quint64{1})).bytes));
  CHECK_FALSE(tensorScalar(Message().integer(1, 7).text(8, "words").bytes));
  CHECK_FALSE(tensorScalar(packed.bytes.chopped(1)));
}

TEST_CASE("a tag's plugin is remembered from its first value, also by another reader", "[readers][tensorboard]") {
  RunFolder folder;
  const Message value = tensor(Message{littleEndian(0x3fc00000U)});
  folder.write(name, eventOf(1, Message().text(1, "loss").message(8, value).message(9, pluginData("scalars"))) +
                         eventOf(1, Message().text(1, "odd").message(8, value)) +
                         eventOf(1, Message().text(1, "words").message(8, value).message(9, pluginData("text"))));
  const auto source = opened(folder.run());
  Reading reading;
  reading.take(*source);
  folder.append(name, eventOf(2, Message().text(1, "loss").message(8, value)) + eventOf(2, Message().text(1, "words").message(8, value)));
  const auto next = opened(folder.run(), reading.resume);
  reading.take(*next);
  CHECK(reading.tags() == QStringList{QStringLiteral("loss")});
  CHECK(reading.steps(QStringLiteral("loss")) == std::vector<qint64>{1, 2});
  CHECK(next->skipped() == SkippedCounts{{QStringLiteral("tensor"), 1}, {QStringLiteral("text"), 2}});
}

TEST_CASE("the hparams plugin tells parameters and how the run ended", "[readers][tensorboard]") {
  RunFolder folder;
  const Message start = Message().message(1, hparam("lr", Message().fixed(2, 0.1))).message(1, hparam("batch_size", Message().fixed(2, 32.0)))
                            .message(1, hparam("model", Message().text(3, "ResNet"))).message(1, hparam("nesterov", Message().integer(4, 1)));
  folder.write(name, eventRecord(event(0).text(3, "brain.Event:2").bytes) + hparamsEvent("experiment", {}) + hparamsEvent("session_start_info", start));
  folder.write(QStringLiteral("1700000000.5/") + name, hparamsEvent("session_end_info", Message().integer(1, 2).fixed(2, 1.7e9 + 60)));
  const FoundRuns found = folder.find();
  REQUIRE(found.runs.size() == 2);  // add_hparams() makes a folder of its own, and it is a run of its own
  CHECK(found.runs[1].name == QStringLiteral("1700000000.5"));
  Reading reading;
  auto source = opened(found.runs[0]);
  reading.take(*source);
  const RunFacts facts = source->facts();
  CHECK(facts.parameters == QList<KeyValue>{{QStringLiteral("batch_size"), QStringLiteral("32")}, {QStringLiteral("lr"), QStringLiteral("0.1")},
                                            {QStringLiteral("model"), QStringLiteral("ResNet")}, {QStringLiteral("nesterov"), QStringLiteral("true")}});
  CHECK(facts.learningRate == 0.1);
  CHECK(facts.batchSize == 32);
  CHECK(facts.model == QStringLiteral("ResNet"));
  CHECK(facts.startedMs == 1'700'000'000'000);
  CHECK_FALSE(facts.ending);
  CHECK(opened(found.runs[0], reading.resume)->facts() == facts);
  source = opened(found.runs[1]);
  reading.take(*source);
  REQUIRE(source->facts().ending);
  CHECK(source->facts().ending->kind == EndKind::ExitCode);
  CHECK(source->facts().endedMs == 1'700'000'060'000);
  folder.append(QStringLiteral("1700000000.5/") + name, hparamsEvent("session_end_info", Message().integer(1, 1)));
  reading.take(*source);
  CHECK(source->facts().ending->kind == EndKind::Completed);
}

TEST_CASE("a run goes on in its next file, and several writers write at once", "[readers][tensorboard]") {
  RunFolder folder;
  const QString second = QStringLiteral("events.out.tfevents.2.host");
  folder.write(name, scalarEvent("loss", 1, 1));
  const auto source = opened(folder.run());
  Reading reading;
  reading.take(*source);
  folder.write(second, scalarEvent("loss", 2, 2));
  reading.take(*source);
  folder.append(name, scalarEvent("other", 3, 3));
  folder.append(second, scalarEvent("loss", 3, 3));
  reading.take(*source);
  CHECK(reading.steps(QStringLiteral("loss")) == std::vector<qint64>{1, 2, 3});
  CHECK(reading.steps(QStringLiteral("other")) == std::vector<qint64>{3});
  CHECK(source->watched() == QStringList{folder.path(), folder.path(name), folder.path(second)});
}

TEST_CASE("an event file that is cut off or replaced is read anew, one that is gone is told of", "[readers][tensorboard]") {
  RunFolder folder;
  folder.write(name, scalarEvent("loss", 1, 1) + scalarEvent("loss", 2, 2));
  const auto source = opened(folder.run());
  Reading reading;
  reading.take(*source);
  folder.write(name, scalarEvent("loss", 1, 5));
  reading.take(*source);
  CHECK(reading.values(QStringLiteral("loss")) == std::vector<double>{1, 2, 5});
  CHECK(reading.notices.size() == 1);
  REQUIRE(QFile::remove(folder.path(name)));
  reading.take(*source);
  CHECK(reading.notices.size() == 2);
  folder.write(name, scalarEvent("loss", 1, 7) + scalarEvent("loss", 2, 8) + scalarEvent("loss", 3, 9));
  reading.take(*source);
  CHECK(reading.values(QStringLiteral("loss")) == std::vector<double>{1, 2, 5, 7, 8, 9});
}

TEST_CASE("a damaged record is passed over, a damaged length ends the file, both told with their place", "[readers][tensorboard]") {
  const QByteArray one = scalarEvent("loss", 1, 1), two = scalarEvent("loss", 2, 2), three = scalarEvent("loss", 3, 3);
  QByteArray bad = two;
  bad[20] = static_cast<char>(bad[20] ^ 1);
  Reading reading = readingOf(one + bad + three);
  CHECK(reading.steps(QStringLiteral("loss")) == std::vector<qint64>{1, 3});
  REQUIRE(reading.problems.size() == 1);
  CHECK(reading.problems[0].offset == one.size());
  CHECK(reading.problems[0].why == QStringLiteral("A record is damaged (its checksum is wrong); it was passed over."));

  bad = two;
  bad[0] = static_cast<char>(bad[0] ^ 1);
  RunFolder folder;
  folder.write(name, one + bad + three);
  const auto source = opened(folder.run());
  reading = {};
  reading.take(*source);
  CHECK(reading.steps(QStringLiteral("loss")) == std::vector<qint64>{1});
  REQUIRE(reading.problems.size() == 1);
  CHECK(reading.problems[0].offset == one.size());
  folder.append(name, three);
  reading.take(*source);
  const auto next = opened(folder.run(), reading.resume);
  reading.take(*next);
  CHECK(reading.problems.size() == 1);  // not told again, and nothing after it is read
  CHECK(reading.steps(QStringLiteral("loss")) == std::vector<qint64>{1});

  reading = readingOf(one + eventRecord("\x0a\xff") + three);
  CHECK(reading.steps(QStringLiteral("loss")) == std::vector<qint64>{1, 3});
  REQUIRE(reading.problems.size() == 1);
  CHECK(reading.problems[0].why == QStringLiteral("A record is whole, but no event; it was passed over."));
}

TEST_CASE("lengths are not believed", "[readers][tensorboard]") {
  const QByteArray one = scalarEvent("loss", 1, 1);
  const auto lengthOf = [](quint64 length) {
    const QByteArray bytes = littleEndian(length);
    return bytes + littleEndian(maskedCrc(bytes.data(), 8));
  };
  Reading reading = readingOf(one + lengthOf(quint64{1} << 32) + QByteArray(100, 'x'));  // 4 GB
  REQUIRE(reading.problems.size() == 1);
  CHECK(reading.problems[0].offset == one.size());
  CHECK(reading.problems[0].why == QStringLiteral("A record claims to be longer than 2 GB, which no event is; the rest of the file cannot be read."));
  const qsizetype large = 20 << 20;
  reading = readingOf(one + lengthOf(quint64(large)) + QByteArray(large + 4, 'x') + scalarEvent("loss", 2, 2));
  CHECK(reading.steps(QStringLiteral("loss")) == std::vector<qint64>{1, 2});
  REQUIRE(reading.problems.size() == 1);
  CHECK(reading.problems[0].offset == one.size());
  reading = readingOf(one + one.chopped(3));
  REQUIRE(reading.problems.size() == 1);
  CHECK(reading.problems[0].why == QStringLiteral("The file ends within a record; %1 bytes were left out.").arg(one.size() - 3));
  reading = readingOf({});
  REQUIRE(reading.problems.size() == 1);
  CHECK(reading.problems[0].why == QStringLiteral("The file is empty."));
}

TEST_CASE("a file of zeros is no event file, and one whose name only speaks of them is passed over", "[readers][tensorboard]") {
  RunFolder folder;
  folder.write(name, QByteArray(1'000, '\0'));
  folder.write(QStringLiteral("notes about tfevents.txt"), "not an event file at all");
  const FoundRuns found = folder.find();
  CHECK(found.runs.empty());
  REQUIRE(found.problems.size() == 1);
  CHECK(found.problems[0].file == folder.path(name));
  CHECK(found.problems[0].offset == 0);
}

TEST_CASE("tags that are no UTF-8, too long or too many", "[readers][tensorboard]") {
  const Reading reading = readingOf(scalarEvent("\xff\xfe", 1, 1) + scalarEvent("\xfe\xff", 2, 1) + scalarEvent(QByteArray(100'000, 'a'), 1, 2) + scalarEvent("", 1, 3) + scalarEvent("x", -1, 4) +
                                    eventOf(1, Message().fixed(2, 5.0F)) + eventOf(2, Message().fixed(2, 6.0F)));
  CHECK(reading.tags() == QStringList{QString(RunSource::longestTag, u'a'), QString(2, QChar::ReplacementCharacter)});
  CHECK(reading.steps(QString(2, QChar::ReplacementCharacter)) == std::vector<qint64>{1, 2});  // one series, for the texts are the same
  QByteArray many;
  for (int i = 0; i < RunSource::mostSeries + 5; ++i) many += scalarEvent("tag/" + QByteArray::number(i), 1, 1);
  many += scalarEvent("tag/7", 2, 1);
  const Reading crowd = readingOf(many);
  CHECK(crowd.series.size() == size_t(RunSource::mostSeries));
  CHECK(crowd.steps(QStringLiteral("tag/7")) == std::vector<qint64>{1, 2});
  CHECK(crowd.problems.size() == 1);
}
