// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <functional>

#include "core/base/clock.h"
#include "core/jobs/job_service.h"

namespace trainyard {

/// What the queue looks at when it decides.
struct QueueView {
  std::vector<const Job*> waiting;  ///< in the queue's order
  std::vector<const Job*> running;
  bool on = false;
  int slotCount = 1;  ///< command jobs that may run at a time
  int gpuCount = 0;
  qint64 nowMs = 0;
  std::function<bool(JobId)> isFulfilled;  ///< the job, or a later attempt of it, is complete
};

struct QueuePlan {
  std::vector<JobId> start;  ///< now, in this order
  qint64 wakeMs = 0;         ///< when a delay is over, ms since 1970 UTC; 0 = none runs
};

/// Which jobs start now. A job that waits for another one or for its delay, or that wants more GPUs than there are, is passed
/// over; one that waits for a slot or for GPUs holds up those behind it, so that the order is kept. Simulated jobs need no slot. While the queue is off, only
/// later attempts of failed jobs start: their first start was somebody's wish.
[[nodiscard]] QueuePlan planQueue(const QueueView& view);

/// Why a queued job waits, in words for its card: "Waits for job 3", "Waits for a free slot", ...
[[nodiscard]] QString waitText(const Job& job, const JobService& jobs, bool queueOn, int gpuCount, qint64 nowMs);

/// Starts queued jobs when there is room for them. Lives in the UI thread beside JobService.
class Dispatcher final : public QObject {
  Q_OBJECT
 public:
  Dispatcher(JobService& jobs, const Clock& clock, QObject* parent = nullptr);

  void setOn(bool on);
  [[nodiscard]] bool isOn() const { return m_on; }
  void setSlots(int count);  ///< at least 1
  [[nodiscard]] int slotCount() const { return m_slots; }
  /// Running command jobs.
  [[nodiscard]] int usedSlots() const;
  /// Begins; until then it starts nothing. For the owner of the data directory, after what was running has been taken over.
  void begin();

 Q_SIGNALS:
  /// The switch or the number of slots has changed.
  void changed();
  /// The queue could not start a job; it is failed with that reason.
  void refused(trainyard::JobId id, const trainyard::Error& error);

 private:
  void lookSoon();
  void look();

  JobService& m_jobs;
  const Clock& m_clock;
  QTimer m_wake;
  bool m_on = false;
  bool m_begun = false;
  bool m_scheduled = false;
  int m_slots = 1;
};

}  // namespace trainyard
