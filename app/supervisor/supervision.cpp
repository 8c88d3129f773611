// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/supervisor/supervision.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace trainyard::supervisor {
namespace {

constexpr int64_t sampleEveryMs = 5'000;
constexpr int64_t secondSampleMs = 1'000;  ///< so that a short job is measured too
constexpr int64_t clearEveryMs = 100;   ///< while the tree is being ended
constexpr int clearTermRounds = 20;     ///< what is left behind has two seconds after SIGTERM
constexpr int systemGraceMs = 2'000;    ///< when the machine goes down
constexpr int64_t giveUpMs = 3'600'000;
constexpr int escalation[] = {SIGINT, SIGTERM, SIGKILL};
constexpr int signalCount = 3;

/// The window's wish: the next signal of the stop now; its value is the grace time in ms.
int stopSignal() { return SIGRTMIN; }

std::string problem(const char* what, const std::string& path) { return std::string(what) + " " + path + ": " + std::strerror(errno); }

sigset_t ourSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGCHLD, SIGTERM, SIGINT, SIGHUP, stopSignal()}) sigaddset(&set, signal);
  return set;
}

}  // namespace

std::string Supervision::prepare() {
  if (!takeLock()) return m_taken ? "the job has a supervisor already" : problem("cannot lock", place("supervisor.lock").path());
  if (const std::string failed = openFiles(); !failed.empty()) return failed;
  blockSignals();
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  m_startWallMs = wallMs();
  m_startBootMs = bootMs();
  if (const std::string failed = fork(); !failed.empty()) return failed;
  if (const int error = writeAtomically(place("process.json"), processRecord()); error != 0) {
    kill(m_program, SIGKILL);
    errno = error;
    return problem("cannot write", place("process.json").path());
  }
  return {};
}

/// The lock holds for this process's life and tells who it is a second time.
bool Supervision::takeLock() {
  m_lock = open(place("supervisor.lock").path().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (m_lock < 0) return false;
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  const bool locked = fcntl(m_lock, F_SETLK, &lock) == 0;
  if (!locked && errno != EAGAIN && errno != EACCES) return false;  // a file system without locks, for example
  m_taken = !locked || access(place("process.json").path().c_str(), F_OK) == 0 || access(place("exit.json").path().c_str(), F_OK) == 0;
  if (m_taken) return false;
  ProcessStat self;
  if (!readStat(getpid(), self)) return false;
  const std::string text = JsonObject().add("pid", int64_t{getpid()}).add("start_ticks", self.startTicks).add("boot_id", bootId()).add("run", runName()).text() + "\n";
  return ftruncate(m_lock, 0) == 0 && write(m_lock, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

std::string Supervision::openFiles() {
  const auto append = [this](const char* name, int& file) {
    file = open(place(name).path().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    return file >= 0;
  };
  int metrics = -1;
  for (const auto& [name, file] : {std::pair<const char*, int*>{"output.log", &m_output}, {"system.jsonl", &m_system}, {"metrics.jsonl", &metrics}})
    if (!append(name, *file)) return problem("cannot write", place(name).path());
  close(metrics);  // the program's own
  return {};
}

/// Makes the program's process, which waits at the gate until process.json tells of it.
std::string Supervision::fork() {
  int gate[2];
  int failure[2];
  if (pipe2(gate, O_CLOEXEC) != 0 || pipe2(failure, O_CLOEXEC) != 0) return problem("cannot make a pipe for", m_job.command[0]);
  m_program = ::fork();
  if (m_program < 0) return problem("cannot start a process for", m_job.command[0]);
  if (m_program == 0) {
    close(gate[1]);
    close(failure[0]);
    become(gate[0], failure[1]);
  }
  close(gate[0]);
  close(failure[1]);
  m_gate = gate[1];
  m_failure = failure[0];
  return {};
}

/// In the new process: a session of its own, so that a terminal's Ctrl+C is not its, and an end with the supervisor.
void Supervision::become(int gate, int failure) const {
  const auto giveUp = [failure](const std::string& why) {
    const ssize_t told = write(failure, why.data(), why.size());
    _exit(told < 0 ? 126 : 127);
  };
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  char open = 0;
  if (read(gate, &open, 1) != 1) _exit(127);
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (chdir(m_job.workingDirectory.c_str()) != 0) giveUp(problem("cannot enter", m_job.workingDirectory));
  const int nothing = ::open("/dev/null", O_RDONLY);
  if (dup2(nothing, 0) < 0 || dup2(m_output, 1) < 0 || dup2(m_output, 2) < 0) giveUp(problem("cannot use", "output.log"));
  if (nothing > 2) close(nothing);
  std::vector<char*> words;
  for (const std::string& word : m_job.command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  execvp(words[0], words.data());
  giveUp(problem("cannot run", m_job.command[0]));
  _exit(127);
}

std::string Supervision::begin() {
  const char open = 1;
  const bool opened = write(m_gate, &open, 1) == 1;
  close(m_gate);
  char text[512];
  const ssize_t count = opened ? read(m_failure, text, sizeof text) : 0;  // the end of the file is success: exec closed it
  close(m_failure);
  if (opened && count == 0) {
    sample();
    return {};
  }
  unlink(place("process.json").path().c_str());
  waitpid(m_program, nullptr, 0);
  return count > 0 ? std::string(text, static_cast<size_t>(count)) : "the program's process ended before it began";
}

void Supervision::watch() {
  while (true) {
    takeChildren();
    if (m_ended && descendants().empty()) break;
    serveTimers();
    pollfd waiting = {m_signals, POLLIN, 0};
    if (poll(&waiting, 1, timeoutMs()) > 0) takeSignals();
  }
  sample();
  const std::string record = exitRecord();
  // The end is written whatever it takes: nobody else knows it. A disk that is full or read-only may not stay so; a data
  // directory that is gone for an hour has been thrown away.
  int64_t goneSinceMs = -1;
  for (unsigned pause = 1; writeAtomically(place("exit.json"), record) != 0; pause = std::min(2 * pause, 30U)) {
    const bool gone = access(m_job.directory.substr(0, m_job.directory.rfind('/')).c_str(), F_OK) != 0;
    if (!gone) goneSinceMs = -1;
    if (gone && goneSinceMs < 0) goneSinceMs = bootMs();
    if (gone && bootMs() - goneSinceMs > giveUpMs) return;
    timespec wait = {static_cast<time_t>(pause), 0};
    nanosleep(&wait, nullptr);
  }
}

void Supervision::blockSignals() {
  const sigset_t set = ourSignals();
  sigprocmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
  m_signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

void Supervision::takeSignals() {
  signalfd_siginfo info = {};
  while (read(m_signals, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    const int signal = static_cast<int>(info.ssi_signo);
    if (signal == stopSignal()) stop(std::clamp(info.ssi_int, 0, 600'000));
    if (signal != SIGTERM && signal != SIGINT && signal != SIGHUP) continue;
    if (m_ended) m_clearRounds = clearTermRounds;
    if (!m_ended && m_stopSignals == 0) {
      m_stoppedBySystem = true;
      m_stopSignals = 1;  // the machine goes down or somebody wants us gone: SIGTERM is next
      stop(systemGraceMs);
    }
  }
}

void Supervision::takeChildren() {
  int status = 0;
  for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG)) {
    if (pid != m_program) continue;
    m_ended = true;
    m_status = status;
    m_endWallMs = wallMs();
    m_endBootMs = bootMs();
    // In a stop the others of the tree keep the times that they were given: the program may be the shell that started them.
    if (m_stopSignals == 0) m_nextClearMs = m_endBootMs;
  }
}

/// The next signal of the escalation to the whole tree, and a time for the one after it.
void Supervision::stop(int graceMs) {
  if (m_ended && m_stopSignals == 0) {  // it ended by itself; what it left behind is to go now
    m_clearRounds = clearTermRounds;
    return;
  }
  if (m_stopSignals >= signalCount) return;
  m_graceMs = graceMs;
  const int signal = escalation[m_stopSignals++];
  const bool more = m_stopSignals < signalCount;
  m_nextSignalMs = more ? bootMs() + graceMs : bootMs() + clearEveryMs;  // SIGKILL again, should something be forked meanwhile
  signalTree(signal);  // first: the disk may be what keeps everybody waiting
  tellStop(more ? graceMs : 0);
}

void Supervision::tellStop(int64_t nextInMs) const {
  const JsonObject record = JsonObject()
                                .add("signals", int64_t{m_stopSignals})
                                .add("last", m_stopSignals == 1 ? "SIGINT" : m_stopSignals == 2 ? "SIGTERM" : "SIGKILL")
                                .add("next_ms", nextInMs > 0 ? wallMs() + nextInMs : int64_t{0});
  static_cast<void>(writeAtomically(place("stop.json"), record.text()));  // only for the countdown; exit.json tells it again
}

/// The program has ended: what it left behind ends too.
void Supervision::clearTree() {
  const bool gently = m_clearRounds < clearTermRounds;
  if (m_clearRounds == 0 || !gently) {
    const int reached = signalTree(gently ? SIGTERM : SIGKILL);
    m_leftBehind = std::max(m_leftBehind, reached);
  }
  ++m_clearRounds;
  m_nextClearMs = bootMs() + clearEveryMs;
}

void Supervision::serveTimers() {
  const int64_t now = bootMs();
  if (now >= m_nextSampleMs) sample();
  if (m_nextClearMs >= 0 && now >= m_nextClearMs) clearTree();
  if (m_nextSignalMs < 0 || now < m_nextSignalMs) return;
  if (m_stopSignals < signalCount) {
    stop(m_graceMs);
  } else {
    signalTree(SIGKILL);
    m_nextSignalMs = now + clearEveryMs;
  }
}

int Supervision::timeoutMs() const {
  int64_t next = m_nextSampleMs;
  if (m_nextSignalMs >= 0) next = std::min(next, m_nextSignalMs);
  if (m_nextClearMs >= 0) next = std::min(next, m_nextClearMs);
  return static_cast<int>(std::clamp<int64_t>(next - bootMs(), 0, sampleEveryMs));
}

/// One line: what the tree uses, and how long the log and the metrics file are at this time, by which their lines are dated.
void Supervision::sample() {
  const int64_t now = bootMs();
  const TreeUse use = treeUse();
  const double seconds = static_cast<double>(std::max<int64_t>(1, now - m_lastSampleMs)) / 1000.0;
  const bool first = m_samples == 0;
  const auto rate = [&](int64_t value, int64_t last) { return first ? 0.0 : static_cast<double>(std::max<int64_t>(0, value - last)) / seconds; };
  const auto sizeOf = [this](const char* name) {
    struct stat info = {};
    return stat(place(name).path().c_str(), &info) == 0 ? int64_t{info.st_size} : int64_t{0};
  };
  // When nobody is left, all was written before the end: what is dated by this line must not come after it.
  m_lastSampleWallMs = m_ended && use.residentBytes == 0 ? std::max(m_endWallMs, m_lastSampleWallMs) : wallMs();
  JsonObject line;
  line.add("n", m_samples)
      .add("ms", m_lastSampleWallMs)
      .add("log", sizeOf("output.log"))
      .add("metrics", sizeOf("metrics.jsonl"))
      .add("cpu", rate(use.cpuMs, m_lastUse.cpuMs) / 1000.0)
      .add("read", rate(use.readBytes, m_lastUse.readBytes))
      .add("written", rate(use.writtenBytes, m_lastUse.writtenBytes));
  if (use.residentBytes > 0) line.add("resident", use.residentBytes);  // nobody is left after the end
  const std::string text = line.text() + "\n";
  if (write(m_system, text.data(), text.size()) == static_cast<ssize_t>(text.size())) ++m_samples;  // else the disk is full: a gap
  m_peakBytes = std::max(m_peakBytes, use.residentBytes);
  m_lastUse = use;
  m_lastSampleMs = now;
  m_nextSampleMs = now + (first ? secondSampleMs : sampleEveryMs);
  m_memoryKills[0] = first ? memoryKills() : m_memoryKills[1];
  m_memoryKills[1] = first ? m_memoryKills[0] : memoryKills();
}

}  // namespace trainyard::supervisor
