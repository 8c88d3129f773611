// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulation/training_simulator.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/simulation/counter_noise.h"
#include "core/simulation/exact_math.h"
#include "core/simulation/model_profile.h"

namespace trainyard {
namespace {

enum class Schedule { Cosine, Step, Constant };

/// Settings read once a step; cheap, for parameters are few.
struct Plan {
  const JobSettings& settings;
  ModelProfile model;
  qint64 total;
  qint64 warmup;
  Schedule schedule = Schedule::Cosine;
  double noise = 1.0;
};

QString parameter(const JobSettings& settings, QLatin1String key) {
  for (const KeyValue& pair : settings.parameters)
    if (pair.key == key) return pair.value;
  return {};
}

Plan planFor(const JobSettings& settings) {
  Plan plan{settings, profileOf(settings.model), plannedSteps(settings), 0};
  plan.warmup = std::min<qint64>(plan.total / 20, 500);
  bool ok = false;
  if (const qint64 steps = parameter(settings, QLatin1String("warmup_steps")).toLongLong(&ok); ok && steps >= 0)
    plan.warmup = std::min(steps, plan.total);
  const QString schedule = parameter(settings, QLatin1String("schedule")).toLower();
  if (schedule == u"step") plan.schedule = Schedule::Step;
  if (schedule == u"constant") plan.schedule = Schedule::Constant;
  const double noise = parameter(settings, QLatin1String("noise")).toDouble(&ok);
  if (ok && noise >= 0.0 && noise <= 10.0) plan.noise = noise;
  return plan;
}

double learningRateAt(const Plan& plan, qint64 step) {
  const double peak = plan.settings.learningRate;
  if (step <= plan.warmup) return peak * double(step) / double(plan.warmup);
  const double share = double(step) / double(plan.total);
  switch (plan.schedule) {
    case Schedule::Constant: return peak;
    case Schedule::Step: return share < 0.5 ? peak : share < 0.75 ? peak * 0.1 : peak * 0.01;
    case Schedule::Cosine: break;
  }
  const double rest = double(step - plan.warmup) / double(std::max<qint64>(1, plan.total - plan.warmup));
  return peak * 0.5 * (1.0 + cosine(std::numbers::pi * rest));
}

/// What is left of the way from the first loss to the model's floor, 1..0. A learning rate below the model's best slows
/// it; a step schedule stays on a plateau until its drops.
double remaining(const Plan& plan, qint64 step) {
  const double share = double(step) / double(plan.total);
  const double speed = std::clamp(std::sqrt(plan.settings.learningRate / plan.model.bestLearningRate), 0.05, 1.6);
  const double time = share * speed / plan.model.timeConstant;
  const double smooth = 0.8 * exponential(-time) + 0.2 / (1.0 + 0.8 * time);
  if (plan.schedule != Schedule::Step) return smooth;
  constexpr double plateau = 0.22;
  constexpr double dropWidth = 0.02;
  const auto drop = [share](double at) { return share < at ? 0.0 : 1.0 - exponential(-(share - at) / dropWidth); };
  return plateau * (1.0 - 0.6 * drop(0.5) - 0.25 * drop(0.75)) + (1.0 - plateau) * exponential(-time * 1.6);
}

/// Spread of the training noise relative to the loss: shrinks as the run goes on and with larger batches.
double spread(const Plan& plan, double left) {
  const double batch = plan.settings.batchSize > 0 ? double(plan.settings.batchSize) : 32.0;
  return plan.noise * (0.05 + 0.05 * left) * std::clamp(std::sqrt(128.0 / batch), 0.3, 3.0);
}

/// Epochs beyond which a model fits its training data better than the world.
double overfit(const Plan& plan, double epoch) {
  const double beyond = std::max(0.0, epoch / plan.model.overfitEpochs - 1.0);
  return 0.05 * power(beyond, 1.2) * plan.model.firstLoss;
}

/// The step at which a learning rate above the model's limit ends in NaN; 0 = never.
qint64 divergenceStep(const Plan& plan) {
  const double excess = plan.settings.learningRate / plan.model.learningRateLimit;
  if (excess <= 1.0) return 0;
  const double where = std::max(0.02, (0.03 + 0.15 * uniform(plan.settings.seed, 7, 0)) / std::sqrt(excess));
  return std::min(std::max<qint64>(2, qint64(std::ceil(where * double(plan.total)))), plan.total);
}

/// A loss's factor for a deviation of its noise: 1 + deviation, bent where that comes near 0, for no loss is negative.
double factor(double deviation) { return deviation > -0.5 ? 1.0 + deviation : -0.25 / deviation; }

}  // namespace

Result<SimulatedStep> simulateStep(const JobSettings& settings, qint64 step) {
  const auto text = [](const char* source) { return QCoreApplication::translate("Simulator", source); };
  if (settings.source != JobSource::Simulated || plannedSteps(settings) < 1 || !(settings.learningRate > 0.0) ||
      !std::isfinite(settings.learningRate))
    return fail(ErrorCode::InvalidInput, text("These are not the settings of a simulated run."));
  if (step < 1 || step > plannedSteps(settings))
    return fail(ErrorCode::InvalidInput, text("Step %1 is outside 1 to %2.").arg(step).arg(plannedSteps(settings)));

  const Plan plan = planFor(settings);
  const ModelProfile& model = plan.model;
  const double epoch = double(step) / double(settings.stepsPerEpoch);
  const double left = remaining(plan, step);
  const double noise = spread(plan, left);
  const auto jitter = [&](int series) { return bell(settings.seed, series, step); };

  double loss = (model.floorLoss + (model.firstLoss - model.floorLoss) * left) * factor(noise * jitter(1));
  double accuracy = model.chance + (model.bestAccuracy - model.chance) * (1.0 - power(left, 1.15));
  double growth = 1.0;
  SimulatedStep result{step, epoch, {}, false, step == plan.total};
  if (const qint64 end = divergenceStep(plan); end > 0) {
    const double near = double(step) / double(end);
    result.diverged = step >= end;
    growth = exponential(5.0 * near * near * near);
    loss = result.diverged ? std::numeric_limits<double>::quiet_NaN() : loss * growth;
    accuracy = model.chance + (accuracy - model.chance) * std::max(0.0, 1.0 - near);
  }
  const double seen = std::clamp(accuracy + 0.25 * noise * jitter(2), 0.0, 1.0);
  result.values = {{QStringLiteral("train/loss"), loss},
                   {QStringLiteral("train/accuracy"), seen},
                   {QStringLiteral("lr"), learningRateAt(plan, step)}};
  if (step % settings.stepsPerEpoch == 0 && !result.diverged) {
    const double clean = model.floorLoss + (model.firstLoss - model.floorLoss) * left;
    const double gap = overfit(plan, epoch);
    const double behind = clean * 1.08 + gap + 0.02;
    const double heldLoss = behind * factor(0.01 * plan.noise * jitter(3) / behind);
    result.values.push_back({QStringLiteral("val/loss"), heldLoss * growth});
    const double held = accuracy - 0.02 - 0.3 * gap / model.firstLoss + 0.004 * plan.noise * jitter(4);
    result.values.push_back({QStringLiteral("val/accuracy"), std::clamp(held, 0.0, 1.0)});
  }
  return result;
}

QStringList simulatedModels() {
  QStringList names;
  for (const ModelProfile& profile : modelProfiles()) names << QString::fromLatin1(profile.name);
  return names;
}

}  // namespace trainyard
