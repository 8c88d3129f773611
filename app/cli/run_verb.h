// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QSet>
#include <QSocketNotifier>
#include <QTimer>
#include <memory>

#include "app/cli/command_line.h"
#include "app/cli/run_display.h"
#include "app/instance.h"
#include "app/yard.h"

namespace trainyard::cli {

[[nodiscard]] int runVerb(const CommandLine& line);
[[nodiscard]] int stopVerb(const CommandLine& line);

/// Tells of SIGINT and SIGTERM in the event loop.
class InterruptWatch final : public QObject {
  Q_OBJECT
 public:
  InterruptWatch();

 Q_SIGNALS:
  void interrupted();

 private:
  std::unique_ptr<QSocketNotifier> m_notifier;
};

enum class RunWish { Run, Detach, Stop };

/// Drives jobs in this process until all have ended: starts or continues them, or stops them. Or starts them, until each
/// has a supervisor that goes on without this process.
class ForegroundRun final : public QObject {
  Q_OBJECT
 public:
  ForegroundRun(Yard& yard, QList<JobId> jobs, RunWish wish);
  /// Begins with each job; the first refusal ends it before anything began.
  [[nodiscard]] Result<void> begin();
  [[nodiscard]] bool allComplete() const { return m_allComplete; }
  void stopAll();

 Q_SIGNALS:
  void finished();

 private:
  [[nodiscard]] Result<void> begin(JobId id);
  void ended(JobId id);
  void show();
  Yard& m_yard;
  RunWish m_wish;
  QList<JobId> m_jobs;
  QSet<JobId> m_open;
  RunDisplay m_display;
  QTimer m_tick;
  bool m_allComplete = true;
};

/// Has the window that owns the data directory run jobs, and follows them there.
class AskedRun final : public QObject {
  Q_OBJECT
 public:
  AskedRun(const Instance& owner, const QString& dataDir, QList<JobId> jobs, RunWish wish);
  [[nodiscard]] Result<void> begin();
  [[nodiscard]] bool allComplete() const { return m_allComplete; }
  void stopAll();

 Q_SIGNALS:
  void finished();

 private:
  void poll();
  [[nodiscard]] Result<QJsonObject> ask(const char* wish, JobId id) const;
  const Instance& m_owner;
  QString m_dataDir;
  RunWish m_wish;
  QList<JobId> m_jobs;
  QSet<JobId> m_open;
  RunDisplay m_display;
  QTimer m_tick;
  bool m_allComplete = true;
};

}  // namespace trainyard::cli
