// SPDX-License-Identifier: GPL-3.0-or-later
// A program goes on without a window, and the next window says of it what the operating system knows.
#include <signal.h>

#include <QDir>
#include <QProcess>

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
  REQUIRE(isWhole(points, 300));
  // What was written meanwhile is dated between the supervisor's measurements, not at the time of its reading.
  CHECK(points[298].wallMs <= shop.ending->atMs);
  CHECK(points[298].wallMs > points[100].wallMs);
}

TEST_CASE("the processes of a job whose supervisor was killed end, and it is lost", "[command][adoption]") {
  Shop shop;
  const bool windowOpen = GENERATE(true, false);
  shop.start(shop.job("setsid sleep 300 & echo step=1 mark=$!; sleep 300; true"));
  REQUIRE(shop.waitFor("mark"));
  const auto detached = pid_t(shop.firstValue("mark"));
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
  REQUIRE(::kill(supervisor, SIGKILL) == 0);
  REQUIRE(QTest::qWaitFor([&] { return !isRunning(supervisor); }, patience));
  shop.replace("process.json", QJsonDocument(record).toJson());
  shop.open();
  shop.start(shop.job(sleeper));
  REQUIRE(shop.waitForEnd());
  CHECK(shop.ending->reason == QString::fromLatin1(reason));
}

TEST_CASE("a run whose records are all gone or damaged is found by what its processes carry", "[command][adoption]") {
  Shop shop;
  shop.start(shop.job(sleeper));
  REQUIRE(shop.waitFor("mark"));
  const pid_t supervisor = shop.supervisor();
  shop.close();
  SECTION("gone") { REQUIRE(QDir(jobDirectory(shop.dir.path(), shop.id)).removeRecursively()); }
  SECTION("damaged") {
    shop.replace("process.json", "{");
    shop.replace("supervisor.lock", "");
  }
  shop.open();
  shop.start(shop.job(sleeper));
  REQUIRE(QTest::qWaitFor([&] { shop.stop(shop.id); return shop.ending.has_value(); }, patience));
  CHECK(shop.ending->kind == EndKind::StoppedByUser);
  CHECK_FALSE(isRunning(supervisor));
}

TEST_CASE("a run that has told something never begins a second time", "[command][adoption]") {
  Shop shop;
  shop.start(shop.job("echo begun >> begun.txt; echo step=1 loss=1; exec sleep 300"));
  REQUIRE(shop.waitFor("train/loss"));
  const pid_t supervisor = shop.supervisor();
  shop.close();
  REQUIRE(::kill(supervisor, SIGKILL) == 0);
  REQUIRE(QTest::qWaitFor([&] { return !isRunning(supervisor); }, patience));
  REQUIRE(QDir(jobDirectory(shop.dir.path(), shop.id)).removeRecursively());
  shop.open();
  shop.start(shop.job("echo begun >> begun.txt; echo step=1 loss=1; exec sleep 300"));
  REQUIRE(shop.waitForEnd());
  CHECK(shop.ending->kind == EndKind::Lost);
  QFile proof(shop.dir.path() + QStringLiteral("/begun.txt"));
  REQUIRE(proof.open(QIODevice::ReadOnly));
  CHECK(proof.readAll() == "begun\n");
}

TEST_CASE("records of a job of another database are put aside, unless its program still runs", "[command][adoption]") {
  Shop shop;
  Job other = shop.job("echo step=1 other=1; exec sleep 300");
  other.createdMs -= 1;
  shop.start(other);
  REQUIRE(shop.waitFor("other"));
  const pid_t supervisor = shop.supervisor();
  shop.close();
  shop.open();
  shop.hasBegun = false;
  shop.start(shop.job("echo step=1 own=1; exit 4"));
  REQUIRE(shop.waitForEnd());
  CHECK(shop.ending->kind == EndKind::CouldNotStart);
  CHECK(shop.ending->reason.contains(QStringLiteral("a program of another database still runs")));
  CHECK(isRunning(supervisor));
  ::kill(supervisor, SIGTERM);
  REQUIRE(QTest::qWaitFor([&] { return !isRunning(supervisor); }, patience));
  shop.ending.reset();
  shop.hasBegun = false;
  shop.start(shop.job("echo step=1 own=1; exit 4"));
  REQUIRE(shop.waitForEnd());
  CHECK(shop.ending->code == 4);
  CHECK(shop.series["own"].size() == 1);
  CHECK(QDir(shop.dir.path() + QStringLiteral("/jobs")).entryList({QStringLiteral("7-before-*")}, QDir::Dirs).size() == 1);
}

TEST_CASE("the grace time goes on for those whose shell has died of the signal", "[command][adoption]") {
  Shop shop;
  shop.runner->setGraceMs(1'000);
  shop.start(shop.job("sh -c 'trap \"\" INT; trap \"sleep 0.7; echo step=2 mark=2; exit 0\" TERM; while :; do sleep 0.05; done' & echo step=1 mark=1; wait"));
  REQUIRE(shop.waitFor("mark"));
  shop.stop(shop.id);
  REQUIRE(shop.waitForEnd());
  CHECK(shop.ending->reason == QStringLiteral("stopped by you; it ended after SIGTERM"));
  CHECK(shop.series["mark"].size() == 2);  // it had its time to save
}

TEST_CASE("a program's end is known although whoever started us ignores the ends of children", "[command][adoption]") {
  const QTemporaryDir dir;
  QProcess launcher;
  launcher.start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), QStringLiteral("trap '' CHLD; exec \"$0\" \"$@\""), QStringLiteral(SUPERVISOR_PATH), dir.path(),
                                             dir.path(), QStringLiteral("/bin/sh"), QStringLiteral("-c"), QStringLiteral("exit 6")});
  REQUIRE(launcher.waitForFinished());
  REQUIRE(QTest::qWaitFor([&] { return QFile::exists(dir.filePath(QStringLiteral("exit.json"))); }, patience));
  CHECK(readExitRecord(dir.path())->code == 6);
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
  CHECK_FALSE(isRunning(pid_t(shop.firstValue("mark"))));
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
  shop.start(shop.job("for i in 1 2 3 4; do echo step=$i loss=$i; sleep 0.05; done; exit 6"));
  REQUIRE(QTest::qWaitFor([&] { return QFile::exists(shop.path("exit.json")); }, patience));
  CHECK(shop.series.empty());
  CHECK_FALSE(shop.ending);
  shop.store.accepts = true;
  REQUIRE(shop.waitForEnd());
  CHECK(shop.series["train/loss"].size() == 4);
  CHECK(shop.ending->code == 6);
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
