// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulation/training_simulator.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/fakes.h"

using namespace trainyard;
using trainyard::test::simulatedSettings;

namespace {

double value(const JobSettings& settings, qint64 step, const char* tag) {
  const auto result = simulateStep(settings, step);
  REQUIRE(result);
  for (const TaggedValue& one : result->values)
    if (one.tag == QLatin1String(tag)) return one.value;
  return std::numeric_limits<double>::infinity();
}

double mean(const JobSettings& settings, const char* tag, qint64 from, qint64 to) {
  double sum = 0.0;
  for (qint64 step = from; step <= to; ++step) sum += value(settings, step, tag);
  return sum / double(to - from + 1);
}

}  // namespace

TEST_CASE("the same settings and step give the same values", "[simulation]") {
  const JobSettings settings = simulatedSettings();
  for (const qint64 step : {1, 77, 3000}) {
    const auto one = simulateStep(settings, step);
    const auto other = simulateStep(settings, step);
    REQUIRE(one->values.size() == other->values.size());
    for (size_t i = 0; i < one->values.size(); ++i) CHECK(one->values[i].value == other->values[i].value);
  }
  JobSettings seeded = settings;
  seeded.seed = 43;
  CHECK(value(settings, 77, "train/loss") != value(seeded, 77, "train/loss"));
}

TEST_CASE("values of today are the values of ever", "[simulation]") {
  // Written down once: a change here breaks the promise that a run continues as it began.
  const JobSettings settings = simulatedSettings();
  CHECK(value(settings, 1, "train/loss") == Approx(2.5319038163027234).epsilon(1e-12));
  CHECK(value(settings, 1500, "train/loss") == Approx(0.42407088307756213).epsilon(1e-12));
  CHECK(value(settings, 3000, "val/accuracy") == Approx(0.90580728729990911).epsilon(1e-12));
}

TEST_CASE("loss falls, accuracy saturates, noise shrinks", "[simulation]") {
  const JobSettings settings = simulatedSettings();
  CHECK(mean(settings, "train/loss", 1, 50) > 2.0);
  CHECK(mean(settings, "train/loss", 2900, 3000) < 0.5);
  CHECK(mean(settings, "train/accuracy", 1, 50) < 0.35);
  const double late = mean(settings, "train/accuracy", 2900, 3000);
  CHECK(late > 0.8);
  CHECK(late - mean(settings, "train/accuracy", 2000, 2100) < 0.1);
  const auto spread = [&](qint64 from) {
    double largest = 0.0;
    for (qint64 step = from; step < from + 200; ++step)
      largest = std::max(largest, std::fabs(value(settings, step + 1, "train/loss") - value(settings, step, "train/loss")));
    return largest;
  };
  CHECK(spread(1) > 2.0 * spread(2700));
}

TEST_CASE("the learning rate warms up and then follows its schedule", "[simulation]") {
  JobSettings settings = simulatedSettings();
  settings.parameters = {{QStringLiteral("warmup_steps"), QStringLiteral("200")}};
  CHECK(value(settings, 100, "lr") == Approx(1.5e-4));
  CHECK(value(settings, 200, "lr") == Approx(3e-4));
  CHECK(value(settings, 1600, "lr") == Approx(1.5e-4));
  CHECK(value(settings, 3000, "lr") == Approx(0.0).margin(1e-12));
  settings.parameters = {{QStringLiteral("schedule"), QStringLiteral("step")}};
  CHECK(value(settings, 1400, "lr") == Approx(3e-4));
  CHECK(value(settings, 1501, "lr") == Approx(3e-5));
  settings.parameters = {{QStringLiteral("schedule"), QStringLiteral("constant")}};
  CHECK(value(settings, 2999, "lr") == Approx(3e-4));
}

TEST_CASE("a step schedule has a plateau and a drop", "[simulation]") {
  JobSettings settings = simulatedSettings();
  settings.parameters = {{QStringLiteral("schedule"), QStringLiteral("step")}};
  const double plateau = mean(settings, "train/loss", 1200, 1500);
  const double before = mean(settings, "train/loss", 900, 1200);
  const double after = mean(settings, "train/loss", 1650, 1900);
  CHECK(before - plateau < 0.1 * before);
  CHECK(after < 0.7 * plateau);
}

TEST_CASE("validation comes once an epoch and falls behind when epochs are many", "[simulation]") {
  JobSettings settings = simulatedSettings();
  CHECK(std::isinf(value(settings, 99, "val/loss")));
  CHECK(std::isfinite(value(settings, 100, "val/loss")));
  settings.epochs = 200;
  const auto gap = [&](qint64 epoch) {
    return value(settings, epoch * 100, "val/loss") - mean(settings, "train/loss", epoch * 100 - 99, epoch * 100);
  };
  CHECK(gap(200) > gap(120));
  CHECK(gap(120) > gap(60));
}

TEST_CASE("a learning rate far too high ends in NaN, and in no other step before", "[simulation]") {
  JobSettings settings = simulatedSettings();
  settings.learningRate = 1.0;
  qint64 end = 0;
  for (qint64 step = 1; step <= 3000 && end == 0; ++step)
    if (simulateStep(settings, step)->diverged) end = step;
  REQUIRE(end > 1);
  CHECK(end < 900);
  CHECK(std::isnan(value(settings, end, "train/loss")));
  CHECK(value(settings, end - 1, "train/loss") > 3.0 * value(settings, 1, "train/loss"));
}

TEST_CASE("steps outside the run and settings of commands are refused", "[simulation]") {
  JobSettings settings = simulatedSettings();
  CHECK(simulateStep(settings, 0).error().code == ErrorCode::InvalidInput);
  CHECK(simulateStep(settings, 3001).error().code == ErrorCode::InvalidInput);
  CHECK(simulateStep(settings, 3000)->last);
  settings.source = JobSource::Command;
  CHECK(simulateStep(settings, 1).error().code == ErrorCode::InvalidInput);
}

TEST_CASE("every model of the list trains to a sensible end", "[simulation]") {
  for (const QString& model : simulatedModels() + QStringList{QStringLiteral("my own")}) {
    JobSettings settings = simulatedSettings();
    settings.model = model;
    INFO(model.toStdString());
    for (qint64 step = 1; step <= 3000; step += 13) {
      const double accuracy = value(settings, step, "train/accuracy");
      CHECK(accuracy >= 0.0);
      CHECK(accuracy <= 1.0);
    }
    CHECK(mean(settings, "train/loss", 2900, 3000) < mean(settings, "train/loss", 1, 100));
  }
}
