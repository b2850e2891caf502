/* A disk that is full from the n-th write on, in one process: preloaded, idle until it is armed.

   Counted are the calls that need room on a disk, on paths under one folder: write, pwrite, writev, fallocate, a file
   that is opened to be made, mkdir, rename. From the n-th on they fail with ENOSPC. Not seen: memory maps, writes by
   statically linked programs, and what another process does (a database server has a disk of its own to fill). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static char watched[PATH_MAX];
static long full_from = -1; /* -1: only counted */
static long counted = 0;
static int armed = 0;

void full_disk_arm(const char *folder, long from) {
  strncpy(watched, folder, sizeof watched - 1);
  full_from = from;
  counted = 0;
  armed = 1;
}
void full_disk_disarm(void) { armed = 0; }
long full_disk_counted(void) { return counted; }

static int under(const char *path) {
  size_t length = strlen(watched);
  return strncmp(path, watched, length) == 0 && (path[length] == '/' || path[length] == 0);
}
/* Whether this call, on a watched path, finds the disk full. */
static int refused(void) {
  long number = __atomic_fetch_add(&counted, 1, __ATOMIC_SEQ_CST);
  if (full_from < 0 || number < full_from) return 0;
  errno = ENOSPC;
  return 1;
}
static int path_refused(const char *path) { return armed && path && under(path) && refused(); }
static int file_refused(int file) {
  char name[64], path[PATH_MAX];
  if (!armed) return 0;
  snprintf(name, sizeof name, "/proc/self/fd/%d", file);
  ssize_t length = readlink(name, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  return under(path) && refused();
}

#define REAL(result, name, ...) \
  static result (*real)(__VA_ARGS__); \
  if (!real) real = dlsym(RTLD_NEXT, name)

ssize_t write(int file, const void *bytes, size_t size) {
  REAL(ssize_t, "write", int, const void *, size_t);
  return file_refused(file) ? -1 : real(file, bytes, size);
}
ssize_t pwrite(int file, const void *bytes, size_t size, off_t at) {
  REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
  return file_refused(file) ? -1 : real(file, bytes, size, at);
}
ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at) {
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
  return file_refused(file) ? -1 : real(file, bytes, size, at);
}
ssize_t writev(int file, const struct iovec *parts, int count) {
  REAL(ssize_t, "writev", int, const struct iovec *, int);
  return file_refused(file) ? -1 : real(file, parts, count);
}
int posix_fallocate(int file, off_t at, off_t size) {
  REAL(int, "posix_fallocate", int, off_t, off_t);
  return file_refused(file) ? ENOSPC : real(file, at, size);
}
int mkdir(const char *path, mode_t mode) {
  REAL(int, "mkdir", const char *, mode_t);
  return path_refused(path) ? -1 : real(path, mode);
}
int rename(const char *from, const char *to) {
  REAL(int, "rename", const char *, const char *);
  return path_refused(to) ? -1 : real(from, to);
}
/* A file that is there already needs no room to be opened. */
static int is_made(const char *path, int flags) { return (flags & O_CREAT) && access(path, F_OK) != 0; }
#define OPENED(name) \
  int name(const char *path, int flags, ...) { \
    REAL(int, #name, const char *, int, ...); \
    va_list given; \
    va_start(given, flags); \
    mode_t mode = (flags & O_CREAT) ? va_arg(given, mode_t) : 0; \
    va_end(given); \
    return armed && is_made(path, flags) && path_refused(path) ? -1 : real(path, flags, mode); \
  }
OPENED(open)
OPENED(open64)
