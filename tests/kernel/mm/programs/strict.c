// overcommit_memory 1 and 2: run only where nobody else is disturbed.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRY(call) do { errno = 0; long r = (long)(call); printf("%s = %s %s\n", #call, r == -1 ? "-1" : "ok", r == -1 ? strerrorname_np(errno) : ""); } while (0)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static void set(const char *name, const char *value) {
  char path[100];
  sprintf(path, "/proc/sys/vm/%s", name);
  int fd = open(path, O_WRONLY);
  errno = 0;
  int n = write(fd, value, strlen(value));
  printf("%s = %s: %s\n", name, value, n < 0 ? strerrorname_np(errno) : "ok");
  close(fd);
}
static long number(const char *path) {
  long value = -1;
  FILE *f = fopen(path, "r");
  fscanf(f, "%ld", &value);
  fclose(f);
  return value;
}
static long meminfo(const char *name) {
  char line[200];
  long value = -1;
  FILE *f = fopen("/proc/meminfo", "r");
  while (fgets(line, sizeof line, f))
    if (!strncmp(line, name, strlen(name)) && line[strlen(name)] == ':') value = atol(line + strlen(name) + 1);
  fclose(f);
  return value;
}
/** Pages that may still be promised to this process. Source: __vm_enough_memory. */
static long room(int privileged) {
  long allowed = meminfo("CommitLimit") / 4, reserve = number("/proc/sys/vm/user_reserve_kbytes") / 4;
  if (!privileged) allowed -= number("/proc/sys/vm/admin_reserve_kbytes") / 4;
  long part = number("/proc/self/statm") / 32;
  return allowed - (part < reserve ? part : reserve) - meminfo("Committed_AS") / 4 - 1;
}
static void atTheLimit(int privileged) {
  long pages = room(privileged);
  printf("one more than there is room for: %d\n", mmap(0, (pages + 1) << 12, 3, ANON, -1, 0) == MAP_FAILED ? errno == ENOMEM : -1);
  void *all = mmap(0, pages << 12, 3, ANON, -1, 0);
  printf("as much: %d\n", all != MAP_FAILED);
  munmap(all, pages << 12);
}

int main(void) {
  set("overcommit_memory", "3");
  set("overcommit_memory", "-1");
  set("overcommit_memory", "1");
  void *much = mmap(0, 1UL << 42, 3, ANON, -1, 0);
  printf("4 TiB: %d\n", much != MAP_FAILED);
  munmap(much, 1UL << 42);

  set("overcommit_memory", "2");
  printf("half of memory, and all of swap: %d\n", meminfo("CommitLimit") == meminfo("MemTotal") / 8 * 4 + meminfo("SwapTotal"));
  atTheLimit(1);
  set("overcommit_ratio", "80");
  printf("four fifths: %d\n", meminfo("CommitLimit") / 4 == meminfo("MemTotal") / 4 * 80 / 100 + meminfo("SwapTotal") / 4);
  atTheLimit(1);
  set("overcommit_kbytes", "20000");
  printf("kbytes: %ld, ratio %ld\n", meminfo("CommitLimit") - meminfo("SwapTotal"), number("/proc/sys/vm/overcommit_ratio"));
  atTheLimit(1);
  set("overcommit_ratio", "50");
  printf("kbytes %ld\n", number("/proc/sys/vm/overcommit_kbytes"));
  long bytes = room(1) << 12;
  TRY(mmap(0, 2 * bytes, 3, ANON | MAP_NORESERVE, -1, 0));
  TRY(mmap(0, 2 * bytes, 3, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  TRY(mmap(0, 2 * bytes, 1, ANON, -1, 0));
  TRY(brk((char *)sbrk(0) + 2 * bytes));
  char *most = mmap(0, bytes / 8 * 5, 3, ANON, -1, 0);
  printf("five eighths: %d\n", most != MAP_FAILED);
  errno = 0;
  int child = fork();
  if (!child) _exit(0);
  printf("fork with as much again: %d %s\n", child < 0, strerrorname_np(errno));
  TRY(mremap(most, bytes / 8 * 5, bytes / 8 * 9, MREMAP_MAYMOVE));
  TRY(munmap(most, bytes / 8 * 5));
  fflush(stdout);
  child = fork();
  if (!child) {
    setuid(65534);
    atTheLimit(0);
    fflush(stdout);
    _exit(0);
  }
  wait(0);
  return 0;
}
