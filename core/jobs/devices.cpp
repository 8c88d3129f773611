// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/devices.h"

#include <algorithm>

namespace trainyard {
namespace {

const QString visibleDevices = QStringLiteral("CUDA_VISIBLE_DEVICES");

const KeyValue* ownChoice(const Job& job) {
  for (const KeyValue& variable : job.settings.command.environment)
    if (variable.key == visibleDevices) return &variable;
  return nullptr;
}

}  // namespace

std::set<int> heldDevices(const std::vector<const Job*>& running, int count) {
  std::set<int> held;
  for (const Job* job : running) {
    const KeyValue* own = ownChoice(*job);
    for (const QString& index : (own != nullptr ? own->value : job->devices).split(u',', Qt::SkipEmptyParts)) {
      bool ok = false;
      const int number = index.trimmed().toInt(&ok);
      if (ok && number >= 0 && number < count) held.insert(number);  // -1 is the usual word for none
    }
  }
  return held;
}

int wantedDevices(const Job& job, int count) {
  if (count == 0 || job.settings.source != JobSource::Command || ownChoice(job) != nullptr) return 0;
  return job.settings.scheduling.gpus;
}

QString chooseDevices(const Job& job, const std::vector<const Job*>& running, int count) {
  const int wanted = std::min(wantedDevices(job, count), count);
  const std::set<int> held = heldDevices(running, count);
  std::vector<int> order;
  for (const bool wantFree : {true, false})
    for (int index = 0; index < count; ++index)
      if (held.contains(index) != wantFree) order.push_back(index);
  order.resize(static_cast<size_t>(wanted));
  std::sort(order.begin(), order.end());
  QStringList names;
  for (const int index : order) names << QString::number(index);
  return names.join(u',');
}

}  // namespace trainyard
