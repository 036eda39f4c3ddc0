// Transparent huge pages: where they come, what splits them, and what is told of them.
#include "memory.h"

#define HUGE (2UL << 20)
static char *area;

static void tell(const char *title) {
  char line[256], *colon;
  unsigned long start = 0, end = 0, from, to;
  printf("%s:", title);
  FILE *file = fopen("/proc/self/smaps", "r");
  while (fgets(line, sizeof line, file)) {
    int first = sscanf(line, "%lx-%lx ", &from, &to) == 2;
    if (first) start = from, end = to;
    if (end <= (unsigned long)area || start >= (unsigned long)area + 4 * HUGE) continue;
    if (first)
      printf(" [%ld-%ld]", (long)(start - (unsigned long)area) / 4096, (long)(end - (unsigned long)area) / 4096);
    if (!strncmp(line, "Rss", 3) || !strncmp(line, "AnonHuge", 8) || !strncmp(line, "THPel", 5) || !strncmp(line, "Private_Dirty", 13) || !strncmp(line, "Shared_Dirty", 12) || !strncmp(line, "MMU", 3))
      printf(" %.*s %ld", (int)(strchr(line, ':') - line), line, atol(strchr(line, ':') + 1));
  }
  puts("");
  fclose(file);
}
static long before;
static void begin(void) { before = minor_faults(); before = minor_faults(); }
static void faults(const char *title) { long now = minor_faults(); printf("%s: %ld faults\n", title, now - before); begin(); }
static void map(int protection) { mmap(area, 4 * HUGE, protection, ANON | MAP_FIXED, -1, 0); }
static int map_file;
static unsigned long frame(char *at) {
  unsigned long word = 0;
  pread(map_file, &word, 8, (unsigned long)at / 4096 * 8);
  return word & ((1UL << 55) - 1);
}

int main(void) {
  setvbuf(stdout, 0, _IOFBF, 1 << 16);
  char *all = mmap(0, 8 * HUGE, PROT_NONE, ANON, -1, 0);
  area = (char *)(((unsigned long)all + 2 * HUGE - 1) & -HUGE);
  map_file = open("/proc/self/pagemap", O_RDONLY);
  map(RW);
  area[5] = 1;
  tell("nobody asked");
  map(RW);
  TRY(madvise(area, 4 * HUGE, MADV_HUGEPAGE));
  tell("asked");
  long tables = field("/proc/self/status", "VmPTE");
  begin();
  area[5] = 1;
  faults("one write");
  for (int n = 0; n < 512; n++) area[n * 4096] = n;
  faults("512 writes");
  tell("written");
  printf("frames in a row from a multiple of 512: %d\n", frame(area) % 512 == 0 && frame(area + 511 * 4096) == frame(area) + 511);
  begin();
  volatile char c = area[HUGE];
  c = area[HUGE + 9 * 4096];
  faults("reads");
  tell("read");
  area[HUGE + 9 * 4096] = 1;
  faults("a write after reads");
  tell("written after reading");
  printf("tables %+ld kB\n", field("/proc/self/status", "VmPTE") - tables);
  printf("status %ld, meminfo %d\n", field("/proc/self/status", "RssAnon") > 4096, field("/proc/meminfo", "AnonHugePages") >= 4096);
  munmap(area + 100 * 4096, 4096);
  tell("a hole");
  printf("%d %d\n", area[99 * 4096], area[101 * 4096]);
  mprotect(area + HUGE, 4096, PROT_READ);
  tell("a page read-only");
  begin();
  area[HUGE + 4096] = 3;
  faults("beside it");
  map(RW), madvise(area, 4 * HUGE, MADV_HUGEPAGE);
  memset(area, 7, 2 * HUGE);
  mprotect(area, HUGE, PROT_READ);
  tell("a whole one read-only");
  mprotect(area, HUGE, RW);
  begin();
  memset(area, 8, HUGE);
  faults("and back");
  mprotect(area, HUGE, PROT_NONE), mprotect(area, HUGE, RW);
  memset(area, 8, HUGE);
  faults("out of reach and back");
  tell("whole");
  fflush(stdout);
  int go[2], done[2];
  char x;
  pipe(go), pipe(done);
  if (!fork()) {
    tell("a child");
    begin();
    area[4096] = 9;
    faults("a child writes");
    area[8192] = 9;
    faults("a child writes again");
    tell("a child has written");
    printf("%d %d %d\n", area[0], area[4096], area[8192]);
    fflush(stdout);
    write(done[1], "x", 1), read(go[0], &x, 1);
    _exit(0);
  }
  read(done[0], &x, 1);
  tell("the parent");
  printf("%d %d\n", area[0], area[4096]);
  write(go[1], "x", 1), wait(0);
  begin();
  area[HUGE] = 5;
  faults("without a child");
  tell("without a child");
  area[0] = 5;
  tell("where the child had copied");
  madvise(area, HUGE, MADV_DONTNEED);
  tell("one given up");
  madvise(area + HUGE, 10 * 4096, MADV_DONTNEED);
  tell("ten pages of another");
  begin();
  memset(area + HUGE, 1, HUGE);
  faults("filled again");
  tell("filled again");
  map(RW), madvise(area, 4 * HUGE, MADV_HUGEPAGE);
  memset(area, 3, HUGE);
  TRY(mremap(area, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, area + 2 * HUGE) == area + 2 * HUGE);
  tell("moved to a multiple of 2 MiB");
  TRY(mremap(area + 2 * HUGE, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, area + 4096) == area + 4096);
  tell("moved elsewhere");
  printf("%d %d\n", area[4096], area[HUGE + 4095]);
  map(RW), madvise(area, 4 * HUGE, MADV_NOHUGEPAGE);
  area[0] = 1;
  tell("not wanted");
  mmap(area, HUGE + 8192, RW, ANON | MAP_FIXED, -1, 0), munmap(area + HUGE + 8192, 3 * HUGE - 8192);
  madvise(area, HUGE + 8192, MADV_HUGEPAGE);
  area[HUGE] = 1;
  tell("beyond the last whole one");
  area[HUGE - 1] = 1;
  tell("the whole one");
  munmap(area, 4096);
  area[HUGE - 1] = 2;
  tell("none fits");
  begin();
  mmap(area, 2 * HUGE, RW, ANON | MAP_FIXED, -1, 0);
  madvise(area, 2 * HUGE, MADV_HUGEPAGE);
  madvise(area, 2 * HUGE, MADV_POPULATE_WRITE);
  faults("populated");
  tell("populated");
  mlock(area, 4096);
  tell("a page locked");
  map(RW);
  TRY(madvise(area, 2 * HUGE, 25));
  for (int n = 0; n < 512; n += 3) area[n * 4096] = n;
  tell("small pages");
  TRY(madvise(area + 4096, HUGE, 25));
  TRY(madvise(area, HUGE, 25));
  tell("put together");
  printf("%d %d %d\n", area[3 * 4096], area[4 * 4096], area[510 * 4096]);
  TRY(madvise(area, HUGE, 25));
  area[HUGE] = 1;
  TRY(madvise(area, 2 * HUGE, 25));
  tell("and the next");
  TRY(madvise(area, 3 * HUGE, 25));
  mprotect(area, 4096, PROT_READ);
  TRY(madvise(area, HUGE, 25));
  TRY(madvise(area + 4096, HUGE - 4096, 25));
  map(RW), madvise(area, 4 * HUGE, MADV_NOHUGEPAGE);
  area[0] = 1;
  TRY(madvise(area, HUGE, 25));
  mmap(area, HUGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  map(PROT_READ);
  volatile char z = area[0] + area[4096];
  TRY(madvise(area, HUGE, 25));
  tell("zeros");
  munmap(all, 8 * HUGE);
}
