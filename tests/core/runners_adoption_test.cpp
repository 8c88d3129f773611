// SPDX-License-Identifier: GPL-3.0-or-later
// A program goes on without a window, and the next window says of it what the operating system knows.
#include <signal.h>

#include <QDir>
#include <numeric>

#include "core/runners/run_records.h"
#include "tests/core/command_shop.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

const char countTo300[] = "i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo step=$i/300 loss=$i.5; sleep 0.01; done; exit 3";
const char sleeper[] = "echo step=1 mark=$$; exec sleep 300";

/// Every step once and in order.
bool isWhole(const std::vector<Point>& points, qint64 steps) {
  if (points.size() != size_t(steps)) return false;
  for (size_t i = 0; i < points.size(); ++i)
    if (points[i].step != qint64(i) + 1 || points[i].value != double(i) + 1.5) return false;
  return true;
}

}  // namespace

TEST_CASE("a job goes on while no window is there, and each point comes exactly once", "[command][adoption]") {
  Shop shop;
  const Job job = shop.job(countTo300);
  shop.start(job);
  REQUIRE(shop.waitFor("train/loss"));
  for (int round = 0; round < 6; ++round) {
    shop.close();
    shop.open();
    shop.start(job);
    const size_t seen = shop.series["train/loss"].size();
    REQUIRE(QTest::qWaitFor([&] { return shop.ending || shop.series["train/loss"].size() > seen; }, patience));
  }
  REQUIRE(shop.waitForEnd());
  CHECK(isWhole(shop.series["train/loss"], 300));
  CHECK(shop.ending->kind == EndKind::ExitCode);
  CHECK(shop.ending->code == 3);
}

TEST_CASE("what ended while no window was there is closed with its true end, time and reason", "[command][adoption]") {
  Shop shop;
  const Job job = shop.job(countTo300);
  shop.start(job);
  REQUIRE(shop.waitFor("train/loss"));
  shop.close();
  REQUIRE(QTest::qWaitFor([&] { return QFile::exists(shop.path("exit.json")); }, patience));
  const qint64 reopened = shop.clock.nowMs();
  shop.open();
  shop.start(job);
  REQUIRE(shop.waitForEnd());
  CHECK(shop.ending->reason == QStringLiteral("exited with code 3"));
  CHECK(shop.ending->atMs == shop.record("exit.json")[QLatin1String("ended_ms")].toInteger());
  CHECK(shop.ending->atMs <= reopened);
  const auto& points = shop.series["train/loss"];
  CHECK(isWhole(points, 300));
  // What was written meanwhile is dated between the supervisor's measurements, not at the time of its reading.
  CHECK(points[298].wallMs <= shop.ending->atMs);
  CHECK(points[298].wallMs > points[100].wallMs);
}

TEST_CASE("the processes of a job whose supervisor was killed end, and it is lost", "[command][adoption]") {
  Shop shop;
  const bool windowOpen = GENERATE(true, false);
  shop.start(shop.job("setsid sleep 300 & echo step=1 mark=$!; sleep 300; true"));
  REQUIRE(shop.waitFor("mark"));
  const auto detached = pid_t(shop.series["mark"][0].value);
  const pid_t supervisor = shop.supervisor();
  if (!windowOpen) shop.close();
  REQUIRE(::kill(supervisor, SIGKILL) == 0);
  REQUIRE(QTest::qWaitFor([&] { return !isRunning(supervisor); }, patience));
  if (!windowOpen) {
    shop.open();
    shop.start(shop.job(sleeper));
  }
  REQUIRE(shop.waitForEnd());
  CHECK(shop.ending->kind == EndKind::Lost);
  CHECK(shop.ending->reason == QStringLiteral("lost: its supervisor was killed"));
  CHECK(QTest::qWaitFor([&] { return !isRunning(detached); }, patience));
}

TEST_CASE("after a restart of the machine a job is lost, and another process with its pid is left alone", "[command][adoption]") {
  Shop shop;
  shop.start(shop.job(sleeper));
  REQUIRE(shop.waitFor("mark"));
  shop.close();
  QJsonObject record = shop.record("process.json");
  const QByteArray truth = shop.contents("process.json");
  const QByteArray reason = [&] {
    SECTION("another boot") {
      record[QLatin1String("boot_id")] = QStringLiteral("11111111-2222-3333-4444-555555555555");
      return QByteArray("lost: the machine restarted");
    }
    SECTION("a recycled pid") {
      QJsonObject supervisor = record[QLatin1String("supervisor")].toObject();
      supervisor[QLatin1String("pid")] = qint64(::getpid());
      record[QLatin1String("supervisor")] = supervisor;
      return QByteArray("lost: its supervisor was killed");
    }
    return QByteArray();
  }();
  if (reason.isEmpty()) return;
  const pid_t supervisor = shop.supervisor();
  shop.replace("process.json", QJsonDocument(record).toJson());
  shop.open();
  shop.start(shop.job(sleeper));
  REQUIRE(shop.waitForEnd());
  CHECK(shop.ending->reason == QString::fromLatin1(reason));
  ::kill(supervisor, SIGTERM);
}

TEST_CASE("damaged records are told in one sentence and nothing is lost that can be known", "[command][adoption]") {
  Shop shop;
  shop.start(shop.job(sleeper));
  REQUIRE(shop.waitFor("mark"));
  shop.close();
  SECTION("process.json: the lock tells who it is") {
    shop.replace("process.json", "{\"boot_id\": \"");
    shop.open();
    shop.start(shop.job(sleeper));
    REQUIRE(QTest::qWaitFor([&] { shop.stop(shop.id); return shop.ending.has_value(); }, patience));
    CHECK(shop.ending->kind == EndKind::StoppedByUser);
  }
  SECTION("exit.json") {
    ::kill(shop.supervisor(), SIGTERM);
    REQUIRE(QTest::qWaitFor([&] { return QFile::exists(shop.path("exit.json")); }, patience));
    shop.replace("exit.json", QByteArray("\0\0\0", 3));
    shop.open();
    shop.start(shop.job(sleeper));
    REQUIRE(shop.waitForEnd());
    CHECK(shop.ending->kind == EndKind::Lost);
    CHECK(shop.ending->reason == QStringLiteral("lost: how it ended is not known, for its exit.json is damaged"));
    CHECK(shop.series["mark"].size() == 1);
  }
}

TEST_CASE("a job's folder that is deleted under it does not keep its end from being known", "[command][adoption]") {
  Shop shop;
  shop.start(shop.job("echo step=1 mark=$$; sleep 1; exit 5"));
  REQUIRE(shop.waitFor("mark"));
  REQUIRE(QDir(jobDirectory(shop.dir.path(), shop.id)).removeRecursively());
  REQUIRE(shop.waitForEnd());
  CHECK(shop.ending->reason == QStringLiteral("exited with code 5"));
}

TEST_CASE("the grace time goes on when the window is closed in it", "[command][adoption]") {
  Shop shop;
  const Job job = shop.job("trap '' INT; echo step=1 mark=$$; while :; do sleep 0.05; done");
  shop.start(job);
  REQUIRE(shop.waitFor("mark"));
  shop.runner->setGraceMs(500);
  shop.stop(job.id);
  REQUIRE(QTest::qWaitFor([&] { return QFile::exists(shop.path("stop.json")); }, patience));
  shop.close();
  REQUIRE(QTest::qWaitFor([&] { return QFile::exists(shop.path("exit.json")); }, patience));
  shop.open();
  shop.start(job);
  REQUIRE(shop.waitForEnd());
  CHECK(shop.ending->kind == EndKind::StoppedByUser);
  CHECK(shop.ending->reason == QStringLiteral("stopped by you; it ended after SIGTERM"));
}

TEST_CASE("a second stop goes one signal on at once, and each stage is told", "[command][adoption]") {
  Shop shop;
  shop.runner->setGraceMs(600'000);
  const Job job = shop.job("trap '' INT TERM; echo step=1 mark=$$; while :; do sleep 0.05; done");
  shop.start(job);
  REQUIRE(shop.waitFor("mark"));
  for (size_t stage = 1; stage <= 2; ++stage) {
    shop.stop(job.id);
    REQUIRE(QTest::qWaitFor([&] { return shop.stages.size() == stage; }, patience));
    CHECK(shop.stages.back().signals == int(stage));
    CHECK(shop.stages.back().nextMs > shop.clock.nowMs() + 500'000);
  }
  shop.stop(job.id);
  REQUIRE(shop.waitForEnd());
  CHECK(shop.ending->reason == QStringLiteral("stopped by you; it had to be killed by SIGKILL"));
}

TEST_CASE("a process that a program leaves behind is found and ended with it", "[command][adoption]") {
  Shop shop;
  shop.run("setsid sh -c 'trap \"\" TERM; exec sleep 300' & echo step=1 mark=$!");
  CHECK(shop.ending->kind == EndKind::Completed);
  CHECK(shop.ending->reason == QStringLiteral("a process that it left behind was ended"));
  CHECK_FALSE(isRunning(pid_t(shop.series["mark"][0].value)));
}

TEST_CASE("a log that is truncated under its reader is told and read anew", "[command][adoption]") {
  Shop shop;
  shop.start(shop.job("echo step=1 mark=$$; sleep 300"));
  REQUIRE(shop.waitFor("mark"));
  shop.replace("output.log", "");
  REQUIRE(QTest::qWaitFor([&] { return !shop.notices.isEmpty(); }, patience));
  CHECK(shop.notices.first().contains(QStringLiteral("output.log became shorter")));
  shop.stop(shop.id);
  REQUIRE(shop.waitForEnd());
}

TEST_CASE("what a job's processes use is measured as series", "[command][adoption]") {
  Shop shop;
  shop.run("end=$(($(date +%s) + 2)); while [ $(date +%s) -lt $end ]; do i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; done");
  REQUIRE(shop.series["system/memory_megabytes"].size() >= 2);
  CHECK(shop.series["system/memory_megabytes"][1].value > 0.1);
  REQUIRE(shop.series["system/cpu_cores"].size() >= 1);
  CHECK(shop.series["system/cpu_cores"].back().value > 0.1);
  CHECK(shop.series["system/cpu_cores"].back().value < 2.0);
  CHECK(shop.record("exit.json")[QLatin1String("user_ms")].toInteger() > 0);
}

TEST_CASE("while the store does not accept, nothing is read and nothing is lost", "[command][adoption]") {
  Shop shop;
  shop.store.accepts = false;
  shop.start(shop.job("echo step=1 loss=1; sleep 0.2; for i in 2 3 4; do echo step=$i loss=$i; sleep 0.05; done; sleep 300"));
  REQUIRE(shop.waitFor("train/loss"));
  shop.store.accepts = true;
  REQUIRE(shop.waitFor("train/loss", 4));
  CHECK(shop.series["train/loss"].size() == 4);
  shop.stop(shop.id);
  REQUIRE(shop.waitForEnd());
}

#ifndef SANITIZED  // they want to be loaded first themselves
TEST_CASE("a clock that is set while a job runs is told, and nothing is lost", "[command][adoption]") {
  Shop shop;
  QFile offset(shop.dir.path() + QStringLiteral("/offset"));
  qputenv("LD_PRELOAD", STANDIN_CLOCK);
  qputenv("STANDIN_CLOCK", offset.fileName().toLocal8Bit());
  shop.start(shop.job("echo step=1 loss=1; sleep 0.3; echo step=2 loss=2; sleep 1; echo step=3 loss=3"));
  REQUIRE(shop.waitFor("train/loss", 2));
  REQUIRE(offset.open(QIODevice::WriteOnly));
  offset.write("-7200");
  offset.close();
  REQUIRE(shop.waitForEnd());
  qunsetenv("LD_PRELOAD");
  qunsetenv("STANDIN_CLOCK");
  CHECK(shop.ending->kind == EndKind::Completed);
  CHECK(shop.ending->reason == QStringLiteral("the clock was set by -7200 s while it ran"));
  CHECK(shop.series["train/loss"].size() == 3);
}
#endif
