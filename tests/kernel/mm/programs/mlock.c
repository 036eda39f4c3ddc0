// Locking memory: what it refuses to whom, what it counts, and mincore.
#include "memory.h"

static void fresh(void) { munmap(region, region_pages * PAGE); }
static void locked(const char *title) { printf("%s: %ld kB locked\n", title, field("/proc/self/status", "VmLck")); }
static void resident(unsigned long page, unsigned long pages) {
  unsigned char there[64];
  errno = 0;
  int result = mincore(at(page), pages * PAGE, there);
  if (result) { puts(strerrorname_np(errno)); return; }
  for (unsigned long n = 0; n < pages; n++) printf(" %d", there[n] & 1);
  puts("");
}

static void calls(void) {
  map_at(0, 4, RW);
  map_at(6, 2, RW);
  TRY(mlock(at(0), 0));
  TRY(mlock(at(5), 0));
  TRY(mlock(at(0) + 100, 100));
  locked("a page");
  resident(0, 4);
  TRY(mlock(at(0) + 4000, 200));
  locked("two pages");
  TRY(mlock(at(2), 4 * PAGE));
  locked("up to a hole");
  TRY(mlock(at(5), PAGE));
  TRY(munlock(at(3), 4 * PAGE));
  locked("unlocked up to a hole");
  TRY(munlock(at(0), 3 * PAGE));
  locked("unlocked");
  TRY(mlock(at(0), -1UL));
  TRY(mlock(at(0), -PAGE));
  TRY(mlock(at(0), 1UL << 47));
  TRY(munlock(at(0), -1UL));
  TRY(munlock(at(0), -PAGE));
  TRY(munlock(at(5), PAGE));
  TRY(mlock2(at(0), PAGE, 2));
  TRY(mlock2(at(5), PAGE, 3));
  TRY(mlock2(at(6), 2 * PAGE, MLOCK_ONFAULT));
  locked("on fault");
  resident(6, 2);
  at(7)[0] = 1;
  resident(6, 2);
  TRY(mlock(at(6), 2 * PAGE));
  resident(6, 2);
  TRY(munmap(at(6), PAGE));
  locked("one unmapped");
  TRY(mremap(at(7), PAGE, 3 * PAGE, MREMAP_MAYMOVE));
  locked("one became three");
  resident(7, 3);
  fresh();
  map_at(0, 1, PROT_NONE);
  TRY(mlock(at(0), PAGE));
  locked("out of reach");
  map_at(1, 1, PROT_READ);
  TRY(mlock(at(1), PAGE));
  resident(0, 2);
  TRY(mprotect(at(1), PAGE, RW));
  int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0644);
  ftruncate(fd, PAGE);
  mmap(at(2), 2 * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0);
  TRY(mlock(at(2), PAGE));
  TRY(mlock(at(3), PAGE));
  locked("behind a file's end");
  TRY(msync(at(2), PAGE, MS_SYNC | MS_INVALIDATE));
  TRY(msync(at(2), PAGE, MS_SYNC));
  close(fd);
  unlink("f");
  TRY(mmap(at(4), PAGE, RW, ANON | MAP_FIXED | MAP_LOCKED, -1, 0));
  TRY(mmap(at(5), PAGE, RW, ANON | MAP_FIXED | MAP_POPULATE, -1, 0));
  TRY(mmap(at(6), PAGE, RW, ANON | MAP_FIXED, -1, 0));
  TRY(mmap(at(7), PAGE, RW, ANON | MAP_FIXED | MAP_POPULATE | MAP_NONBLOCK, -1, 0));
  resident(4, 4);
  locked("by mmap");
  fflush(stdout);
  if (!fork()) { locked("a child"); fflush(stdout); _exit(0); }
  wait(0);
  fresh();
  locked("all unmapped");
}

static void asking(void) {
  unsigned char there[4];
  map_at(0, 4, RW);
  TRY(mincore(at(0) + 1, PAGE, there));
  TRY(mincore(at(0), 0, there));
  TRY(mincore(at(0), 0, 0));
  TRY(mincore(at(0), PAGE, 0));
  TRY(mincore(at(0), PAGE, (void *)-1));
  TRY(mincore(at(4), PAGE, there));
  TRY(mincore(at(4), 0, there));
  TRY(mincore(at(3), 2 * PAGE, there));
  TRY(mincore(at(0), -1UL, there));
  TRY(mincore((void *)-PAGE, PAGE, there));
  TRY(mincore((void *)(1UL << 47), PAGE, there));
  at(1)[0] = 1;
  volatile char c = at(2)[0];
  resident(0, 4);
  mprotect(at(1), PAGE, PROT_NONE);
  resident(0, 4);
  madvise(at(1), PAGE, MADV_DONTNEED);
  resident(0, 4);
  mmap(at(4), 4 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  at(5)[0] = 1;
  resident(4, 4);
  madvise(at(4), 4 * PAGE, MADV_DONTNEED);
  resident(4, 4);
  fresh();
}

static void all(void) {
  map_at(0, 4, RW);
  TRY(mlockall(0));
  TRY(mlockall(8));
  TRY(mlockall(MCL_ONFAULT));
  TRY(mlockall(MCL_FUTURE));
  map_at(4, 4, RW);
  resident(0, 8);
  map_at(8, 1, PROT_NONE);
  maps("future");
  TRY(mlockall(MCL_FUTURE | MCL_ONFAULT));
  map_at(9, 2, RW);
  resident(9, 2);
  TRY(mlockall(MCL_CURRENT));
  resident(0, 11);
  map_at(12, 1, RW);
  resident(12, 1);
  maps("current");
  printf("some locked: %d\n", field("/proc/self/status", "VmLck") > 44);
  TRY(munlockall());
  locked("unlocked");
  maps("none");
  fresh();
}

static void limited(void) {
  struct rlimit limit = {8 * PAGE, 8 * PAGE};
  setrlimit(RLIMIT_MEMLOCK, &limit);
  map_at(0, 16, RW);
  TRY(mlock(at(0), 8 * PAGE));
  TRY(mlock(at(0), 8 * PAGE));
  TRY(mlock(at(0), 9 * PAGE));
  TRY(mlock(at(4), 8 * PAGE));
  TRY(mlock(at(12), PAGE));
  TRY(mmap(at(8), PAGE, RW, ANON | MAP_FIXED | MAP_LOCKED, -1, 0));
  TRY(mremap(at(0), 8 * PAGE, 9 * PAGE, MREMAP_MAYMOVE));
  TRY(munlock(at(0), PAGE));
  TRY(mmap(at(8), PAGE, RW, ANON | MAP_FIXED | MAP_LOCKED, -1, 0));
  TRY(mmap(at(9), PAGE, RW, ANON | MAP_FIXED | MAP_LOCKED, -1, 0));
  locked("at the limit");
  TRY(mlockall(MCL_CURRENT));
  TRY(mlockall(MCL_FUTURE));
  TRY(mmap(at(10), PAGE, RW, ANON | MAP_FIXED, -1, 0));
  TRY(munlockall());
  limit.rlim_cur = 0;
  setrlimit(RLIMIT_MEMLOCK, &limit);
  TRY(mlock(at(0), PAGE));
  TRY(mlock(at(0), 0));
  TRY(mlock2(at(0), 0, 4));
  TRY(mlockall(MCL_CURRENT));
  TRY(mlockall(9));
  TRY(mmap(at(8), PAGE, RW, ANON | MAP_FIXED | MAP_LOCKED, -1, 0));
  TRY(mmap(at(8), PAGE, RW, MAP_ANONYMOUS | MAP_FIXED | MAP_LOCKED, -1, 0));
  TRY(munlock(at(0), PAGE));
  fresh();
}

int main(void) {
  setvbuf(stdout, 0, _IOFBF, 1 << 16);
  catch_faults();
  take_region(16);
  calls();
  asking();
  all();
  if (getuid() == 0) setresuid(65534, 65534, 65534);
  limited();
}
