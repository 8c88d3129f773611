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

/// Drives jobs in this process until all have ended.
class ForegroundRun final : public QObject {
  Q_OBJECT
 public:
  ForegroundRun(Yard& yard, QList<JobId> jobs);
  /// Starts or continues each job; the first refusal ends it before anything began.
  [[nodiscard]] Result<void> begin();
  [[nodiscard]] bool allComplete() const { return m_allComplete; }
  void stopAll();

 Q_SIGNALS:
  void finished();

 private:
  void ended(JobId id);
  void show();
  Yard& m_yard;
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
  AskedRun(const Instance& owner, QList<JobId> jobs);
  [[nodiscard]] Result<void> begin();
  [[nodiscard]] bool allComplete() const { return m_allComplete; }
  void stopAll();

 Q_SIGNALS:
  void finished();

 private:
  void poll();
  [[nodiscard]] Result<QJsonObject> ask(const char* wish, JobId id) const;
  const Instance& m_owner;
  QList<JobId> m_jobs;
  QSet<JobId> m_open;
  RunDisplay m_display;
  QTimer m_tick;
  bool m_allComplete = true;
};

}  // namespace trainyard::cli
