// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <deque>
#include <map>
#include <memory>

#include "core/base/clock.h"
#include "core/jobs/run_facts.h"
#include "core/readers/run_source.h"

namespace trainyard {

/// The thread side of ImportRunner: one part of a run after the other, so that all move on; those that are read to their end are looked
/// at again and again.
class ImportWorker final : public QObject {
  Q_OBJECT
 public:
  explicit ImportWorker(const Clock& clock);
  ~ImportWorker() override;

  void begin(const Job& job, const QByteArray& resume);
  void stop(JobId job);
  void setFollowing(bool following) { m_following = following; }
  void setPaused(bool paused);
  void leave();

 Q_SIGNALS:
  /// Shared, so that the way to the other thread costs no copy.
  void produced(const std::shared_ptr<const trainyard::JobPoints>& points);
  void ended(trainyard::JobId job, const trainyard::Ending& ending);
  void described(trainyard::JobId job, const trainyard::RunFacts& facts, qint64 filesMs);
  void noticed(trainyard::JobId job, const QString& sentence);
  void advanced(trainyard::JobId job, qint64 bytes);
  void caughtUp(trainyard::JobId job);
  void problemsFound(trainyard::JobId job, const QList<trainyard::ReadProblem>& problems);
  void passedOver(trainyard::JobId job, const trainyard::SkippedCounts& counts);

 private:
  struct Import;
  void schedule();
  void turn();
  void poll();
  /// True when there may be more to read at once.
  bool readPart(Import& import);
  void tell(Import& import);
  void give(JobId id, JobPoints&& points);
  void endWhenOver(Import& import);
  void end(JobId job, const Ending& ending);

  const Clock& m_clock;
  bool m_following = true;
  bool m_paused = false;
  std::map<JobId, std::unique_ptr<Import>> m_imports;
  std::deque<JobId> m_due;   ///< those with more to read, in turns
  QTimer* m_turn;
  QTimer* m_poll;
};

}  // namespace trainyard
