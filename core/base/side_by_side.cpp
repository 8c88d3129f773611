// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/side_by_side.h"

#include <pthread.h>

#include <QThread>
#include <atomic>
#include <vector>

namespace trainyard {
namespace {

struct Work {
  size_t count;
  const std::function<void(size_t)>& one;
  std::atomic<size_t> next = 0;

  void help() {
    for (size_t i = next++; i < count; i = next++) one(i);
  }
};

}  // namespace

void sideBySide(size_t count, const std::function<void(size_t)>& work, const std::function<void()>& first) {
  Work all{count, work};
  // Not std::thread, whose constructor throws where there is no thread left.
  std::vector<pthread_t> helpers(std::min(size_t(QThread::idealThreadCount() - 1), first ? count : count - std::min<size_t>(count, 1)));
  size_t started = 0;
  const auto help = [](void* shared) -> void* {
    static_cast<Work*>(shared)->help();
    return nullptr;
  };
  while (started < helpers.size() && pthread_create(&helpers[started], nullptr, help, &all) == 0) ++started;
  if (first) first();
  all.help();
  for (size_t i = 0; i < started; ++i) pthread_join(helpers[i], nullptr);
}

}  // namespace trainyard
