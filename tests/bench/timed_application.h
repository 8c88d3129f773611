// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/resource.h>
#include <time.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QThread>
#include <algorithm>
#include <vector>

namespace trainyard {

inline double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0.0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, size_t(share * double(values.size())))];
}

inline double processorSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return double(t.tv_sec) + double(t.tv_usec) * 1e-6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Times every turn of the window's event loop, not of those of other threads: all that is done for one event, painting included.
class TimedApplication : public QApplication {
 public:
  using QApplication::QApplication;
  bool notify(QObject* receiver, QEvent* event) override {
    if (QThread::currentThread() != thread() || m_depth > 0) return QApplication::notify(receiver, event);
    QElapsedTimer timer;
    timer.start();
    const bool measured = measuring;
    const double before = measured ? threadMs() : 0.0;
    ++m_depth;
    const bool done = QApplication::notify(receiver, event);
    --m_depth;
    if (!measured || !measuring) return done;
    turnsMs.push_back(double(timer.nsecsElapsed()) * 1e-6);
    processorMs.push_back(threadMs() - before);
    return done;
  }
  bool measuring = false;
  std::vector<double> turnsMs;
  std::vector<double> processorMs;  ///< of the same turns: what they would take if nobody else used the machine

 private:
  static double threadMs() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) * 1e3 + double(now.tv_nsec) * 1e-6;
  }
  int m_depth = 0;
};

}  // namespace trainyard
