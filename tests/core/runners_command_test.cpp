// SPDX-License-Identifier: GPL-3.0-or-later
#include <signal.h>

#include "tests/core/command_shop.h"

using namespace trainyard;
using namespace trainyard::test;

TEST_CASE("a program's output becomes points and its exit code 0 completes", "[command]") {
  Shop shop;
  CHECK(shop.run("for i in 1 2 3; do echo step=$i/3 loss=0.$i; done; echo to the end >&2").kind == EndKind::Completed);
  REQUIRE(shop.series["train/loss"].size() == 3);
  CHECK(shop.series["train/loss"][2].step == 3);
  CHECK(shop.series["train/loss"][2].value == 0.3);
  CHECK(shop.progress.totalSteps == 3);
  CHECK(shop.log().endsWith("to the end\n"));
}

TEST_CASE("another exit code fails with the code and the last error", "[command]") {
  Shop shop;
  const Ending& ending = shop.run("echo 'ValueError: bad shape' >&2; exit 3");
  CHECK(ending.kind == EndKind::ExitCode);
  CHECK(ending.code == 3);
  CHECK(ending.reason == QStringLiteral("exited with code 3: ValueError: bad shape"));
}

TEST_CASE("a killed program fails with the signal's name", "[command]") {
  Shop shop;
  const Ending& ending = shop.run("kill -9 $$");
  CHECK(ending.kind == EndKind::Signal);
  CHECK(ending.reason == QStringLiteral("killed by SIGKILL"));
  Shop other;
  CHECK(other.run("sh -c 'kill -SEGV $$'; exit $?").reason.startsWith(QStringLiteral("killed by SIGSEGV")));
}

TEST_CASE("the environment tells the job's number and the metrics file, which is read live", "[command]") {
  Shop shop;
  Job job = shop.job("echo $TRAINYARD_JOB_ID $FOO; echo '{\"step\": 1, \"zeta\": 0.5}' >> $TRAINYARD_METRICS; sleep 30");
  job.settings.command.environment = {{QStringLiteral("FOO"), QStringLiteral("bar baz")}};
  shop.start(job);
  REQUIRE(QTest::qWaitFor([&] { return shop.series.contains("zeta"); }, patience));
  CHECK(shop.log() == "7 bar baz\n");
  shop.stop(job.id);
  REQUIRE(QTest::qWaitFor([&] { return shop.ending.has_value(); }, patience));
}

TEST_CASE("stop gives the program time to say its last words", "[command]") {
  Shop shop;
  shop.runner->setGraceMs(20'000);
  const Job job = shop.job("trap 'echo step=9 loss=0.9; exit 0' INT; echo step=1 loss=1; while :; do sleep 0.05; done");
  shop.start(job);
  REQUIRE(QTest::qWaitFor([&] { return shop.series.contains("train/loss"); }, patience));
  shop.stop(job.id);
  REQUIRE(QTest::qWaitFor([&] { return shop.ending.has_value(); }, patience));
  CHECK(shop.ending->kind == EndKind::StoppedByUser);
  CHECK(shop.ending->reason == QStringLiteral("stopped by you; it ended after SIGINT"));
  CHECK(shop.series["train/loss"].back().step == 9);
}

TEST_CASE("a program that ignores signals is killed with its children", "[command]") {
  Shop shop;
  const Job job = shop.job("trap '' INT TERM; sleep 300 & echo child=$! step=1; while :; do sleep 0.05; done");
  shop.start(job);
  REQUIRE(QTest::qWaitFor([&] { return shop.series.contains("child"); }, patience));
  shop.stop(job.id);
  REQUIRE(QTest::qWaitFor([&] { return shop.ending.has_value(); }, patience));
  const auto child = pid_t(shop.firstValue("child"));
  CHECK(QTest::qWaitFor([child] { return ::kill(child, 0) != 0 || QFile::exists(QStringLiteral("/proc/%1/exe").arg(child)) == false; }, patience));
}

TEST_CASE("ten megabytes without a newline and binary output do no harm", "[command]") {
  Shop shop;
  CHECK(shop.run("head -c 10485760 /dev/zero | tr '\\0' x; head -c 100000 /dev/urandom; echo; echo step=1 loss=2").kind == EndKind::Completed);
  REQUIRE(shop.series["train/loss"].size() == 1);
}

TEST_CASE("what cannot run is refused before it is started", "[command]") {
  Shop shop;
  CHECK(shop.runner->check(shop.job("no-such-program --x")).error().code == ErrorCode::CommandMissing);
  Job job = shop.job("true");
  job.settings.command.workingDirectory = QStringLiteral("/no/such/place");
  CHECK(shop.runner->check(job).error().code == ErrorCode::WorkdirMissing);
  job = shop.job("true");
  job.settings.command.pattern = QStringLiteral("(");
  CHECK(shop.runner->check(job).error().code == ErrorCode::InvalidPattern);
  CHECK(shop.runner->check(shop.job("true")).has_value());
}

