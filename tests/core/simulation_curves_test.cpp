// SPDX-License-Identifier: GPL-3.0-or-later
// Whether simulated curves look like training, and hold in odd corners.
#include <QRandomGenerator>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/simulation/counter_noise.h"
#include "core/simulation/model_profile.h"
#include "core/simulation/training_simulator.h"
#include "tests/support/fakes.h"

using namespace trainyard;
using trainyard::test::simulatedSettings;

namespace {

std::optional<double> find(const SimulatedStep& step, const char* tag) {
  for (const TaggedValue& one : step.values)
    if (one.tag == QLatin1String(tag)) return one.value;
  return std::nullopt;
}

double value(const JobSettings& settings, qint64 step, const char* tag) {
  const auto result = simulateStep(settings, step);
  REQUIRE(result);
  const auto found = find(*result, tag);
  REQUIRE(found);
  return *found;
}

double mean(const JobSettings& settings, const char* tag, qint64 from, qint64 to) {
  double sum = 0.0;
  for (qint64 step = from; step <= to; ++step) sum += value(settings, step, tag);
  return sum / double(to - from + 1);
}

/// The standard deviation of a series' change from step to step: its noise, for slow curves.
double roughness(const JobSettings& settings, const char* tag, qint64 from, qint64 to) {
  double sum = 0.0;
  for (qint64 step = from; step < to; ++step) {
    const double change = value(settings, step + 1, tag) - value(settings, step, tag);
    sum += change * change;
  }
  return std::sqrt(sum / double(to - from));
}

JobSettings with(JobSettings settings, const char* key, const char* text) {
  settings.parameters.push_back({QString::fromLatin1(key), QString::fromLatin1(text)});
  return settings;
}

JobSettings resnet() {
  JobSettings settings = simulatedSettings();
  settings.model = QStringLiteral("ResNet-18");
  settings.learningRate = 0.1;
  return settings;
}

/// The step whose loss is NaN, or 0.
qint64 divergence(const JobSettings& settings) {
  for (qint64 step = 1; step <= plannedSteps(settings); ++step)
    if (simulateStep(settings, step)->diverged) return step;
  return 0;
}

}  // namespace

TEST_CASE("every step of an epoch has its series and no other", "[simulation]") {
  JobSettings settings = resnet();
  settings.epochs = 4;
  settings.stepsPerEpoch = 7;
  for (qint64 step = 1; step <= 28; ++step) {
    const auto result = simulateStep(settings, step);
    REQUIRE(result);
    QStringList tags;
    for (const TaggedValue& one : result->values) tags << one.tag;
    const QStringList each{"train/loss", "train/accuracy", "lr"};
    CHECK(tags == (step % 7 == 0 ? each + QStringList{"val/loss", "val/accuracy"} : each));
    CHECK(result->step == step);
    CHECK(result->epoch == double(step) / 7.0);
    CHECK(result->last == (step == 28));
    CHECK_FALSE(result->diverged);
  }
}

TEST_CASE("without noise the loss only falls and the accuracy only rises", "[simulation]") {
  for (const char* schedule : {"cosine", "constant", "step"}) {
    JobSettings settings = with(with(resnet(), "noise", "0"), "schedule", schedule);
    INFO(schedule);
    for (qint64 step = 2; step <= 3000; ++step) {
      REQUIRE(value(settings, step, "train/loss") < value(settings, step - 1, "train/loss"));
      REQUIRE(value(settings, step, "train/accuracy") >= value(settings, step - 1, "train/accuracy"));
    }
    for (qint64 step = 200; step <= 3000; step += 100) {
      REQUIRE(value(settings, step, "val/loss") < value(settings, step - 100, "val/loss"));
      REQUIRE(value(settings, step, "val/accuracy") >= value(settings, step - 100, "val/accuracy"));
    }
  }
}

TEST_CASE("the picture's run: loss from 2.5 to 0.3, accuracy from 15 to 90 per cent", "[simulation]") {
  const JobSettings settings = simulatedSettings();
  CHECK(mean(settings, "train/loss", 1, 20) == Approx(2.45).margin(0.15));
  CHECK(mean(settings, "train/loss", 1800, 1900) == Approx(0.35).margin(0.15));
  CHECK(mean(settings, "train/accuracy", 1, 20) == Approx(0.14).margin(0.04));
  CHECK(mean(settings, "train/accuracy", 1800, 1900) == Approx(0.89).margin(0.05));
  CHECK(value(settings, 1800, "val/loss") > mean(settings, "train/loss", 1750, 1850));
  CHECK(value(settings, 1800, "val/accuracy") < mean(settings, "train/accuracy", 1750, 1850));
}

TEST_CASE("every model begins at its chance and ends near its best", "[simulation]") {
  for (const ModelProfile& model : modelProfiles()) {
    JobSettings settings = simulatedSettings();
    settings.model = QString::fromLatin1(model.name);
    settings.learningRate = model.bestLearningRate;
    INFO(model.name);
    CHECK(mean(settings, "train/loss", 1, 10) == Approx(model.firstLoss).epsilon(0.1));
    CHECK(mean(settings, "train/accuracy", 1, 10) == Approx(model.chance).margin(0.05));
    CHECK(mean(settings, "train/loss", 2900, 3000) < model.floorLoss + 0.15 * (model.firstLoss - model.floorLoss));
    CHECK(mean(settings, "train/accuracy", 2900, 3000) > model.chance + 0.85 * (model.bestAccuracy - model.chance));
    CHECK(model.bestLearningRate < model.learningRateLimit);
    CHECK(divergence(settings) == 0);
  }
  CHECK(simulatedModels().size() >= 10);
}

TEST_CASE("no loss is ever nothing or less, however wild the noise", "[simulation]") {
  for (const QString& model : simulatedModels())
    for (const qint64 batch : {0, 1, 16, 4096}) {
      JobSettings settings = with(simulatedSettings(), "noise", "10");
      settings.model = model;
      settings.batchSize = batch;
      settings.learningRate = profileOf(model).bestLearningRate;
      for (qint64 step = 1; step <= 3000; step += 7) {
        REQUIRE(value(settings, step, "train/loss") > 0.0);
      }
      for (qint64 step = 100; step <= 3000; step += 100) REQUIRE(value(settings, step, "val/loss") > 0.0);
    }
}

TEST_CASE("a low learning rate learns slowly, a larger batch is less noisy", "[simulation]") {
  JobSettings settings = resnet();
  JobSettings slow = settings;
  slow.learningRate = 1e-4;
  CHECK(mean(slow, "train/loss", 900, 1000) > 1.5 * mean(settings, "train/loss", 900, 1000));
  JobSettings large = settings;
  large.batchSize = 1024;
  JobSettings small = settings;
  small.batchSize = 16;
  CHECK(roughness(small, "train/loss", 1000, 1500) > 2.0 * roughness(settings, "train/loss", 1000, 1500));
  CHECK(roughness(settings, "train/loss", 1000, 1500) > 2.0 * roughness(large, "train/loss", 1000, 1500));
  CHECK(roughness(settings, "train/loss", 100, 300) > 2.0 * roughness(settings, "train/loss", 2700, 2900));
}

TEST_CASE("the learning rate is drawn exactly: warm-up, cosine, steps at half and three quarters", "[simulation]") {
  JobSettings settings = resnet();
  for (const qint64 step : {1, 50, 150}) CHECK(value(settings, step, "lr") == Approx(0.1 * double(step) / 150.0));
  for (const qint64 step : {151, 1575, 2400, 2999, 3000}) {
    const double wanted = 0.05 * (1.0 + std::cos(std::acos(-1.0) * double(step - 150) / 2850.0));
    CHECK(value(settings, step, "lr") == Approx(wanted).margin(1e-15));
  }
  const JobSettings steps = with(settings, "schedule", "step");
  CHECK(value(steps, 1499, "lr") == Approx(0.1));
  CHECK(value(steps, 1500, "lr") == Approx(0.01));
  CHECK(value(steps, 2249, "lr") == Approx(0.01));
  CHECK(value(steps, 2250, "lr") == Approx(0.001));
  settings.epochs = 1000;
  CHECK(value(settings, 500, "lr") == Approx(0.1));
  CHECK(value(settings, 499, "lr") < 0.1);
}

TEST_CASE("parameters that make no sense are as if not given", "[simulation]") {
  const JobSettings plain = resnet();
  for (const auto& [key, text] : {std::pair("warmup_steps", "soon"), std::pair("warmup_steps", "-5"),
                                  std::pair("schedule", "weekly"), std::pair("noise", "nan"), std::pair("noise", "-1"),
                                  std::pair("noise", "1e9"), std::pair("unknown", "7")}) {
    INFO(key << " = " << text);
    for (const qint64 step : {1, 100, 1700, 3000})
      for (const char* tag : {"train/loss", "lr"})
        CHECK(value(with(plain, key, text), step, tag) == value(plain, step, tag));
  }
  CHECK(value(with(plain, "warmup_steps", "0"), 1, "lr") == Approx(0.1).epsilon(1e-3));
  CHECK(value(with(plain, "warmup_steps", "99999999"), 3000, "lr") == Approx(0.1));
}

TEST_CASE("a drop of the step schedule takes the loss down at once", "[simulation]") {
  const JobSettings settings = with(resnet(), "schedule", "step");
  for (const qint64 drop : {1500, 2250}) {
    const double before = mean(settings, "train/loss", drop - 150, drop - 1);
    CHECK(mean(settings, "train/loss", drop - 300, drop - 151) < 1.1 * before);  // a plateau
    CHECK(mean(settings, "train/loss", drop + 150, drop + 300) < 0.8 * before);
  }
}

TEST_CASE("a learning rate above the limit ends early in NaN, after the loss has grown", "[simulation]") {
  for (const double excess : {1.01, 2.0, 30.0, 1e4})
    for (qint64 seed = 0; seed < 25; ++seed) {
      JobSettings settings = resnet();
      settings.seed = seed;
      settings.learningRate = excess * profileOf(settings.model).learningRateLimit;
      INFO("excess " << excess << " seed " << seed);
      const qint64 end = divergence(settings);
      REQUIRE(end >= 60);
      REQUIRE(end <= 600);
      CHECK(std::isnan(value(settings, end, "train/loss")));
      for (qint64 step = 1; step < end; ++step) REQUIRE(value(settings, step, "train/loss") > 0.0);
      CHECK(value(settings, end - 1, "train/loss") > 10.0 * value(settings, 1, "train/loss"));
      CHECK(value(settings, end, "train/accuracy") < 0.5);
    }
}

TEST_CASE("at the limit and below it nothing diverges", "[simulation]") {
  JobSettings settings = resnet();
  settings.learningRate = profileOf(settings.model).learningRateLimit;
  CHECK(divergence(settings) == 0);
}

TEST_CASE("validation sees the loss grow too", "[simulation]") {
  JobSettings settings = resnet();
  settings.stepsPerEpoch = 10;
  settings.epochs = 300;
  settings.learningRate = 1.1 * profileOf(settings.model).learningRateLimit;
  const qint64 end = divergence(settings);
  REQUIRE(end > 40);
  const qint64 late = (end - 1) / 10 * 10;
  CHECK(value(settings, late, "val/loss") > 5.0 * value(settings, 10, "val/loss"));
}

TEST_CASE("the smallest runs hold, stable or not", "[simulation]") {
  for (const double rate : {0.1, 1e6})
    for (qint64 total = 1; total <= 4; ++total) {
      JobSettings settings = resnet();
      settings.epochs = 1;
      settings.stepsPerEpoch = total;
      settings.learningRate = rate;
      INFO("rate " << rate << " total " << total);
      CHECK(simulateStep(settings, total)->last);
      CHECK((divergence(settings) > 0) == (rate > 1.0));
    }
}

TEST_CASE("the largest run's last step is had at once", "[simulation]") {
  JobSettings settings = resnet();
  settings.epochs = 1'000'000;
  settings.stepsPerEpoch = 10'000'000;
  const auto result = simulateStep(settings, plannedSteps(settings));
  REQUIRE(result);
  CHECK(result->last);
  for (const TaggedValue& one : result->values) CHECK(std::isfinite(one.value));
  CHECK(simulateStep(settings, plannedSteps(settings) + 1).error().code == ErrorCode::InvalidInput);
}

TEST_CASE("settings that no run can have are refused", "[simulation]") {
  for (const double rate : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    JobSettings settings = resnet();
    settings.learningRate = rate;
    INFO(rate);
    REQUIRE_FALSE(simulateStep(settings, 1));
    CHECK(simulateStep(settings, 1).error().code == ErrorCode::InvalidInput);
  }
  JobSettings settings = resnet();
  settings.epochs = 0;
  CHECK_FALSE(simulateStep(settings, 1));
  CHECK_FALSE(simulateStep(resnet(), -1));
}

TEST_CASE("noise has mean 0 and variance 1, and knows neither its neighbour nor another seed", "[simulation]") {
  constexpr int count = 20'000;
  double sum = 0.0;
  double squares = 0.0;
  double next = 0.0;
  double otherSeries = 0.0;
  double otherSeed = 0.0;
  for (qint64 step = 1; step <= count; ++step) {
    const double here = bell(42, 1, step);
    REQUIRE(std::fabs(here) < 3.47);
    sum += here;
    squares += here * here;
    next += here * bell(42, 1, step + 1);
    otherSeries += here * bell(42, 2, step);
    otherSeed += here * bell(43, 1, step);
  }
  // 4 standard errors of a mean of 20,000
  CHECK(sum / count == Approx(0.0).margin(0.03));
  CHECK(squares / count == Approx(1.0).margin(0.04));
  CHECK(next / count == Approx(0.0).margin(0.03));
  CHECK(otherSeries / count == Approx(0.0).margin(0.03));
  CHECK(otherSeed / count == Approx(0.0).margin(0.03));
}
