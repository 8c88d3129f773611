// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QJsonArray>
#include <catch2/catch.hpp>
#include <map>

#include "core/readers/ansi_text.h"
#include "core/readers/line_splitter.h"
#include "core/readers/log_interpreter.h"

using namespace trainyard;

namespace {

/// What a store keeps of a log's points: a step that is told again supersedes it and all after it.
class Kept {
 public:
  explicit Kept(const QByteArray& text, qsizetype restartAfter = -1, qint64 epochs = 0) {
    auto interpreter = LogInterpreter::make(epochs, {});
    REQUIRE(interpreter);
    LineSplitter lines;
    const auto take = [&](const QByteArray& line) {
      if (m_lines++ == restartAfter) {
        const QJsonObject state = interpreter->state();
        interpreter = LogInterpreter::make(epochs, {});
        interpreter->restore(state);
      }
      JobPoints batch;
      batch.progress = m_progress;
      interpreter->take(line, 0, false, batch);
      m_progress = batch.progress;
      for (const SeriesPoints& series : batch.series)
        for (const Point& point : series.points) keep(series.tag, point);
    };
    lines.feed(text, take);
    lines.finish(take);
  }

  [[nodiscard]] std::string of(const QString& tag) const {
    QStringList all;
    const auto series = m_series.find(tag);
    if (series != m_series.end())
      for (const auto& [step, value] : series->second) all << QStringLiteral("%1=%2").arg(step).arg(value);
    return all.join(u' ').toStdString();
  }
  [[nodiscard]] std::string all() const {
    std::string text;
    for (const auto& [tag, points] : m_series) text += tag.toStdString() + ": " + of(tag) + "\n";
    return text + progress();
  }
  /// "epoch step/total"
  [[nodiscard]] std::string progress() const {
    return QStringLiteral("%1 %2/%3").arg(m_progress.epoch).arg(m_progress.step).arg(m_progress.totalSteps).toStdString();
  }
  [[nodiscard]] size_t count(const QString& tag) const { return m_series.contains(tag) ? m_series.find(tag)->second.size() : 0; }
  [[nodiscard]] qsizetype lines() const { return m_lines; }

 private:
  void keep(const QString& tag, const Point& point) {
    auto& points = m_series[tag];
    points.erase(points.lower_bound(point.step), points.end());
    points[point.step] = point.value;
  }

  std::map<QString, std::map<qint64, double>> m_series;
  Progress m_progress;
  qsizetype m_lines = 0;
};

struct Case {
  const char* name;
  QByteArray log;
  const char* train;     ///< of train/loss
  const char* val;       ///< of val/loss
  const char* progress;  ///< "epoch step/total" at the end
};

QByteArray bar(const QByteArray& description, int at, int total, const QByteArray& more = {}) {
  const QByteArray head = description.isEmpty() ? QByteArray() : description + ": ";
  return '\r' + head + QByteArray::number(100 * at / total).rightJustified(3) + "%|\xe2\x96\x88\xe2\x96\x8f   | " + QByteArray::number(at) + '/' +
         QByteArray::number(total) + " [00:01<00:49, 10.0it/s" + (more.isEmpty() ? QByteArray() : ", " + more) + ']';
}

QByteArray loss(double value) { return "loss=" + QByteArray::number(value); }

/// Positions 0, 2 and 4 of 4 in each of three epochs; %1 in the description is the epoch, counted from `first`.
QByteArray threeEpochs(const QString& description, const QString& after = {}, int first = 1) {
  QByteArray log;
  for (int epoch = 0; epoch < 3; ++epoch) {
    const auto filled = [&](const QString& text) { return (text.contains(u"%1") ? text.arg(epoch + first) : text).toUtf8(); };
    log += bar(filled(description), 0, 4);
    for (int at : {1, 4}) log += bar(filled(description), at, 4, loss(10 * (epoch + 1) + at));
    log += '\n' + filled(after);
  }
  return log;
}

constexpr const char* threeTrain = "1=11 4=14 5=21 8=24 9=31 12=34";
constexpr const char* threeVal = "4=1 8=2 12=3";

std::vector<Case> describedBars() {
  return {
      {"Epoch 1:", threeEpochs("Epoch %1"), threeTrain, "", "3 12/0"},
      {"Epoch 0:", threeEpochs("Epoch %1", {}, 0), threeTrain, "", "3 12/0"},
      {"Epoch 1/3:", threeEpochs("Epoch %1/3"), threeTrain, "", "3 12/12"},
      {"Epoch [1/3]:", threeEpochs("Epoch [%1/3]"), threeTrain, "", "3 12/12"},
      {"[1/3]:", threeEpochs("[%1/3]"), threeTrain, "", "3 12/12"},
      {"train epoch 1:", threeEpochs("train epoch %1"), threeTrain, "", "3 12/0"},
      {"Training 1:", threeEpochs("Training %1"), threeTrain, "", "3 12/0"},
      {"Epoch 1 [Train]:", threeEpochs("Epoch %1 [Train]"), threeTrain, "", "3 12/0"},
      {"Training", threeEpochs("Training"), threeTrain, "", "3 12/0"},
      {"Fold a", threeEpochs("Fold %1"), threeTrain, "", "3 12/0"},
      {"no description", threeEpochs(""), threeTrain, "", "3 12/0"},
      {"epochs before the bars", "Epoch 1/3\n" + threeEpochs("", "Epoch %1/3\n", 2), threeTrain, "", "3 12/12"},
      {"a line after each epoch", threeEpochs("Epoch %1", "epoch %1 val_loss: %1\n"), threeTrain, threeVal, "3 12/0"},
      {"a line after each bar", threeEpochs("", "epoch %1 val_loss: %1\n"), threeTrain, threeVal, "3 12/0"},
      {"a line from epoch 0", threeEpochs("", "epoch %1: val_loss %1\n", 0), threeTrain, "4=0 8=1 12=2", "3 12/0"},
      {"a line without epoch", threeEpochs("", "val_loss: %1\n"), threeTrain, threeVal, "3 12/0"},
  };
}

std::vector<Case> mixedBars() {
  const QByteArray check = bar("Validation", 0, 2) + bar("Validation", 1, 2, "val_loss=9");
  QByteArray between;
  QByteArray unnamed;
  QByteArray labelled;
  QByteArray nested = bar("Epochs", 0, 3) + '\n';
  QByteArray plainNested = bar("", 0, 9) + '\n';
  QByteArray unseenEnd;
  QByteArray stepped;
  QByteArray keras;
  for (int epoch = 1; epoch <= 3; ++epoch) {
    const QByteArray number = QByteArray::number(epoch);
    const QByteArray inner = bar("", 0, 4) + bar("", 1, 4, loss(10 * epoch + 1)) + bar("", 4, 4, loss(10 * epoch + 4));
    const QByteArray named = bar("Epoch " + number, 1, 4, loss(10 * epoch + 1)) + bar("Epoch " + number, 4, 4, loss(10 * epoch + 4));
    between += named + check + bar("Validation", 2, 2, "val_loss=" + number) + '\n';
    unnamed += inner + bar("", 0, 2) + bar("", 2, 2, "val_loss=" + number) + '\n';
    labelled += named + bar("Epoch " + number + " [Val]", 2, 4, loss(9)) + bar("Epoch " + number + " [Val]", 4, 4, loss(epoch));
    nested += inner + "\x1b[A" + bar("Epochs", epoch, 3, "val_loss=" + number) + '\n';
    plainNested += inner + "\x1b[A" + bar("", epoch, 9) + '\n';
    unseenEnd += bar("", 0, 4) + bar("", 1, 4, loss(10 * epoch + 1)) + bar("", 3, 4, loss(10 * epoch + 3)) + "\r        \r";
    stepped += named + "\nstep " + QByteArray::number(4 * epoch) + " val_loss 0." + number + '\n';
    keras += "Epoch " + number + "/3\n\r1/4 [==>....] - ETA: 0s - loss: " + number + ".1\r4/4 [=====] - 0s 2ms/step - loss: " + number +
             ".4 - val_loss: " + number + '\n';
  }
  return {
      {"validation between", between, threeTrain, threeVal, "3 12/0"},
      {"validation without description", unnamed, threeTrain, threeVal, "3 12/0"},
      {"validation of the epoch, as long", labelled, threeTrain, threeVal, "3 12/0"},
      {"an outer bar of epochs", nested, threeTrain, threeVal, "3 12/12"},
      {"an outer bar without description, longer", plainNested, threeTrain, "", "3 12/0"},
      {"a bar whose end is not drawn", unseenEnd, "1=11 3=13 5=21 7=23 9=31 11=33", "", "2.75 11/0"},
      {"a global step in other lines", stepped, threeTrain, "4=0.1 8=0.2 12=0.3", "3 12/0"},
      {"Keras", keras, "1=1.1 4=1.4 5=2.1 8=2.4 9=3.1 12=3.4", threeVal, "3 12/12"},
  };
}

std::vector<Case> oddBars() {
  const QByteArray first = bar("Epoch 1", 0, 4) + bar("Epoch 1", 4, 4, loss(14));
  const QByteArray anonymous = bar("", 0, 4) + bar("", 4, 4, loss(14));
  return {
      {"drawn again at the same step", bar("Epoch 1", 1, 4, loss(1)) + bar("Epoch 1", 1, 4, loss(2)) + bar("Epoch 1", 1, 4, loss(3)), "1=3", "", "0.25 1/0"},
      {"resumed in epoch 2", first + bar("Epoch 2", 2, 4, loss(22)) + bar("Epoch 2", 4, 4, loss(24)), "4=14 6=22 8=24", "", "2 8/0"},
      {"resumed without description", anonymous + bar("", 2, 4, loss(22)) + bar("", 4, 4, loss(24)), "4=14 6=22 8=24", "", "2 8/0"},
      {"begins in epoch 2", bar("Epoch 2/3", 2, 4, loss(22)) + bar("Epoch 3/3", 1, 4, loss(31)), "2=22 5=31", "", "2.25 5/8"},
      {"a step in the bar's line", bar("Epoch 1", 4, 4, "step=104, loss=1") + bar("Epoch 2", 1, 4, "step=105, loss=2"), "104=1 105=2", "", "1.25 105/0"},
      {"the position again as a step", bar("", 4, 4, "batch=4, loss=1") + bar("", 1, 4, "batch=1, loss=2"), "4=1 5=2", "", "1.25 5/0"},
      {"the run in one bar, epochs beside", bar("", 4, 12, loss(1)) + "\nepoch 1 val_loss: 1\n" + bar("", 8, 12, loss(2)) + "\nepoch 2 val_loss: 2\n" +
           bar("", 12, 12, loss(3)) + "\nepoch 3 val_loss: 3\n" + bar("", 12, 12, loss(3)), "4=1 8=2 12=3", threeVal, "3 12/12"},
      {"epochs alone", bar("Epochs", 0, 3) + bar("Epochs", 1, 3, loss(3)) + bar("Epochs", 2, 3, loss(2)), "1=3 2=2", "", "2 2/3"},
      {"data was loaded before", bar("Map", 0, 900) + bar("Map", 900, 900) + bar("", 1, 8) + "\nloss: 2\n" + bar("", 2, 8) + "\nloss: 1\n", "1=2 2=1", "", "0 2/8"},
      {"a loss in the description", bar("Epoch 1 loss 0.50", 1, 4) + bar("Epoch 1 loss 0.40", 4, 4) + bar("Epoch 2 loss 0.30", 1, 4), "1=0.5 4=0.4 5=0.3", "", "1.25 5/0"},
      {"no total", "\rEpoch 1: 0it [00:00, ?it/s]\rEpoch 1: 2it [00:00, 9.9it/s, loss=1]\rEpoch 1: 2it [00:00, 9.9it/s, loss=2]\rEpoch 1: 4it [00:01, 9.9it/s, loss=3]\n"
                   "\rEpoch 2: 0it [00:00, ?it/s]\rEpoch 2: 1it [00:00, 9.9it/s, loss=4]\rEpoch 2: 4it [01:00, 1.5s/it, loss=5]\n", "2=2 4=3 5=4 8=5", "", "2 8/0"},
      {"no total and no description", "\r2it [00:00, 9.9it/s, loss=1]\r4it [00:01, 9.9it/s, loss=3]\n\r0it [00:00, ?it/s]\r1it [00:00, 9.9it/s, loss=4]",
       "2=1 4=3 5=4", "", "1.25 5/0"},
      {"numbers that no run has", bar("Epoch 1", 1, 4, loss(1)) + "\nepoch 1e300 loss 3\n" + bar("Epoch 900000", 1, 4, loss(2)) +
           "\r 10%|# | 900000000000000/8000000000000000 [00:00<00:01, loss=7]", "1=3 3599997=7", "", "899999 3599997/0"},
      {"a warm-up that is longer", bar("Warmup", 8, 8, loss(9)) + bar("Epoch 1", 1, 4, loss(1)) + bar("Epoch 2", 1, 4, loss(2)), "8=9 9=1 13=2", "", "1.25 13/0"},
      {"no bar, a table", "| epoch   1 |     2/    4 batches | lr 5.00 | ms/batch 20.1 | loss 5.50 |\n| epoch   2 |     2/    4 batches | loss 4.50 |\n",
       "2=5.5 6=4.5", "", "1.5 6/0"},
      {"an epoch's line, steps anew", "Epoch 1\nstep 2 loss 1\nstep 4 loss 2\nEpoch 2\nstep 2 loss 3\n", "2=1 4=2 6=3", "", "1.5 6/0"},
      {"wide, in ASCII", "\rEpoch 1:  50%|" + QByteArray(300, '#') + QByteArray("5").leftJustified(300) + "| 2/4 [00:01<00:49, loss=1]", "2=1", "", "0.5 2/0"},
  };
}

QByteArray logFile(const char* name) {
  QFile file(QStringLiteral(TEST_DATA_DIR "/logs/") + QLatin1String(name));
  REQUIRE(file.open(QIODevice::ReadOnly));
  return file.readAll();
}

}  // namespace

TEST_CASE("bars of all descriptions are put on one axis", "[readers]") {
  for (const auto& table : {describedBars(), mixedBars(), oddBars()}) {
    for (const Case& one : table) {
      INFO(one.name << "\n" << one.log.toStdString());
      const Kept kept(one.log);
      CHECK(kept.of("train/loss") == one.train);
      CHECK(kept.of("val/loss") == one.val);
      CHECK(kept.progress() == one.progress);
    }
  }
}

TEST_CASE("a log of bars that is cut anywhere gives the same points", "[readers]") {
  std::vector<Case> all;
  for (const auto& table : {describedBars(), mixedBars(), oddBars()}) all.insert(all.end(), table.begin(), table.end());
  all.push_back({"tqdm, plain", logFile("tqdm_plain.log"), "", "", ""});
  all.push_back({"tqdm, nested", logFile("tqdm_nested.log"), "", "", ""});
  for (const Case& one : all) {
    const Kept whole(one.log);
    for (qsizetype line = 0; line < whole.lines(); ++line) {
      INFO(one.name << " cut before line " << line);
      REQUIRE(Kept(one.log, line).all() == whole.all());
    }
  }
}

TEST_CASE("a memory that an older version saved goes on at its step", "[readers]") {
  auto interpreter = LogInterpreter::make(0, {});
  interpreter->restore({{"epochs", 3}, {"epoch", 2.0}, {"first_epoch", 1.0}, {"epoch_length", 4}, {"last_told", 3}, {"bar_total", 0},
                        {"saw_step", true}, {"step", 7}, {"total", 12}, {"tags", QJsonArray{"train/loss"}}});
  JobPoints batch;
  for (const char* line : {"4/4 [====] - loss: 24", "Epoch 3/3", "1/4 [=>..] - loss: 31"}) interpreter->take(line, 0, false, batch);
  REQUIRE(batch.series.size() == 1);
  REQUIRE(batch.series[0].points.size() == 2);
  CHECK(batch.series[0].points[0].step == 8);
  CHECK(batch.series[0].points[1].step == 9);
  CHECK(batch.progress.epoch == 2.25);
}

TEST_CASE("three bars of fifty steps, each drawn at all its steps, are 0 to 150", "[readers]") {
  QByteArray log;
  for (int epoch = 1; epoch <= 3; ++epoch) {
    for (int at = 0; at <= 50; ++at) log += bar("Epoch " + QByteArray::number(epoch), at, 50, loss(200 - 50 * epoch - at));
    log += '\n';
  }
  const Kept kept(log, -1, 3);
  CHECK(kept.count("train/loss") == 151);  // the end of an epoch is the beginning of the next
  CHECK(kept.of("train/loss").ends_with(" 149=1 150=0"));
  CHECK(kept.progress() == "3 150/150");
}

TEST_CASE("what tqdm really prints is put on one axis", "[readers]") {
  const Kept plain(logFile("tqdm_plain.log"));
  CHECK(plain.count("train/loss") == 16);
  CHECK(plain.of("train/loss").ends_with("13=0.0714 14=0.0667 15=0.0667"));
  CHECK(plain.of("val/loss") == "5=0.1 10=0.2 15=0.3");
  CHECK(plain.progress() == "3 15/0");
  const Kept nested(logFile("tqdm_nested.log"));
  CHECK(nested.count("train/loss") == 16);
  CHECK(nested.of("val/loss") == "5=0.1 10=0.2 15=0.3");
  CHECK(nested.progress() == "3 15/15");
}

TEST_CASE("escape sequences of all kinds are no text of a line", "[readers]") {
  for (const char* text : {"\x1b]0;title: 5\x07loss: 1", "\x1b]8;;http://a/b\x1b\\loss: 1", "\x1b[1;31mloss\x1b[0m: 1", "\x1b(Bloss: 1\x1b[K",
                           "\x1bPq#0\x1b\\loss: 1", "\x1b=loss: 1\x1b", "loss: 1\x1b]0;cut"}) {
    CHECK(withoutControl(text) == "loss: 1");
    CHECK(styledLine(text).text == QStringLiteral("loss: 1"));
  }
}
