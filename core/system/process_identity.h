// SPDX-License-Identifier: GPL-3.0-or-later
// Which process is meant: a pid alone may be another's tomorrow.
#pragma once

#include <QByteArrayList>
#include <QObject>
#include <QString>
#include <vector>

class QSocketNotifier;
class QTimer;

namespace trainyard {

/// A process of this start of the machine: its pid, and when it began in clock ticks since the machine did (field 22 of
/// /proc/PID/stat, proc(5)). No two processes have both.
struct ProcessIdentity {
  qint64 pid = 0;
  qint64 startTicks = 0;
  friend bool operator==(const ProcessIdentity&, const ProcessIdentity&) = default;
};

/// The kernel's name of this start of the machine.
[[nodiscard]] QString bootId();
/// False when that very process is known to be gone, or to be a zombie; what cannot be looked at is taken to be there.
[[nodiscard]] bool isAlive(const ProcessIdentity& process);
/// The processes whose environment holds all of `variables` ("KEY=value"), which their children inherit.
[[nodiscard]] std::vector<ProcessIdentity> findMarked(const QByteArrayList& variables);
/// The name of a process' program, at most 15 bytes (proc(5), comm).
[[nodiscard]] QByteArray programOf(const ProcessIdentity& process);
/// Kills all that are marked so. How many.
int killMarked(const QByteArrayList& variables);

/// Follows one process to its end by a pidfd, which never comes to mean another one. Where the kernel has none, it looks
/// twice a second.
class ProcessWatch final : public QObject {
  Q_OBJECT
 public:
  explicit ProcessWatch(QObject* parent = nullptr);
  ~ProcessWatch() override;

  /// False when the process is gone, or is another one.
  [[nodiscard]] bool begin(const ProcessIdentity& process);
  /// A queued signal with a value, as sigqueue(3) sends; false when it could not be sent.
  bool send(int signal, int value) const;

 Q_SIGNALS:
  void ended();

 private:
  void end();
  ProcessIdentity m_process;
  int m_file = -1;
  QSocketNotifier* m_notifier = nullptr;
  QTimer* m_timer = nullptr;
};

}  // namespace trainyard
