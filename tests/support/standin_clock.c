/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stands in for a clock that somebody sets: loaded before libc, it moves the time of day by as many seconds as the file that
 * STANDIN_CLOCK names says at this moment. Other clocks are left as they are. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec* now) {
  const int result = (int)syscall(SYS_clock_gettime, clock, now);
  const char* name = getenv("STANDIN_CLOCK");
  if (result == 0 && clock == CLOCK_REALTIME && name) {
    FILE* file = fopen(name, "r");
    long seconds = 0;
    if (file) {
      if (fscanf(file, "%ld", &seconds) == 1) now->tv_sec += seconds;
      fclose(file);
    }
  }
  return result;
}
