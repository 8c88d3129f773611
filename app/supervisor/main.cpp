// SPDX-License-Identifier: GPL-3.0-or-later
// trainyard-supervise DIRECTORY WORKING_DIRECTORY PROGRAM [WORDS...]
// Starts the program in a session of its own, detached from whoever asked, and keeps its records in DIRECTORY. Returns when
// the program runs: 0; 1 with a sentence on standard error when it could not be started; 3 when the job has a supervisor already.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/supervisor/supervision.h"

namespace {

using trainyard::supervisor::Assignment;
using trainyard::supervisor::Supervision;

constexpr char running = '\0';  ///< first byte to the launcher; anything else is the sentence

void tell(int pipe, const std::string& sentence) {
  if (write(pipe, sentence.data(), sentence.size()) < 0) std::perror("trainyard-supervise");
}

/// Nothing that whoever asked had open, or ignored, is ours or the program's.
void inheritNothing() {
  if (close_range(3, ~0U, 0) != 0)  // a kernel before 5.9
    for (int file = 3; file < static_cast<int>(sysconf(_SC_OPEN_MAX)); ++file) close(file);
  signal(SIGCHLD, SIG_DFL);  // ignored, it would take away how the program ended
}

/// Keeps nothing of who asked: no terminal, no folder, no pipe.
void detach() {
  if (chdir("/") != 0) std::perror("trainyard-supervise: /");
  const int nothing = open("/dev/null", O_RDWR);
  for (const int standard : {0, 1, 2}) dup2(nothing, standard);
  if (nothing > 2) close(nothing);
}

int supervise(const Assignment& assignment, int pipe) {
  setsid();
  Supervision supervision(assignment);
  std::string failed = supervision.prepare();
  if (failed.empty()) failed = supervision.begin();
  if (!failed.empty()) {
    tell(pipe, failed);
    return supervision.isTaken() ? Supervision::alreadySupervised : 1;
  }
  tell(pipe, std::string(1, running));
  close(pipe);
  detach();
  supervision.watch();
  return 0;
}

/// Waits for the supervisor's first word and passes it on.
int launch(pid_t supervisor, int pipe) {
  std::string said;
  char part[512];
  for (ssize_t count = 1; count != 0;) {
    count = read(pipe, part, sizeof part);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    said.append(part, static_cast<size_t>(count));
    if (!said.empty() && said[0] == running) return 0;
  }
  int status = 0;
  while (waitpid(supervisor, &status, 0) < 0 && errno == EINTR) {}
  std::fprintf(stderr, "%s\n", said.empty() ? "the supervisor ended before the program began" : said.c_str());
  return WIFEXITED(status) && WEXITSTATUS(status) == Supervision::alreadySupervised ? Supervision::alreadySupervised : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: trainyard-supervise DIRECTORY WORKING_DIRECTORY PROGRAM [WORDS...]\n");
    return 2;
  }
  inheritNothing();
  const Assignment assignment{argv[1], argv[2], {argv + 3, argv + argc}};
  int pipes[2];
  if (pipe2(pipes, O_CLOEXEC) != 0) {
    std::perror("trainyard-supervise");
    return 1;
  }
  const pid_t supervisor = fork();
  if (supervisor < 0) {
    std::perror("trainyard-supervise");
    return 1;
  }
  if (supervisor == 0) {
    close(pipes[0]);
    return supervise(assignment, pipes[1]);
  }
  close(pipes[1]);
  return launch(supervisor, pipes[0]);
}
