// madvise: what it refuses, what it does to contents, and across fork.
#include "memory.h"

static void fresh(void) { munmap(region, region_pages * PAGE); }
static void contents(unsigned long page, unsigned long pages) {
  for (unsigned long n = 0; n < pages; n++) printf(" %d", peek(at(page + n)));
  puts("");
}
static void fill(unsigned long page, unsigned long pages) {
  for (unsigned long n = 0; n < pages; n++) at(page + n)[0] = page + n + 1;
}

static const struct { const char *name; int advice; } advices[] = {
#define A(name) {#name, name}
  A(MADV_NORMAL), A(MADV_RANDOM), A(MADV_SEQUENTIAL), A(MADV_WILLNEED), A(MADV_DONTNEED), A(MADV_FREE), A(MADV_REMOVE),
  A(MADV_DONTFORK), A(MADV_DOFORK), A(MADV_HUGEPAGE), A(MADV_NOHUGEPAGE), A(MADV_DONTDUMP), A(MADV_DODUMP),
  A(MADV_WIPEONFORK), A(MADV_KEEPONFORK), A(MADV_COLD), A(MADV_PAGEOUT), A(MADV_POPULATE_READ), A(MADV_POPULATE_WRITE),
  {"MADV_DONTNEED_LOCKED", 24}, {"5", 5}, {"26", 26}, {"-1", -1},
};

static void each(const char *title, unsigned long page) {
  printf("%s\n", title);
  for (int n = 0; n < sizeof advices / sizeof *advices; n++) {
    errno = 0;
    int result = madvise(at(page), PAGE, advices[n].advice);
    printf("  %s %d %s\n", advices[n].name, result, result ? strerrorname_np(errno) : "");
  }
}

static void kinds(void) {
  int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0644);
  ftruncate(fd, 2 * PAGE);
  map_at(0, 1, RW);
  map_at(1, 1, PROT_READ);
  map_at(2, 1, PROT_NONE);
  map_at(3, 1, PROT_WRITE);
  map_at(4, 1, PROT_EXEC);
  mmap(at(5), PAGE, RW, MAP_PRIVATE | MAP_FIXED, fd, 0);
  mmap(at(6), PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0);
  mmap(at(7), PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0);
  mmap(at(8), PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  mmap(at(9), PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 8 * PAGE);
  map_at(10, 1, RW);
  mlock(at(10), PAGE);
  each("private", 0);
  each("read-only", 1);
  each("out of reach", 2);
  each("only written", 3);
  each("only executed", 4);
  each("a file, private", 5);
  each("a file, shared", 6);
  each("a file, shared, read-only", 7);
  each("shared without a file", 8);
  each("behind a file's end", 9);
  each("locked", 10);
  each("nothing", 11);
  fresh();
  close(fd);
  unlink("f");
}

static void ranges(void) {
  map_at(0, 4, RW);
  map_at(6, 2, RW);
  fill(0, 4);
  fill(6, 2);
  TRY(madvise(at(0) + 1, PAGE, MADV_DONTNEED));
  TRY(madvise(at(0) + 1, PAGE, 77));
  TRY(madvise(at(0), 0, MADV_DONTNEED));
  TRY(madvise(at(0), 0, 77));
  TRY(madvise(at(4), 0, MADV_DONTNEED));
  TRY(madvise(at(4), PAGE, MADV_DONTNEED));
  TRY(madvise(at(0), -1UL, MADV_DONTNEED));
  TRY(madvise(at(0), -PAGE, MADV_DONTNEED));
  TRY(madvise(at(1), 1, MADV_DONTNEED));
  contents(0, 4);
  TRY(madvise(at(3), 4 * PAGE, MADV_DONTNEED));
  contents(0, 8);
  TRY(madvise(at(3), 4 * PAGE, MADV_POPULATE_READ));
  TRY(madvise(at(4), PAGE, MADV_POPULATE_WRITE));
  TRY(madvise(at(0), 4 * PAGE, MADV_POPULATE_WRITE));
  fresh();
}

static void across_fork(void) {
  map_at(0, 6, RW);
  fill(0, 6);
  madvise(at(1), PAGE, MADV_DONTFORK);
  madvise(at(3), PAGE, MADV_WIPEONFORK);
  fflush(stdout);
  if (!fork()) {
    contents(0, 6);
    maps("a child's");
    fflush(stdout);
    if (!fork()) { contents(0, 6); fflush(stdout); _exit(0); }
    wait(0);
    _exit(0);
  }
  wait(0);
  contents(0, 6);
  fresh();
}

static void holes(void) {
  int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0644);
  for (int n = 0; n < 4; n++) pwrite(fd, (char[]){n + 1}, 1, n * PAGE);
  ftruncate(fd, 4 * PAGE);
  mmap(at(0), 4 * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0);
  mmap(at(4), 4 * PAGE, RW, MAP_PRIVATE | MAP_FIXED, fd, 0);
  at(5)[0] = 50;
  contents(0, 8);
  TRY(madvise(at(1), 2 * PAGE, MADV_REMOVE));
  contents(0, 8);
  char byte;
  pread(fd, &byte, 1, PAGE);
  printf("in the file %d\n", byte);
  TRY(madvise(at(4), 4 * PAGE, MADV_DONTNEED));
  contents(4, 4);
  mmap(at(8), 4 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  fill(8, 4);
  TRY(madvise(at(9), 2 * PAGE, MADV_DONTNEED));
  contents(8, 4);
  fflush(stdout);
  if (!fork()) { TRY(madvise(at(9), 2 * PAGE, MADV_REMOVE)); contents(8, 4); at(10)[0] = 8; fflush(stdout); _exit(0); }
  wait(0);
  contents(8, 4);
  close(fd);
  unlink("f");
  fresh();
}

static void freed(void) {
  map_at(0, 4, RW);
  fill(0, 4);
  TRY(madvise(at(0), 4 * PAGE, MADV_FREE));
  contents(0, 4);
  at(1)[0] = 9;
  contents(0, 4);
  fresh();
}

int main(void) {
  setvbuf(stdout, 0, _IOFBF, 1 << 16);
  catch_faults();
  take_region(16);
  kinds();
  ranges();
  across_fork();
  holes();
  freed();
}
