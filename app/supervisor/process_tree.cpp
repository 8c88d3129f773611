// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/supervisor/process_tree.h"

#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <csignal>
#include <sys/resource.h>
#include <unistd.h>

#include "app/supervisor/records.h"

namespace trainyard::supervisor {
namespace {

std::string procPath(pid_t pid, const char* name) {
  std::string path("/proc/");
  return path.append(std::to_string(pid)).append("/").append(name);
}

/// The list of the children that a thread has made.
std::string childrenPath(pid_t pid, pid_t thread) { return procPath(pid, "task/").append(std::to_string(thread)).append("/children"); }

/// The numbers among the names in a folder of /proc.
std::vector<pid_t> numbersIn(const std::string& folder) {
  std::vector<pid_t> numbers;
  DIR* entries = opendir(folder.c_str());
  if (entries == nullptr) return numbers;
  while (const dirent* entry = readdir(entries))
    if (const int number = std::atoi(entry->d_name); number > 0) numbers.push_back(number);
  closedir(entries);
  return numbers;
}

void appendNumbers(const std::string& text, std::vector<pid_t>& numbers) {
  const char* at = text.c_str();
  char* end = nullptr;
  for (long number = std::strtol(at, &end, 10); end != at; number = std::strtol(at, &end, 10)) {
    numbers.push_back(static_cast<pid_t>(number));
    at = end;
  }
}

std::vector<pid_t> childrenOf(pid_t pid) {
  std::vector<pid_t> children;
  for (const pid_t thread : numbersIn(procPath(pid, "task")))
    appendNumbers(readSmallFile(childrenPath(pid, thread), 1 << 20), children);
  return children;
}

/// Where the kernel has no list of children (CONFIG_PROC_CHILDREN): each process tells its parent.
std::vector<pid_t> childrenByScan(const std::vector<pid_t>& all, pid_t parent) {
  std::vector<pid_t> children;
  for (const pid_t pid : all)
    if (ProcessStat stat; readStat(pid, stat) && stat.parent == parent) children.push_back(pid);
  return children;
}

int64_t numberAfter(const std::string& text, const char* name) {
  const size_t at = text.find(name);
  return at == std::string::npos ? 0 : std::atoll(text.c_str() + at + std::strlen(name));
}

void addIo(pid_t pid, TreeUse& use) {
  const std::string io = readSmallFile(procPath(pid, "io"));
  use.readBytes += numberAfter(io, "\nread_bytes: ");
  use.writtenBytes += numberAfter(io, "\nwrite_bytes: ");
}

int64_t milliseconds(const timeval& time) { return int64_t{time.tv_sec} * 1000 + time.tv_usec / 1000; }

}  // namespace

bool readStat(pid_t pid, ProcessStat& stat) {
  const std::string text = readSmallFile(procPath(pid, "stat"), 4096);
  const size_t nameEnd = text.rfind(')');  // the name may hold spaces and brackets
  if (nameEnd == std::string::npos) return false;
  const char* at = text.c_str() + nameEnd + 1;
  stat = {};
  // state is field 3 of proc(5); 4 ppid, 14 utime, 15 stime, 16 cutime, 17 cstime, 22 starttime.
  for (int field = 3; field <= 22; ++field) {
    while (*at == ' ') ++at;
    if (field == 3) stat.state = *at;
    if (field == 4) stat.parent = static_cast<pid_t>(std::atol(at));
    if (field >= 14 && field <= 17) stat.cpuTicks += std::atoll(at);
    if (field == 22) stat.startTicks = std::atoll(at);
    while (*at != ' ' && *at != '\0') ++at;
  }
  return stat.startTicks > 0;
}

std::string bootId() {
  std::string id = readSmallFile("/proc/sys/kernel/random/boot_id", 64);
  while (!id.empty() && id.back() == '\n') id.pop_back();
  return id;
}

std::vector<pid_t> descendants() {
  static const bool listed = access(childrenPath(getpid(), getpid()).c_str(), R_OK) == 0;
  const std::vector<pid_t> all = listed ? std::vector<pid_t>() : numbersIn("/proc");
  std::vector<pid_t> found = listed ? childrenOf(getpid()) : childrenByScan(all, getpid());
  for (size_t i = 0; i < found.size(); ++i) {
    const std::vector<pid_t> children = listed ? childrenOf(found[i]) : childrenByScan(all, found[i]);
    found.insert(found.end(), children.begin(), children.end());
  }
  return found;
}

int signalTree(int signal) {
  int reached = 0;
  for (const pid_t pid : descendants()) {
    ProcessStat stat;
    if (readStat(pid, stat) && stat.state != 'Z' && kill(pid, signal) == 0) ++reached;
  }
  return reached;
}

TreeUse treeUse() {
  TreeUse use;
  static const int64_t ticksPerSecond = sysconf(_SC_CLK_TCK);
  static const int64_t pageBytes = sysconf(_SC_PAGESIZE);
  int64_t ticks = 0;
  for (const pid_t pid : descendants()) {
    ProcessStat stat;
    if (!readStat(pid, stat)) continue;
    ticks += stat.cpuTicks;
    const std::string pages = readSmallFile(procPath(pid, "statm"), 256);
    if (const size_t second = pages.find(' '); second != std::string::npos)
      use.residentBytes += std::atoll(pages.c_str() + second) * pageBytes;
    addIo(pid, use);
  }
  addIo(getpid(), use);  // holds what ended children had read and written
  rusage ended = {};
  getrusage(RUSAGE_CHILDREN, &ended);
  use.cpuMs = ticks * 1000 / ticksPerSecond + milliseconds(ended.ru_utime) + milliseconds(ended.ru_stime);
  return use;
}

int64_t memoryKills() { return numberAfter(readSmallFile("/proc/vmstat"), "\noom_kill "); }

}  // namespace trainyard::supervisor
