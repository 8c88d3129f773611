// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runners/trouble_responder.h"

#include <QTest>
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/fakes.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

struct Yard {
  ManualClock clock;
  FakeJobStore store;
  FakeRunner simulated;
  FakeRunner command;
  FakeRunner imports;
  JobService jobs{{store, simulated, command, imports, clock}};
  TroubleResponder responder{jobs, clock};
  QStringList told;
  JobId id;

  explicit Yard(TroubleResponse response) {
    jobs.load({}, JobId{1});
    QObject::connect(&responder, &TroubleResponder::troubled, &responder, [this](JobId job, const Trouble& trouble, bool stopped) {
      told << QStringLiteral("%1 %2 %3").arg(job.value).arg(trouble.message).arg(stopped);
    });
    JobSettings settings = simulatedSettings();
    settings.source = JobSource::Command;
    settings.command.line = QStringLiteral("true");
    settings.command.workingDirectory = QStringLiteral("/");
    settings.scheduling.onTrouble = response;
    id = *jobs.create(settings);
    store.commit();
    REQUIRE(jobs.start(id));
    store.commit();
  }
  void produce(qint64 step, double loss) {
    Q_EMIT command.produced({id, {{QStringLiteral("train/loss"), {{step, clock.now, loss}}}}, {step, 0, 0.0}});
    store.commit();
  }
};

}  // namespace

TEST_CASE("trouble is told, and stops the job only where that was chosen", "[trouble]") {
  Yard tell(TroubleResponse::Tell);
  tell.produce(1, std::nan(""));
  CHECK(tell.told == QStringList{QStringLiteral("1 train/loss became NaN at step 1 0")});
  CHECK(tell.command.stopped.empty());
  Yard stop(TroubleResponse::Stop);
  stop.produce(1, std::nan(""));
  CHECK(stop.told == QStringList{QStringLiteral("1 train/loss became NaN at step 1 1")});
  REQUIRE(stop.command.stopped.size() == 1);
  CHECK(stop.command.reasons[0].kind == EndKind::LossNan);
  CHECK(stop.command.reasons[0].reason == QStringLiteral("stopped by its watch: train/loss became NaN at step 1"));
}

TEST_CASE("stopped for trouble and tried again where that was chosen", "[trouble]") {
  Yard yard(TroubleResponse::StopAndRetry);
  yard.produce(1, std::nan(""));
  yard.command.finish(yard.id, yard.command.reasons.front());
  yard.store.commit();
  const Job* second = yard.jobs.job(JobId{2});
  REQUIRE(second != nullptr);
  CHECK(second->attempt == 2);
  CHECK(second->retryOf == yard.id);
}

TEST_CASE("two troubles at once are one stop, so that the program keeps its grace time", "[trouble]") {
  Yard yard(TroubleResponse::Stop);
  const double nan = std::nan("");
  Q_EMIT yard.command.produced({yard.id, {{QStringLiteral("train/loss"), {{1, 0, nan}}}, {QStringLiteral("val/loss"), {{1, 0, nan}}}}, {1, 0, 0.0}});
  yard.store.commit();
  CHECK(yard.told.size() == 2);
  CHECK(yard.told.filter(QStringLiteral(" at step 1 1")).size() == 1);
  CHECK(yard.command.stopped.size() == 1);
}

TEST_CASE("a running job that goes quiet is told of", "[trouble]") {
  Yard yard(TroubleResponse::Tell);
  for (int step = 1; step <= 6; ++step) {
    yard.produce(step, 1.0);
    yard.clock.now += 1000;
  }
  yard.responder.lookForStalled();
  CHECK(yard.told.isEmpty());
  yard.clock.now += 200'000;
  yard.responder.lookForStalled();
  yard.responder.lookForStalled();
  CHECK(yard.told.size() == 1);
}

TEST_CASE("a disk that is nearly full is told once, and stops who asked for it", "[trouble]") {
  Yard tell(TroubleResponse::Tell);
  tell.responder.noteDisk(1'000'000, 500'000'000'000);
  tell.responder.noteDisk(900'000, 500'000'000'000);
  CHECK(tell.told == QStringList{QStringLiteral("0 The disk is nearly full: 1.0 MB left 0")});
  tell.responder.noteDisk(100'000'000'000, 500'000'000'000);
  tell.responder.noteDisk(900'000, 500'000'000'000);
  CHECK(tell.told.size() == 2);
  Yard stop(TroubleResponse::Stop);
  stop.responder.noteDisk(1'000'000, 500'000'000'000);
  CHECK(stop.command.stopped.size() == 1);
}
