// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <deque>

#include "core/jobs/job.h"

class QLabel;
class QProgressBar;

namespace trainyard {

/// Steps a second over the last seconds, from what was committed when.
class RateMeter {
 public:
  /// `step` was on the disk at `nowMs`. A step that goes backwards starts anew.
  void add(qint64 step, qint64 nowMs);
  void clear() { m_samples.clear(); }
  /// 0 when not known yet.
  [[nodiscard]] double stepsPerSecond() const;

 private:
  struct Sample {
    qint64 step;
    qint64 ms;
  };
  std::deque<Sample> m_samples;
};

/// The bar, and "step 1,860 / 3,000 · epoch 19 of 30 · 7.8 steps/s · 2 min 26 s left".
class ProgressLine final : public QWidget {
  Q_OBJECT
 public:
  explicit ProgressLine(QWidget* parent = nullptr);
  /// `note`: what is said in place of the rest: why it waits, or how far its stopping is; empty = nothing.
  void show(const Job& job, double stepsPerSecond, const QString& note);

 private:
  QProgressBar* m_bar = nullptr;
  QLabel* m_text = nullptr;
};

[[nodiscard]] QString progressText(const Job& job, double stepsPerSecond);

}  // namespace trainyard
