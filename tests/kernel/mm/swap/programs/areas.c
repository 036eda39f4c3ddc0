// Swap areas in use: what goes there comes back, what programs may do with the file meanwhile, and leaving the area again.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/swap.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGES = 64, PAGE = 4096, SIZE = PAGES * PAGE };
#define TRY(call) do { errno = 0; int r = call; printf("%s = %d %s\n", #call, r, r < 0 ? strerrorname_np(errno) : ""); } while (0)

static void cat(const char *path, const char *only) {
  char line[300];
  FILE *f = fopen(path, "r");
  while (fgets(line, sizeof line, f))
    if (!only || !strncmp(line, only, strlen(only))) fputs(line, stdout);
  fclose(f);
}
static long majors(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return u.ru_majflt;
}
static void fill(unsigned char *m) { for (int i = 0; i < SIZE; i++) m[i] = i * 7 + i / PAGE; }
static int wrong(const unsigned char *m) {
  int n = 0;
  for (int i = 0; i < SIZE; i++) n += m[i] != (unsigned char)(i * 7 + i / PAGE);
  return n;
}
static int resident(void *m) {
  unsigned char v[PAGES];
  int n = 0;
  mincore(m, SIZE, v);
  for (int i = 0; i < PAGES; i++) n += v[i] & 1;
  return n;
}
static void makeArea(const char *name, int pages) {
  char page[PAGE] = {0};
  int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600), version = 1, last = pages - 1;
  memcpy(page + 1024, &version, 4);
  memcpy(page + 1028, &last, 4);
  memcpy(page + 4086, "SWAPSPACE2", 10);
  write(fd, page, PAGE);
  memset(page, 0, PAGE);
  for (int i = 1; i < pages; i++) write(fd, page, PAGE);
  close(fd);
}

int main(void) {
  makeArea("area", 257);
  makeArea("small", 11);
  printf("as it was booted:\n");
  cat("/proc/swaps", 0);
  TRY(swapon("area", SWAP_FLAG_PREFER | 5));
  TRY(swapon("small", 0));
  TRY(swapon("area", 0));
  cat("/proc/swaps", 0);
  TRY(unlink("area"));
  TRY(rename("area", "other"));
  TRY(truncate("area", 0));
  int fd = open("area", O_RDWR);
  TRY(write(fd, "x", 1));
  TRY(fallocate(fd, 0, 0, 4096));
  close(fd);

  unsigned char *own = mmap(0, SIZE, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  fill(own);
  printf("resident %d\n", resident(own));
  TRY(madvise(own, SIZE, MADV_PAGEOUT));
  printf("resident %d\n", resident(own));
  cat("/proc/swaps", "/tmp/area");
  cat("/proc/self/status", "VmSwap");
  fflush(stdout);
  if (!fork()) {
    int n = wrong(own);
    printf("child: wrong %d, major faults %ld\n", n, majors());
    own[5] = 99;
    fflush(stdout);
    _exit(0);
  }
  wait(0);
  long before = majors();
  int bad = wrong(own);
  printf("parent: wrong %d, major faults %ld\n", bad, majors() - before);
  TRY(madvise(own, SIZE, MADV_PAGEOUT));
  before = majors();
  own[3 * PAGE] ^= 1;
  printf("one page written: major faults %ld\n", majors() - before);
  cat("/proc/swaps", "/tmp/area");
  own[3 * PAGE] ^= 1;

  unsigned char *shared = mmap(0, SIZE, 3, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  fill(shared);
  TRY(madvise(shared, SIZE, MADV_PAGEOUT));
  cat("/proc/swaps", "/tmp/area");
  fflush(stdout);
  if (!fork()) {
    printf("child: shared wrong %d\n", wrong(shared));
    memset(shared, 1, 10);
    fflush(stdout);
    _exit(0);
  }
  wait(0);
  printf("parent: what the child wrote %d\n", shared[9]);
  madvise(shared, SIZE, MADV_PAGEOUT);

  char *freed = mmap(0, SIZE, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(freed, 1, SIZE);
  madvise(freed, SIZE, MADV_PAGEOUT);
  cat("/proc/swaps", "/tmp/area");
  TRY(madvise(freed, SIZE / 2, MADV_FREE));
  TRY(madvise(freed + SIZE / 2, SIZE / 4, MADV_DONTNEED));
  cat("/proc/swaps", "/tmp/area");
  printf("%d %d %d\n", freed[0], freed[SIZE / 2], freed[SIZE - 1]);
  TRY(munmap(freed, SIZE));
  struct sysinfo info;
  sysinfo(&info);
  printf("sysinfo: total %lu used %lu\n", info.totalswap / PAGE, (info.totalswap - info.freeswap) / PAGE);

  TRY(swapoff("area"));
  TRY(swapoff("area"));
  cat("/proc/swaps", 0);
  shared[0] ^= 1 ^ 0;
  memset(shared, 0, 10);
  for (int i = 0; i < 10; i++) shared[i] = i * 7;
  printf("wrong: own %d, shared %d\n", wrong(own), wrong(shared));
  TRY(swapoff("small"));
  TRY(unlink("area"));
  cat("/proc/swaps", 0);
  cat("/proc/vmstat", "pswp");
  return 0;
}
