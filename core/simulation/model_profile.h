// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <span>

namespace trainyard {

/// How training a kind of model looks, in rough figures that the field's papers and repositories show.
struct ModelProfile {
  const char* name;
  double firstLoss;          ///< about ln(classes), or ln(vocabulary) for language models
  double floorLoss;
  double chance;             ///< accuracy before training, 0..1
  double bestAccuracy;
  double bestLearningRate;
  double learningRateLimit;  ///< above it training diverges
  double timeConstant;       ///< share of the run in which most of the loss goes
  double overfitEpochs;      ///< from here on validation falls behind
};

[[nodiscard]] std::span<const ModelProfile> modelProfiles();
/// By name, ignoring case; a general one for models that are not in the table.
[[nodiscard]] const ModelProfile& profileOf(const QString& model);

}  // namespace trainyard
