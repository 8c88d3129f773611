// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/log_line.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/readers/follow.h"
#include "core/readers/line_splitter.h"
#include "core/readers/log_interpreter.h"

#include <QFile>
#include <QTemporaryDir>

using namespace trainyard;

namespace {

/// The points that a text gives, as "tag@step=value", in order.
QStringList pointsOf(const QByteArray& text, const QString& pattern = {}, qint64 epochs = 0, Progress* progress = nullptr) {
  auto interpreter = LogInterpreter::make(epochs, pattern);
  REQUIRE(interpreter);
  QStringList all;
  JobPoints batch;
  LineSplitter lines;
  const auto take = [&](const QByteArray& line) {
    interpreter->take(line, 0, false, batch);
    for (const SeriesPoints& series : batch.series)
      for (const Point& point : series.points)
        all << QStringLiteral("%1@%2=%3").arg(series.tag).arg(point.step).arg(point.value);
    batch.series.clear();
  };
  lines.feed(text, take);
  lines.finish(take);
  if (progress != nullptr) *progress = batch.progress;
  return all;
}

}  // namespace

TEST_CASE("the field's log lines are recognised without configuration", "[readers]") {
  struct Known {
    const char* text;
    const char* points;
  };
  const Known known[] = {
      {"Train Epoch: 3 [640/60000 (1%)]\tLoss: 0.310000\n", "train/loss@640=0.31 epoch@640=3"},
      {"iter 10: loss 3.2000, time 20.41ms, mfu 5.22%\n", "train/loss@10=3.2"},
      {"step 250: train loss 2.4293, val loss 2.4447\n", "train/loss@250=2.4293 val/loss@250=2.4447"},
      {"[10]\ttrain-rmse:0.1\teval-rmse:0.2\n", "train/rmse@10=0.1 val/rmse@10=0.2"},
      {"[10]\tvalidation_0-logloss:0.25\n", "val/logloss@10=0.25"},
      {"{'loss': 0.5, 'learning_rate': 1e-05, 'epoch': 0.5}\n", "train/loss@1=0.5 lr@1=1e-05 epoch@1=0.5"},
      {"{\"step\": 7, \"loss\": NaN, \"time\": 3}\n", "train/loss@7=nan"},
      {"INFO {\"iter\": 5, \"metrics\": {\"loss_cls\": 0.5}}\n", "metrics/loss_cls@5=0.5"},
      {"step=5 loss=0.25 lr=1e-3\n", "train/loss@5=0.25 lr@5=0.001"},
      {"2024-01-02 12:00:01 INFO main.py:33: epoch 3 loss=0.1\n", "train/loss@3=0.1 epoch@3=3"},
      {"07/18/2023 17:59:23 - INFO - rank: 0, device: cuda:0\n", ""},
      {"Epoch: [0][  10/5005]\tTime  0.183 ( 0.9)\tLoss 6.9 (7.0)\tAcc@1   0.50 (  0.1)\n", "train/loss@10=6.9 Acc@1@10=0.5 epoch@10=0"},
      {"Test set: Average loss: 0.0502, Accuracy: 9838/10000 (98%)\n", "test/loss@1=0.0502 test/accuracy@1=0.9838"},
      {"Progress:  12.3% words/sec/thread:  5000 lr:  0.0400 avg.loss:  3.1000 ETA:   0h 0m 3s\n", "lr@123=0.04 train/loss@123=3.1"},
      {" 12%|###   | 12/100 [00:01<00:09,  9.80it/s, loss=0.3]\n", "train/loss@12=0.3"},
      {"batch_size: 64, num_workers: 4, seed: 42\n", ""},
      {"Using 8 GPUs on localhost:8080, torch 1.13.1\n", ""},
      {"INSTANCE_LOSS_WEIGHT: 1.0\n", ""},
      {"loss: nan step: 4\n", "train/loss@4=nan"},
      {"iter 1 loss -inf\n", "train/loss@1=-inf"},
      {"epoch 2 accuracy: 97.5%\n", "train/accuracy@2=0.975 epoch@2=2"},
  };
  for (const Known& one : known) {
    INFO(one.text);
    CHECK(pointsOf(one.text).join(u' ').toStdString() == one.points);
  }
}

TEST_CASE("Keras progress becomes steps of the whole run", "[readers]") {
  Progress progress;
  const QStringList points = pointsOf(
      "Epoch 1/2\n\r1/4 [=>...] - ETA: 3s - loss: 2.0\b\b\r4/4 [====] - 1s 2ms/step - loss: 1.0 - val_loss: 1.5\n"
      "Epoch 2/2\n\r4/4 [====] - 1s 2ms/step - loss: 0.5 - val_loss: 0.75\n", {}, 0, &progress);
  CHECK(points == QStringList{"train/loss@1=2", "train/loss@4=1", "val/loss@4=1.5", "train/loss@8=0.5", "val/loss@8=0.75"});
  CHECK(progress.step == 8);
  CHECK(progress.totalSteps == 8);
  CHECK(progress.epoch == 2.0);
}

TEST_CASE("steps that begin anew in each epoch go on over the run", "[readers]") {
  CHECK(pointsOf("Train Epoch: 1 [60000/60000 (100%)]\tLoss: 0.5\nTrain Epoch: 2 [640/60000 (1%)]\tLoss: 0.4\n").filter("loss") ==
        QStringList{"train/loss@60000=0.5", "train/loss@60640=0.4"});
}

TEST_CASE("lines without steps are counted, and validation belongs to its epoch", "[readers]") {
  CHECK(pointsOf("loss: 3\nloss: 2\nval_loss: 2.5\nloss: 1\n") ==
        QStringList{"train/loss@1=3", "train/loss@2=2", "val/loss@2=2.5", "train/loss@3=1"});
}

TEST_CASE("a progress bar gives the steps of lines that have none", "[readers]") {
  const QStringList points = pointsOf("  1%|  | 10/1000 [00:01<00:09]\r{'loss': 2.0, 'epoch': 0.1}\n 50%|# | 5/10 [00:00<00:00]\n"
                                      "  2%|  | 20/1000 [00:01<00:09]\r{'loss': 1.0, 'epoch': 0.2}\n");
  CHECK(points.filter("loss") == QStringList{"train/loss@10=2", "train/loss@20=1"});
}

TEST_CASE("a pattern of the user's own is tried first", "[readers]") {
  CHECK(pointsOf("it#5 cost~0.5\n", QStringLiteral("it#(?<step>\\d+) cost~(?<loss>\\S+)")) == QStringList{"train/loss@5=0.5"});
  CHECK(pointsOf("5> zeta 0.5\n", QStringLiteral("(?<step>\\d+)> (?<name>\\w+) (?<value>\\S+)")) == QStringList{"zeta@5=0.5"});
  CHECK(LogInterpreter::make(0, QStringLiteral("(")).error().code == ErrorCode::InvalidPattern);
}

TEST_CASE("a number that can be no step is none", "[readers]") {
  CHECK(pointsOf("Epoch 1/3\nEpoch 1" + QByteArray(56, '5') + " loss: 0.5\nloss: 0.4\n").filter("loss") == QStringList{"train/loss@1=0.5", "train/loss@2=0.4"});
  const QString pattern = QStringLiteral("(?<epoch>\\S+)/(?<epochs>\\S+) (?<step>\\S+)/(?<total>\\S+) x (?<loss>\\S+)");
  for (const QByteArray number : {"1e300", "inf", "nan", "-1"})
    CHECK(pointsOf(number + '/' + number + ' ' + number + '/' + number + " x 0.5\n2/3 12/60 x 0.25\n", pattern).filter("loss") ==
          QStringList{"train/loss@1=0.5", "train/loss@12=0.25"});
}

TEST_CASE("the last line that looks like an error is remembered", "[readers]") {
  auto interpreter = LogInterpreter::make(0, {});
  JobPoints batch;
  for (const char* line : {"Traceback (most recent call last):", "  File \"a.py\", line 3, in <module>", "ValueError: bad shape", "bye"})
    interpreter->take(line, 0, false, batch);
  CHECK(interpreter->lastError() == QStringLiteral("ValueError: bad shape"));
}

TEST_CASE("a long line is cut, binary output does no harm", "[readers]") {
  LineSplitter splitter;
  qsizetype lines = 0;
  qsizetype longest = 0;
  const auto take = [&](const QByteArray& line) {
    ++lines;
    longest = std::max(longest, line.size());
  };
  for (int part = 0; part < 160; ++part) splitter.feed(QByteArray(64 * 1024, 'x'), take);
  splitter.feed("\nstep 1 loss 2\n", take);
  CHECK(lines == 2);
  CHECK(longest == LineSplitter::longest);
  QByteArray noise;
  for (int i = 0; i < 100'000; ++i) noise += char((i * 7919) >> 3);
  CHECK(pointsOf(noise + "\nstep 1 loss 2\n").contains(QStringLiteral("train/loss@1=2")));
}

TEST_CASE("tags are bounded in number and length", "[readers]") {
  QByteArray text;
  for (int i = 0; i < 500; ++i) text += "step=1 a" + QByteArray::number(i) + "x=1\n";
  CHECK(pointsOf(text).size() == LogInterpreter::mostTags);
  CHECK(pointsOf("step=1 " + QByteArray(500, 'a') + "=1\n").isEmpty());
}

TEST_CASE("a file is followed through growth, truncation and replacement", "[readers]") {
  const QTemporaryDir dir;
  const QString path = dir.filePath(QStringLiteral("log"));
  const auto write = [&path](const QByteArray& text, QIODevice::OpenMode mode) {
    QFile file(path);
    REQUIRE(file.open(mode));
    file.write(text);
  };
  Follower follower(path);
  CHECK(follower.read().isEmpty());
  write("one\n", QIODevice::WriteOnly);
  CHECK(follower.read() == "one\n");
  write("two\n", QIODevice::Append);
  CHECK(follower.read() == "two\n");
  CHECK(follower.read().isEmpty());
  CHECK_FALSE(follower.takeRestarted());
  write("3\n", QIODevice::WriteOnly);
  CHECK(follower.read() == "3\n");
  CHECK(follower.takeRestarted());
  QFile::rename(path, path + QStringLiteral(".1"));
  write("other\n", QIODevice::WriteOnly);
  CHECK(follower.read() == "other\n");
  CHECK(follower.takeRestarted());
  write("truncated and longer than before\n", QIODevice::WriteOnly);
  CHECK(follower.read() == "truncated and longer than before\n");
  CHECK(follower.takeRestarted());
  Follower next(path);
  next.resumeAt(follower.offset(), follower.fileNumber(), follower.before(follower.offset()));
  write("more\n", QIODevice::Append);
  CHECK(next.read() == "more\n");
  CHECK_FALSE(next.takeRestarted());
  write("written anew while nobody read, and longer\n", QIODevice::WriteOnly);
  Follower late(path);
  late.resumeAt(next.offset(), next.fileNumber(), next.before(next.offset()));
  CHECK(late.read() == "written anew while nobody read, and longer\n");
  CHECK(late.takeRestarted());
  QFile::remove(path);
  CHECK(late.read().isEmpty());
  CHECK(late.takeVanished());
  CHECK(late.read().isEmpty());
  CHECK_FALSE(late.takeVanished());
  CHECK(late.takeBarred().isEmpty());
  REQUIRE(QDir().mkdir(path));  // what is there, but cannot be read
  CHECK(late.read().isEmpty());
  CHECK_FALSE(late.takeBarred().isEmpty());
  CHECK(late.read().isEmpty());
  CHECK(late.takeBarred().isEmpty());
}
