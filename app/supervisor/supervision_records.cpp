// SPDX-License-Identifier: GPL-3.0-or-later
// process.json and exit.json: what they hold.
#include <csignal>
#include <cstring>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/supervisor/supervision.h"

extern char** environ;

namespace trainyard::supervisor {
namespace {

constexpr int shellSignalBase = 128;  ///< a shell reports a signal n of its child as exit code 128 + n

JsonObject environmentRecord() {
  JsonObject record;
  for (char** at = environ; *at != nullptr; ++at)
    if (const std::string variable = *at; variable.find('=') != std::string::npos)
      record.add(variable.substr(0, variable.find('=')).c_str(), variable.substr(variable.find('=') + 1));
  return record;
}

JsonObject identity(pid_t pid) {
  ProcessStat stat;
  static_cast<void>(readStat(pid, stat));
  return JsonObject().add("pid", int64_t{pid}).add("start_ticks", stat.startTicks);
}

}  // namespace

std::string Supervision::processRecord() const {
  std::string words;
  for (const std::string& word : m_job.command) words += (words.empty() ? "" : " ") + word;
  return JsonObject()
      .add("version", int64_t{1})
      .add("run", runName())
      .add("boot_id", bootId())
      .add("supervisor", identity(getpid()))
      .add("process", identity(m_program))
      .add("started_ms", m_startWallMs)
      .add("command", words)
      .add("working_directory", m_job.workingDirectory)
      .add("environment", environmentRecord())
      .text();
}

/// The kernel counts whom it kills for memory; a SIGKILL that we did not send, with that count grown since the sample before
/// the last, is one of them.
bool Supervision::killedForMemory() const {
  const bool killed = (WIFSIGNALED(m_status) && WTERMSIG(m_status) == SIGKILL) ||
                      (WIFEXITED(m_status) && WEXITSTATUS(m_status) == shellSignalBase + SIGKILL);
  return killed && m_stopSignals < 3 && memoryKills() > m_memoryKills[0];
}

std::string Supervision::exitRecord() const {
  rusage use = {};
  getrusage(RUSAGE_CHILDREN, &use);
  const auto milliseconds = [](const timeval& time) { return int64_t{time.tv_sec} * 1000 + time.tv_usec / 1000; };
  const int64_t elapsed = m_endBootMs - m_startBootMs;
  JsonObject record;
  record.add("version", int64_t{1}).add("run", runName());
  if (WIFSIGNALED(m_status))
    record.add("signal", int64_t{WTERMSIG(m_status)});
  else
    record.add("code", int64_t{WEXITSTATUS(m_status)});
  return record.add("started_ms", m_startWallMs)
      .add("ended_ms", m_endWallMs)
      .add("elapsed_ms", elapsed)
      .add("clock_set_ms", m_endWallMs - m_startWallMs - elapsed)
      .add("user_ms", milliseconds(use.ru_utime))
      .add("system_ms", milliseconds(use.ru_stime))
      .add("peak_resident_bytes", std::max(m_peakBytes, int64_t{use.ru_maxrss} * 1024))
      .add("killed_for_memory", killedForMemory())
      .add("stop_signals", int64_t{m_stopSignals})
      .add("stopped_by_system", m_stoppedBySystem)
      .add("left_behind", int64_t{m_leftBehind})
      .text();
}

}  // namespace trainyard::supervisor
