// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/system/process_identity.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QSocketNotifier>
#include <QTimer>
#include <algorithm>

namespace trainyard {
namespace {

constexpr int lookEveryMs = 500;
constexpr int mostKillRounds = 50;
constexpr int stateField = 0;  ///< counted from the field after the name, which is field 3 of proc(5)
constexpr int startField = 19;

QByteArray readAll(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

QString bootId() { return QString::fromLatin1(readAll(QStringLiteral("/proc/sys/kernel/random/boot_id")).trimmed()); }

bool isAlive(const ProcessIdentity& process) {
  QFile file(QStringLiteral("/proc/%1/stat").arg(process.pid));
  errno = 0;
  if (!file.open(QIODevice::ReadOnly)) return errno != ENOENT && errno != ESRCH;
  const QByteArray text = file.readAll();
  const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' ');  // the name may hold spaces and brackets
  if (fields.size() <= startField) return false;
  return fields[startField].toLongLong() == process.startTicks && fields[stateField] != "Z" && fields[stateField] != "X";
}

std::vector<ProcessIdentity> findMarked(const QByteArrayList& variables) {
  std::vector<ProcessIdentity> found;
  const QStringList entries = QDir(QStringLiteral("/proc")).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
  for (const QString& entry : entries) {
    const qint64 pid = entry.toLongLong();
    if (pid <= 1 || pid == ::getpid()) continue;
    const QByteArray environment = '\0' + readAll(QStringLiteral("/proc/%1/environ").arg(pid));
    const bool isMarked = std::all_of(variables.begin(), variables.end(), [&](const QByteArray& one) { return environment.contains('\0' + one + '\0'); });
    if (!isMarked) continue;
    const QByteArray text = readAll(QStringLiteral("/proc/%1/stat").arg(pid));
    const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
    if (fields.size() > startField && fields[stateField] != "Z") found.push_back({pid, fields[startField].toLongLong()});
  }
  return found;
}

QByteArray programOf(const ProcessIdentity& process) { return readAll(QStringLiteral("/proc/%1/comm").arg(process.pid)).trimmed(); }

int killMarked(const QByteArrayList& variables) {
  int killed = 0;
  // Again until none is left: one may have been forking.
  for (int round = 0; round < mostKillRounds; ++round) {
    const std::vector<ProcessIdentity> marked = findMarked(variables);
    if (marked.empty()) break;
    for (const ProcessIdentity& process : marked) {
      const int file = static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(process.pid), 0));
      const bool same = isAlive(process);  // asked after the pidfd was made
      const bool reached = same && (file >= 0 ? ::syscall(SYS_pidfd_send_signal, file, SIGKILL, nullptr, 0) == 0
                                              : ::kill(static_cast<pid_t>(process.pid), SIGKILL) == 0);
      if (file >= 0) ::close(file);
      killed += reached && round == 0 ? 1 : 0;
    }
  }
  return killed;
}

ProcessWatch::ProcessWatch(QObject* parent) : QObject(parent) {}

ProcessWatch::~ProcessWatch() {
  if (m_file >= 0) ::close(m_file);
}

bool ProcessWatch::begin(const ProcessIdentity& process) {
  Q_ASSERT(m_process.pid == 0);
  if (process.pid <= 1) return false;
  m_process = process;
  m_file = static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(process.pid), 0));
  if (!isAlive(process)) return false;  // asked after the pidfd was made: it is of the process that is alive now
  if (m_file >= 0) {
    m_notifier = new QSocketNotifier(m_file, QSocketNotifier::Read, this);
    connect(m_notifier, &QSocketNotifier::activated, this, &ProcessWatch::end);
    return true;
  }
  m_timer = new QTimer(this);
  connect(m_timer, &QTimer::timeout, this, [this] {
    if (!isAlive(m_process)) end();
  });
  m_timer->start(lookEveryMs);
  return true;
}

bool ProcessWatch::send(int signal, int value) const {
  siginfo_t info = {};
  info.si_signo = signal;
  info.si_code = SI_QUEUE;
  info.si_pid = ::getpid();
  info.si_uid = ::getuid();
  info.si_value.sival_int = value;
  if (m_file >= 0) return ::syscall(SYS_pidfd_send_signal, m_file, signal, &info, 0) == 0;
  return isAlive(m_process) && ::sigqueue(static_cast<pid_t>(m_process.pid), signal, info.si_value) == 0;
}

void ProcessWatch::end() {
  if (m_notifier != nullptr) m_notifier->setEnabled(false);
  if (m_timer != nullptr) m_timer->stop();
  Q_EMIT ended();
}

}  // namespace trainyard
