// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/system/process_identity.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <QDir>
#include <QFile>
#include <QSocketNotifier>
#include <QTimer>

namespace trainyard {
namespace {

constexpr int lookEveryMs = 500;
constexpr int stateField = 0;  ///< counted from the field after the name, which is field 3 of proc(5)
constexpr int startField = 19;

QByteArray readAll(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

QString bootId() { return QString::fromLatin1(readAll(QStringLiteral("/proc/sys/kernel/random/boot_id")).trimmed()); }

bool isAlive(const ProcessIdentity& process) {
  const QByteArray text = readAll(QStringLiteral("/proc/%1/stat").arg(process.pid));
  const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' ');  // the name may hold spaces and brackets
  if (fields.size() <= startField) return false;
  return fields[startField].toLongLong() == process.startTicks && fields[stateField] != "Z" && fields[stateField] != "X";
}

int killMarked(const QByteArray& variable) {
  int killed = 0;
  const QStringList entries = QDir(QStringLiteral("/proc")).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
  for (const QString& entry : entries) {
    const int pid = entry.toInt();
    if (pid <= 1 || pid == ::getpid()) continue;
    const QByteArray environment = '\0' + readAll(QStringLiteral("/proc/%1/environ").arg(pid));
    if (environment.contains('\0' + variable + '\0') && ::kill(pid, SIGKILL) == 0) ++killed;
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
