// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/demo_jobs.h"

#include <QCoreApplication>

namespace trainyard {
namespace {

JobSettings simulated(const char* name, const char* model, const char* dataset, qint64 epochs, double learningRate) {
  JobSettings settings;
  settings.name = QCoreApplication::translate("DemoJobs", name);
  settings.model = QString::fromUtf8(model);
  settings.dataset = QString::fromUtf8(dataset);
  settings.epochs = epochs;
  settings.learningRate = learningRate;
  settings.batchSize = 128;
  settings.seed = 42;
  return settings;
}

}  // namespace

QList<JobSettings> demoJobs() {
  JobSettings steps = simulated(QT_TRANSLATE_NOOP("DemoJobs", "resnet18 · step schedule"), "ResNet-18", "cifar10", 20, 0.1);
  steps.parameters = {{QStringLiteral("schedule"), QStringLiteral("step")}};
  return {simulated(QT_TRANSLATE_NOOP("DemoJobs", "vit-small · cosine lr"), "ViT-S/16", "imagenette", 30, 3e-4), steps,
          simulated(QT_TRANSLATE_NOOP("DemoJobs", "gpt2-small · lr far too high"), "GPT-2 small", "wikitext-2", 3, 1e-1)};
}

}  // namespace trainyard
