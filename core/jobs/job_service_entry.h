// SPDX-License-Identifier: GPL-3.0-or-later
// Private to job_service*.cpp.
#pragma once

#include "core/jobs/job_service.h"

namespace trainyard {

/// One job as the service knows it.
struct JobService::Entry {
  Job committed;  ///< what is on the disk and what views see
  Job accepted;   ///< with the changes that are on their way; what commands are checked against
  std::vector<SeriesSummary> series;
  int pending = 0;            ///< changes on their way
  bool onDisk = false;        ///< its creation was committed
  bool runnerStarted = false;
  bool stopping = false;      ///< Stop was accepted, the run has not ended yet
  Ending stopReason;          ///< what the job ends with when `stopping`
  StopStage stopStage;
  bool startIsGuess = false;  ///< an imported run's: until a point or a fact tells
  bool nameIsGuess = false;   ///< an imported run's is its folder's, until its files tell another
  bool wantsResume = false;   ///< it waits for its `resume` to be read
  std::set<QString> reported; ///< series that its program reports to the API, by the names that a log may give them
  QByteArray resume;          ///< where its runner goes on after a restart

  [[nodiscard]] bool isListed() const { return onDisk && committed.deletedMs == 0; }
  /// Whether there is no more to it than its row and its series.
  [[nodiscard]] bool isAtRest() const {
    const bool isMoving = pending > 0 || runnerStarted || stopping || wantsResume || startIsGuess || nameIsGuess || !resume.isEmpty();
    return onDisk && !isMoving && isEnded(accepted.status) && isEnded(committed.status);
  }
};

}  // namespace trainyard
