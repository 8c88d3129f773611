// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/trouble_watch.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "core/simulation/training_simulator.h"
#include "tests/support/fakes.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

struct Watched {
  TroubleWatch watch;
  qint64 step = 0;
  QList<Trouble> told;

  void give(double value, const char* tag = "train/loss") {
    ++step;
    told << watch.take({JobId{1}, {{QLatin1String(tag), {{step, step * 1000, value}}}}, {}});
  }
};

}  // namespace

TEST_CASE("a NaN or an infinity of a loss is told once an episode", "[trouble]") {
  Watched run;
  for (int i = 0; i < 50; ++i) run.give(1.0);
  run.give(std::nan(""));
  run.give(std::nan(""));
  REQUIRE(run.told.size() == 1);
  CHECK(run.told[0].kind == TroubleKind::LossNan);
  CHECK(run.told[0].message == QStringLiteral("train/loss became NaN at step 51"));
  for (int i = 0; i < 30; ++i) run.give(1.0);
  run.give(std::numeric_limits<double>::infinity());
  REQUIRE(run.told.size() == 2);
  CHECK(run.told[1].kind == TroubleKind::LossInfinite);
}

TEST_CASE("a NaN that is no loss is nobody's trouble", "[trouble]") {
  Watched run;
  run.give(std::nan(""), "val/accuracy");
  run.give(std::nan(""), "system/cpu_cores");
  run.give(std::nan(""), "lr");
  CHECK(run.told.isEmpty());
}

TEST_CASE("divergence is told, one spike is not", "[trouble]") {
  Watched run;
  for (int i = 0; i < 100; ++i) run.give(0.5 + 0.01 * (i % 3));
  for (int i = 0; i < 4; ++i) run.give(90.0);
  run.give(0.5);
  CHECK(run.told.isEmpty());
  for (int i = 0; i < 20; ++i) run.give(20.0 + i);
  REQUIRE(run.told.size() == 1);
  CHECK(run.told[0].kind == TroubleKind::Diverging);
  CHECK(run.told[0].message == QStringLiteral("train/loss is diverging: 24.00 at step 110, where 0.5100 was usual"));
}

TEST_CASE("losses near zero or below it give no alarm for their noise", "[trouble]") {
  std::mt19937 random(3);
  std::normal_distribution<double> normal(0.0, 1.0);
  Watched zero;
  for (int i = 0; i < 5000; ++i) zero.give(0.001 * normal(random));
  CHECK(zero.told.isEmpty());
  Watched negative;
  for (int i = 0; i < 5000; ++i) negative.give(-3.0 + 0.5 * normal(random));
  CHECK(negative.told.isEmpty());
  Watched heavy;  // the loss of single examples late in a training: mostly nothing, now and then much
  for (int i = 0; i < 5000; ++i) heavy.give(std::exp(2.0 * normal(random)) * 1e-3);
  CHECK(heavy.told.isEmpty());
}

TEST_CASE("a thousand healthy simulated runs give no alarm, and a diverging one does before it is NaN", "[trouble]") {
  for (qint64 seed = 0; seed < 1000; ++seed) {
    JobSettings settings = simulatedSettings();
    settings.seed = seed;
    settings.epochs = 3;
    Watched run;
    for (qint64 step = 1; step <= plannedSteps(settings); ++step) {
      const auto simulated = simulateStep(settings, step);
      for (const TaggedValue& value : simulated->values) run.give(value.value, qUtf8Printable(value.tag));
    }
    INFO("seed " << seed);
    REQUIRE(run.told.isEmpty());
  }
  Watched run;
  for (int i = 0; i < 200; ++i) run.give(2.0 - 0.005 * i);
  for (int i = 0; i < 200 && run.told.isEmpty(); ++i) run.give(1.0 * std::pow(1.2, i));
  REQUIRE(run.told.size() == 1);
  CHECK(run.told[0].kind == TroubleKind::Diverging);
}

TEST_CASE("a run that tells nothing for long is stalled, once", "[trouble]") {
  Watched run;
  for (int i = 0; i < 10; ++i) run.give(1.0);
  const qint64 last = run.step * 1000;
  CHECK_FALSE(run.watch.checkStalled(last + 119'000));
  const auto trouble = run.watch.checkStalled(last + 121'000);
  REQUIRE(trouble);
  CHECK(trouble->kind == TroubleKind::Stalled);
  CHECK(trouble->message == QStringLiteral("No new value for 2 min 1 s; they came every 1 s before"));
  CHECK_FALSE(run.watch.checkStalled(last + 500'000));
  static_cast<void>(run.watch.take({JobId{1}, {{QStringLiteral("system/cpu_cores"), {{9, last + 500'000, 1.0}}}}, {}}));
  CHECK_FALSE(run.watch.checkStalled(last + 600'000));
  run.give(1.0);
  CHECK(run.watch.checkStalled(last + 1'000'000));
}

TEST_CASE("a run whose values come slowly is given time", "[trouble]") {
  TroubleWatch watch;
  for (qint64 epoch = 1; epoch <= 5; ++epoch)
    static_cast<void>(watch.take({JobId{1}, {{QStringLiteral("val/loss"), {{epoch, epoch * 600'000, 1.0}}}}, {}}));
  CHECK_FALSE(watch.checkStalled(5 * 600'000 + 5'900'000));
  CHECK(watch.checkStalled(5 * 600'000 + 6'100'000));
}

TEST_CASE("a disk is nearly full below a gibibyte, or a twentieth of a small one", "[trouble]") {
  constexpr qint64 giga = 1 << 30;
  CHECK_FALSE(diskTrouble(2 * giga, 500 * giga));
  CHECK(diskTrouble(giga - 1, 500 * giga));
  CHECK_FALSE(diskTrouble(giga / 10, giga));
  CHECK(diskTrouble(giga / 30, giga));
  CHECK_FALSE(diskTrouble(0, 0));
}

TEST_CASE("the running median is that of a sorted copy", "[trouble]") {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> uniform(-1.0, 1.0);
  RunningMedian running(7);
  std::deque<double> last;
  for (int i = 0; i < 500; ++i) {
    const double value = i % 3 == 0 ? 0.25 : uniform(random);
    running.add(value);
    last.push_back(value);
    if (last.size() > 7) last.pop_front();
    std::vector<double> sorted(last.begin(), last.end());
    std::sort(sorted.begin(), sorted.end());
    const double wanted = sorted.size() % 2 == 1 ? sorted[sorted.size() / 2] : (sorted[sorted.size() / 2 - 1] + sorted[sorted.size() / 2]) / 2;
    REQUIRE(running.median() == wanted);
  }
}
