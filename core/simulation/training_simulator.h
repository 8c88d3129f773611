// SPDX-License-Identifier: GPL-3.0-or-later
// A training run that was never trained: pure and seeded. The same settings and step give the same values for ever, so
// that a run continues after a crash at exactly the next step. No timer, no clock, no database.
#pragma once

#include <QString>
#include <vector>

#include "core/base/error.h"
#include "core/jobs/job.h"

namespace trainyard {

struct TaggedValue {
  QString tag;
  double value = 0.0;
};

struct SimulatedStep {
  qint64 step = 0;        ///< 1..totalSteps
  double epoch = 0.0;     ///< step / stepsPerEpoch
  std::vector<TaggedValue> values;  ///< train/loss, train/accuracy, lr each step; val/loss, val/accuracy at an epoch's end
  bool diverged = false;  ///< train/loss is NaN: the run ends here as failed
  bool last = false;
};

/// The values of one step. InvalidInput when the settings are not those of a simulated run or the step is outside
/// 1..plannedSteps(settings).
/// Parameters that it knows: warmup_steps (default 5 % of the run, at most 500), schedule = cosine | step | constant,
/// noise (default 1.0). A learning rate above the model's stable limit makes the loss grow and then become NaN.
[[nodiscard]] Result<SimulatedStep> simulateStep(const JobSettings& settings, qint64 step);

/// Models that the dialog offers, with their stable learning-rate limits inside.
[[nodiscard]] QStringList simulatedModels();

}  // namespace trainyard
