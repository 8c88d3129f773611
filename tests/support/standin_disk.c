/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stands in for a disk that becomes read-only under programs that have files open, which a mount does not do to order: loaded before
 * libc, it refuses every write below the folder that STANDIN_DISK names while the file STANDIN_DISK.readonly exists. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int refusing(const char* path) {
  const char* disk = getenv("STANDIN_DISK");
  char flag[PATH_MAX];
  if (!disk || strncmp(path, disk, strlen(disk)) != 0) return 0;
  snprintf(flag, sizeof flag, "%s.readonly", disk);
  if (access(flag, F_OK) != 0) return 0;
  errno = EROFS;
  return 1;
}

static int refusing_file(int file) {
  char link[64], path[PATH_MAX];
  const int saved = errno;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t size = readlink(link, path, sizeof path - 1);
  errno = saved;
  if (size <= 0) return 0;
  path[size] = '\0';
  return refusing(path);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void* data, size_t size) { return refusing_file(file) ? -1 : NEXT(write)(file, data, size); }
ssize_t pwrite(int file, const void* data, size_t size, off_t at) { return refusing_file(file) ? -1 : NEXT(pwrite)(file, data, size, at); }
ssize_t pwrite64(int file, const void* data, size_t size, off64_t at) { return refusing_file(file) ? -1 : NEXT(pwrite64)(file, data, size, at); }
int ftruncate(int file, off_t size) { return refusing_file(file) ? -1 : NEXT(ftruncate)(file, size); }
int ftruncate64(int file, off64_t size) { return refusing_file(file) ? -1 : NEXT(ftruncate64)(file, size); }
int rename(const char* from, const char* to) { return refusing(to) ? -1 : NEXT(rename)(from, to); }
int unlink(const char* path) { return refusing(path) ? -1 : NEXT(unlink)(path); }
int mkdir(const char* path, mode_t mode) { return refusing(path) ? -1 : NEXT(mkdir)(path, mode); }

#define OPEN(name)                                                          \
  int name(const char* path, int flags, ...) {                              \
    va_list more;                                                           \
    va_start(more, flags);                                                  \
    const mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, mode_t) : 0; \
    va_end(more);                                                           \
    if ((flags & O_ACCMODE) != O_RDONLY && refusing(path)) return -1;       \
    return NEXT(name)(path, flags, mode);                                   \
  }
OPEN(open)
OPEN(open64)
