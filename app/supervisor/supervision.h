// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

#include "app/supervisor/process_tree.h"
#include "app/supervisor/records.h"

namespace trainyard::supervisor {

struct Assignment {
  std::string directory;                ///< the job's: records, output.log, metrics.jsonl, system.jsonl
  std::string workingDirectory;
  std::vector<std::string> command;     ///< program and words
};

/// One job's process, from its start to its last descendant's end. The files that it writes, one JSON object each, whole
/// or not at all: process.json when the program is about to run, stop.json at each signal of a stop, exit.json when all
/// is over; a line to system.jsonl every five seconds. It sleeps in between.
class Supervision {
 public:
  explicit Supervision(Assignment assignment) : m_job(std::move(assignment)) {}

  /// Becomes the job's only supervisor, makes the files and writes process.json; the program waits. A sentence, when that is not possible.
  [[nodiscard]] std::string prepare();
  /// Lets the program run. A sentence when it could not be executed; then nothing runs.
  [[nodiscard]] std::string begin();
  /// Until all is over and told.
  void watch();

  static constexpr int alreadySupervised = 3;  ///< exit code: somebody else does or did
  [[nodiscard]] bool isTaken() const { return m_taken; }

 private:
  [[nodiscard]] bool takeLock();
  [[nodiscard]] std::string openFiles();
  [[nodiscard]] std::string fork();
  [[noreturn]] void become(int gate, int failure) const;
  [[nodiscard]] std::string processRecord() const;
  [[nodiscard]] std::string exitRecord() const;
  void blockSignals();
  void takeSignals();
  void takeChildren();
  void stop(int graceMs);
  void clearTree();
  void sample();
  void tellStop(int64_t nextInMs) const;
  [[nodiscard]] int timeoutMs() const;
  void serveTimers();
  [[nodiscard]] bool killedForMemory() const;
  [[nodiscard]] FilePlace place(const char* name) const { return {m_job.directory, name}; }

  Assignment m_job;
  bool m_taken = false;
  int m_lock = -1;
  int m_output = -1;
  int m_system = -1;
  int m_signals = -1;
  int m_gate = -1;     ///< closed or written: the program runs
  int m_failure = -1;  ///< tells why it could not be executed
  pid_t m_program = 0;
  int64_t m_startWallMs = 0;
  int64_t m_startBootMs = 0;

  bool m_ended = false;     ///< the program; others of the tree may be left
  int m_status = 0;
  int64_t m_endWallMs = 0;
  int64_t m_endBootMs = 0;
  int m_leftBehind = 0;

  int m_stopSignals = 0;    ///< how many of SIGINT, SIGTERM, SIGKILL were sent
  int m_graceMs = 0;
  int64_t m_nextSignalMs = -1;  ///< on the boot clock; -1 = none
  bool m_stoppedBySystem = false;
  int64_t m_nextClearMs = -1;
  int m_clearRounds = 0;

  int64_t m_nextSampleMs = 0;
  int64_t m_samples = 0;
  int64_t m_lastSampleMs = 0;
  int64_t m_lastSampleWallMs = 0;
  TreeUse m_lastUse;
  int64_t m_peakBytes = 0;
  int64_t m_memoryKills[2] = {0, 0};  ///< as of the sample before the last one and as of the last
};

}  // namespace trainyard::supervisor
