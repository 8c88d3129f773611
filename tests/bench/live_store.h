// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <vector>

namespace trainyard {

struct LiveResult {
  std::vector<double> latenciesMs;  ///< from append to `committed`, of each step of each job
  double callerShare = 0.0;         ///< of one core: what Storage took of the caller's thread
  double processShare = 0.0;        ///< the same of all threads
  bool kept = true;                 ///< accepting() all the time
};

/// 100 jobs of 4 series tell single steps, `pointsPerSecond` in all, evenly spread over time, for `seconds`. Each job has rows
/// already, another number of them, so that their series are not all sealed at once.
[[nodiscard]] LiveResult runLive(double pointsPerSecond, double seconds);

}  // namespace trainyard
