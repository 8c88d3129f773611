// SPDX-License-Identifier: GPL-3.0-or-later
// The processes below the supervisor. It is their subreaper, so that a child whose parent has gone becomes its own child
// and nothing that the job started leaves the tree.
#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace trainyard::supervisor {

/// The fields of /proc/PID/stat that are wanted (proc(5)).
struct ProcessStat {
  char state = '?';
  pid_t parent = 0;
  int64_t cpuTicks = 0;     ///< user and system time of the process and of the children that it has waited for
  int64_t startTicks = 0;   ///< since the machine's start
};

/// False when there is no such process.
[[nodiscard]] bool readStat(pid_t pid, ProcessStat& stat);
[[nodiscard]] std::string bootId();

/// All living descendants of this process, parents first.
[[nodiscard]] std::vector<pid_t> descendants();
/// To every descendant; how many got it.
int signalTree(int signal);

/// What a tree uses: sums over its processes, and over those that have ended and were waited for.
struct TreeUse {
  int64_t cpuMs = 0;
  int64_t residentBytes = 0;  ///< pages that processes share are counted in each
  int64_t readBytes = 0;      ///< from storage
  int64_t writtenBytes = 0;   ///< to storage
};
[[nodiscard]] TreeUse treeUse();

/// How many processes the kernel has killed for memory since the machine's start.
[[nodiscard]] int64_t memoryKills();

}  // namespace trainyard::supervisor
