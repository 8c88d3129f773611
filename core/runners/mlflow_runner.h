// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <map>

#include "core/base/clock.h"
#include "core/jobs/job_store.h"
#include "core/runners/runner.h"

namespace trainyard {

/// "Runs" jobs whose programs report by MLflow's protocol: it takes what the API was told, and waits. A run that nobody has said
/// anything of for `silentMs` is lost.
class MlflowRunner final : public Runner {
  Q_OBJECT
 public:
  static constexpr qint64 silentMs = 30 * 60 * 1000;

  MlflowRunner(JobStore& store, const Clock& clock, QObject* parent = nullptr);

  /// NotAllowed: its own program begins it.
  [[nodiscard]] Result<void> check(const Job& job) const override;
  void start(const Job& job) override;
  void takeOver(const Job& job, const QByteArray& resume) override;
  /// It takes nothing more of it.
  void stop(JobId job, const Ending& why) override;
  void shutDown() override;

  /// Points that are to be on the disk soon. The number comes back as the `receipt` of the batch that holds them.
  [[nodiscard]] quint64 take(JobPoints points);
  void describe(JobId job, const RunFacts& facts);
  void finish(JobId job, const Ending& ending);
  /// Its program is alive.
  void hear(JobId job);
  /// Looks for runs that have gone silent; done every minute by itself.
  void lookForSilent();

 private:
  JobStore& m_store;
  const Clock& m_clock;
  QTimer m_tick;
  std::map<JobId, qint64> m_heard;  ///< of the runs that go on: when, ms since 1970 UTC
  quint64 m_number = 0;
};

}  // namespace trainyard
