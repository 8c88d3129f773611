// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulation/model_profile.h"

namespace trainyard {
namespace {

constexpr ModelProfile profiles[] = {
    {"ResNet-18", 2.35, 0.06, 0.10, 0.965, 3e-2, 2.0, 0.15, 60},
    {"ResNet-50", 6.95, 0.85, 0.001, 0.79, 1e-1, 3.0, 0.16, 70},
    {"ViT-S/16", 2.50, 0.20, 0.12, 0.945, 3e-4, 8e-3, 0.15, 40},
    {"ConvNeXt-T", 2.40, 0.12, 0.10, 0.955, 5e-4, 1e-2, 0.15, 50},
    {"EfficientNet-B0", 4.60, 0.55, 0.01, 0.86, 2e-2, 1.0, 0.17, 60},
    {"BERT-tiny", 0.72, 0.16, 0.50, 0.93, 5e-5, 2e-3, 0.20, 5},
    {"DistilBERT", 0.70, 0.09, 0.50, 0.955, 5e-5, 1e-3, 0.18, 4},
    {"GPT-2 small", 10.8, 3.05, 0.0001, 0.42, 6e-4, 6e-3, 0.12, 8},
    {"LSTM", 9.20, 4.35, 0.0001, 0.31, 20.0, 60.0, 0.14, 30},
    {"U-Net", 0.69, 0.07, 0.50, 0.96, 1e-3, 5e-2, 0.16, 40},
    {"MLP", 2.30, 0.03, 0.10, 0.985, 1e-2, 5.0, 0.12, 25},
    {"Wav2Vec2", 6.20, 0.40, 0.02, 0.92, 1e-4, 3e-3, 0.22, 20},
};

constexpr ModelProfile general{"", 2.40, 0.15, 0.10, 0.93, 1e-3, 3.0, 0.15, 40};

}  // namespace

std::span<const ModelProfile> modelProfiles() { return profiles; }

const ModelProfile& profileOf(const QString& model) {
  const QString wanted = model.trimmed();
  for (const ModelProfile& profile : profiles)
    if (wanted.compare(QLatin1String(profile.name), Qt::CaseInsensitive) == 0) return profile;
  return general;
}

}  // namespace trainyard
