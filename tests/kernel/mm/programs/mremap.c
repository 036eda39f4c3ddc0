// mremap: what it refuses, and what becomes of pages and of what was below, above and between.
#include "memory.h"

static void fresh(void) { munmap(region, region_pages * PAGE); }
static long remap(void *old, unsigned long from, unsigned long to, int flags, void *new) {
  return syscall(SYS_mremap, old, from, to, flags, new);
}
#define FIXED (MREMAP_MAYMOVE | MREMAP_FIXED)
#define KEEP (MREMAP_MAYMOVE | MREMAP_DONTUNMAP)

static void fill(unsigned long page, unsigned long pages) {
  for (unsigned long n = 0; n < pages; n++) at(page + n)[5] = page + n + 1;
}
static void contents(unsigned long page, unsigned long pages) {
  for (unsigned long n = 0; n < pages; n++) printf(" %d", peek(at(page + n) + 5));
  puts("");
}

static void refusals(void) {
  map_at(0, 4, RW);
  map_at(8, 4, PROT_READ);
  TRY(remap(at(0) + 1, PAGE, PAGE, 0, 0));
  TRY(remap(at(0), PAGE, 0, 0, 0));
  TRY(remap(at(0), PAGE, PAGE, 8, 0));
  TRY(remap(at(5), PAGE, PAGE, 0, 0));
  TRY(remap(at(5), PAGE, 2 * PAGE, 0, 0));
  TRY(remap(at(5), PAGE, 2 * PAGE, MREMAP_MAYMOVE, 0));
  TRY(remap(at(5), 2 * PAGE, PAGE, 0, 0));
  TRY(remap(at(5), 0, PAGE, 0, 0));
  TRY(remap(at(0), 0, PAGE, 0, 0));
  TRY(remap(at(0), 0, PAGE, MREMAP_MAYMOVE, 0));
  TRY(remap(at(0), PAGE, 1UL << 47, MREMAP_MAYMOVE, 0));
  TRY(remap(at(0), PAGE, -1UL, MREMAP_MAYMOVE, 0));
  TRY(remap(at(0), -1UL, PAGE, 0, 0));
  TRY(remap(at(0), PAGE, PAGE, MREMAP_FIXED, at(12)));
  TRY(remap(at(0), PAGE, PAGE, MREMAP_DONTUNMAP, 0));
  TRY(remap(at(0), PAGE, PAGE, FIXED, at(12) + 1));
  TRY(remap(at(0), PAGE, PAGE, FIXED, (void *)(1UL << 47)));
  TRY(remap(at(0), PAGE, PAGE, FIXED, (void *)((1UL << 47) - PAGE)));
  TRY(remap(at(0), 2 * PAGE, PAGE, FIXED, at(1)));
  TRY(remap(at(0), PAGE, 2 * PAGE, FIXED, at(0)));
  TRY(remap(at(1), PAGE, 2 * PAGE, FIXED, at(0)));
  TRY(remap(at(0), PAGE, 2 * PAGE, KEEP, 0));
  TRY(remap(at(2), 4 * PAGE, 4 * PAGE, 0, 0));
  TRY(remap(at(2), 4 * PAGE, 5 * PAGE, MREMAP_MAYMOVE, 0));
  TRY(remap(at(2), 4 * PAGE, 5 * PAGE, 0, 0));
  TRY(remap(at(2), PAGE, 2 * PAGE, 0, 0));
  TRY(remap(at(2), 2 * PAGE, 9 * PAGE, 0, 0));
  TRY(remap(at(0), 5 * PAGE, PAGE, 0, 0));
  maps("after all that");
  fresh();
}

static void pages(void) {
  map_at(0, 4, RW);
  fill(0, 4);
  map_at(8, 8, RW);
  fill(8, 8);
  TRY(remap(at(1), 2 * PAGE, 3 * PAGE, FIXED, at(10)));
  contents(0, 4);
  contents(8, 8);
  maps("moved over others");
  TRY(remap(at(10), 3 * PAGE, PAGE, FIXED, at(4)));
  contents(0, 16);
  maps("moved and shorter");
  char *away = (char *)remap(at(0), PAGE, 8 * PAGE, MREMAP_MAYMOVE, 0);
  printf("away %d: %d %d\n", away < region || away > at(16), away[5], away[5 + PAGE]);
  contents(0, 2);
  munmap(away, 8 * PAGE);
  fresh();
  map_at(0, 2, RW);
  fill(0, 2);
  TRY(remap(at(0), 2 * PAGE, 2 * PAGE, KEEP | MREMAP_FIXED, at(8)));
  contents(0, 2);
  contents(8, 2);
  maps("kept");
  char *kept = (char *)remap(at(8), 2 * PAGE, 2 * PAGE, KEEP, 0);
  printf("somewhere: %d %d, there %d\n", kept[5], kept[5 + PAGE], peek(at(8) + 5));
  munmap(kept, 2 * PAGE);
  fresh();
}

static void in_two_processes(void) {
  map_at(0, 2, RW);
  fill(0, 2);
  fflush(stdout);
  if (!fork()) {
    TRY(remap(at(0), 2 * PAGE, 2 * PAGE, FIXED, at(4)));
    at(4)[5] = 99;
    contents(4, 2);
    maps("the child's");
    fflush(stdout);
    _exit(0);
  }
  wait(0);
  contents(0, 2);
  maps("the parent's");
  fresh();
}

static void shared(void) {
  mmap(at(0), 2 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  fill(0, 2);
  TRY(remap(at(0), 0, 2 * PAGE, FIXED, at(4)));
  at(4)[5] = 42;
  contents(0, 2);
  contents(4, 2);
  TRY(remap(at(1), 0, PAGE, FIXED, at(8)));
  contents(8, 1);
  TRY(remap(at(0), 2 * PAGE, 4 * PAGE, 0, 0));
  maps("once more");
  printf("behind its end: %d\n", peek(at(2)));
  fresh();
  int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0644);
  for (int n = 0; n < 6; n++) pwrite(fd, (char[]){n + 1}, 1, n * PAGE + 5);
  ftruncate(fd, 6 * PAGE);
  mmap(at(0), 2 * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, PAGE);
  TRY(remap(at(0), 2 * PAGE, 4 * PAGE, 0, 0));
  contents(0, 4);
  TRY(remap(at(1), 2 * PAGE, 2 * PAGE, FIXED, at(8)));
  contents(8, 2);
  TRY(remap(at(0), 0, PAGE, FIXED, at(12)));
  mmap(at(13), PAGE, RW, MAP_PRIVATE | MAP_FIXED, fd, 0);
  at(13)[5] = 77;
  TRY(remap(at(13), PAGE, 2 * PAGE, 0, 0));
  contents(13, 2);
  TRY(remap(at(13), 2 * PAGE, 2 * PAGE, FIXED, at(4)));
  contents(4, 2);
  maps("a file");
  TRY(remap(at(4), 2 * PAGE, 2 * PAGE, KEEP | MREMAP_FIXED, at(14)));
  contents(4, 2);
  contents(14, 2);
  unlink("f");
  close(fd);
  fresh();
}

static void limits(void) {
  struct rlimit limit = {1UL << 30, 1UL << 30};
  map_at(0, 4, RW);
  setrlimit(RLIMIT_AS, &limit);
  TRY(remap(at(0), 4 * PAGE, 1UL << 30, MREMAP_MAYMOVE, 0));
  TRY(mmap(0, 1UL << 30, RW, ANON, -1, 0));
  fresh();
}

int main(void) {
  setvbuf(stdout, 0, _IOFBF, 1 << 16);
  catch_faults();
  take_region(16);
  refusals();
  pages();
  in_two_processes();
  shared();
  limits();
}
