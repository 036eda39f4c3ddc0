// Huge pages of the pool: how many there are, who gets them, and what cannot be done with them.
#include "memory.h"

#define HUGE (2UL << 20)
#define TLB (ANON | MAP_HUGETLB)
static char *area;

static void set(const char *path, long value) {
  char text[32];
  int fd = open(path, O_WRONLY);
  sprintf(text, "%ld\n", value);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) printf("%s: %s\n", path, strerrorname_np(errno));
  close(fd);
}
static void pool(const char *title) {
  printf("%s: total %ld free %ld reserved %ld surplus %ld\n", title, field("/proc/meminfo", "HugePages_Total"), field("/proc/meminfo", "HugePages_Free"), field("/proc/meminfo", "HugePages_Rsvd"), field("/proc/meminfo", "HugePages_Surp"));
}
static void rows(const char *title) {
  char line[256];
  unsigned long start = 0, end = 0, from, to;
  printf("%s:\n", title);
  FILE *file = fopen("/proc/self/smaps", "r");
  while (fgets(line, sizeof line, file)) {
    char rights[8], *slash = strrchr(line, '/');
    unsigned long offset;
    if (sscanf(line, "%lx-%lx %7s %lx", &from, &to, rights, &offset) == 4) start = from, end = to;
    if (end <= (unsigned long)area || start >= (unsigned long)area + 16 * HUGE) continue;
    if (start == from && strchr(line, '-') && !strchr(line, '\t') && strstr(line, rights) && slash) {
      printf("  [%ld-%ld] %s %lx %s", (long)(start - (unsigned long)area) / 4096, (long)(end - (unsigned long)area) / 4096, rights, offset, slash);
      from = 0;
    }
    if (!strncmp(line, "Rss", 3) || strstr(line, "Hugetlb") || !strncmp(line, "KernelPage", 10) || !strncmp(line, "MMUPage", 7)) printf("  %s", line);
    if (!strncmp(line, "VmFlags", 7)) {
      char *soft = strstr(line, "sd ");
      if (soft) memmove(soft, soft + 3, strlen(soft + 3) + 1);
      printf("  %s", line);
    }
  }
  fclose(file);
}
static void *map(unsigned long at, unsigned long pages, int protection, int flags) {
  return mmap(area + at * HUGE, pages * HUGE, protection, flags | MAP_FIXED, -1, 0);
}
static void unmap(void) { munmap(area, 16 * HUGE); }
#define PLACE(call) do { errno = 0; char *p = (void *)(call); if (p == MAP_FAILED) printf("%s = %s\n", #call, strerrorname_np(errno)); else { printf("%s = %s\n", #call, (unsigned long)p % HUGE ? "unaligned" : "aligned"); munmap(p, 64 * HUGE); } } while (0)

static void asking(void) {
  pool("empty");
  PLACE(mmap(0, HUGE, RW, TLB, -1, 0));
  PLACE(mmap(0, HUGE, RW, TLB | MAP_NORESERVE, -1, 0));
  PLACE(mmap(0, 0, RW, TLB, -1, 0));
  PLACE(mmap(0, HUGE, RW, TLB | 21 << 26, -1, 0));
  PLACE(mmap(0, HUGE, RW, TLB | 20 << 26, -1, 0));
  PLACE(mmap(0, 0, RW, TLB | 20 << 26, -1, 0));
  PLACE(mmap(0, HUGE, RW, ANON | 21 << 26, -1, 0));
  char *p = mmap(0, HUGE, RW, TLB | MAP_NORESERVE, -1, 0);
  printf("none left: %d\n", poke(p, 1));
  munmap(p, HUGE);
  set("/proc/sys/vm/nr_hugepages", 4);
  pool("four");
  PLACE(mmap(0, HUGE, RW, TLB, -1, 0));
  PLACE(mmap(0, 4096, RW, TLB, -1, 0));
  PLACE(mmap(0, 5 * HUGE, RW, TLB, -1, 0));
  PLACE(mmap(area + 4096, HUGE, RW, TLB, -1, 0));
  PLACE(mmap(area + 4096, HUGE, RW, TLB | MAP_FIXED, -1, 0));
  PLACE(mmap(area, HUGE, RW, TLB | MAP_FIXED, -1, 4096));
  PLACE(mmap(0, HUGE, RW, TLB | MAP_GROWSDOWN, -1, 0));
  PLACE(mmap(0, HUGE, RW, MAP_ANONYMOUS | MAP_HUGETLB, -1, 0));
  PLACE(mmap(0, HUGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0));
  pool("given back");
}

static void using(void) {
  map(0, 2, RW, TLB);
  pool("two reserved");
  rows("untouched");
  volatile char c = area[5];
  pool("one read");
  area[HUGE + 77] = 1;
  pool("both");
  rows("touched");
  printf("status %ld, resident %ld, anonymous huge %ld\n", field("/proc/self/status", "HugetlbPages"), field("/proc/self/smaps_rollup", "Rss") < 4096, field("/proc/meminfo", "AnonHugePages") * 0);
  TRY(mmap(area + 2 * HUGE, 3 * HUGE, RW, TLB | MAP_FIXED, -1, 0) == MAP_FAILED);
  TRY(munmap(area, 4096));
  TRY(munmap(area + 4096, HUGE));
  TRY(munmap(area + HUGE, HUGE + 4096));
  pool("one unmapped");
  TRY(mprotect(area, 4096, PROT_READ));
  TRY(mprotect(area, HUGE, PROT_READ));
  printf("%d\n", poke(area, 1));
  TRY(mprotect(area, HUGE, RW));
  printf("%d\n", poke(area, 1));
  TRY(mremap(area, HUGE, 2 * HUGE, MREMAP_MAYMOVE));
  TRY(mremap(area, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, area + 4 * HUGE + 4096));
  TRY(mremap(area, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, area + 4 * HUGE) == area + 4 * HUGE);
  printf("moved: %d %d\n", peek(area + 4 * HUGE), peek(area));
  static const int advices[] = {MADV_NORMAL, MADV_RANDOM, MADV_WILLNEED, MADV_DONTNEED, MADV_FREE, MADV_REMOVE, MADV_DONTFORK, MADV_DOFORK, MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_DONTDUMP, MADV_DODUMP, MADV_WIPEONFORK, MADV_COLD, MADV_PAGEOUT, MADV_POPULATE_READ, MADV_POPULATE_WRITE};
  for (int n = 0; n < sizeof advices / sizeof *advices; n++) {
    int result = madvise(area + 4 * HUGE, HUGE, advices[n]);
    printf("advice %d: %d %s\n", advices[n], result, result ? strerrorname_np(errno) : "");
  }
  TRY(madvise(area + 4 * HUGE + 4096, HUGE, MADV_DONTNEED));
  TRY(madvise(area + 4 * HUGE, 4096, MADV_DONTNEED));
  printf("kept: %d\n", peek(area + 4 * HUGE));
  TRY(mlock(area + 4 * HUGE, HUGE));
  rows("locked");
  unsigned char there[512];
  TRY(mincore(area + 4 * HUGE, HUGE, there));
  printf("%d %d\n", there[0] & 1, there[511] & 1);
  unmap();
  pool("all given back");
}

static void forking(void) {
  map(0, 2, RW, TLB);
  area[0] = 1, area[HUGE] = 2;
  fflush(stdout);
  int go[2], done[2];
  char x;
  pipe(go), pipe(done);
  if (!fork()) {
    printf("a child reads %d %d\n", area[0], area[HUGE]);
    area[0] = 9;
    pool("a child has copied");
    rows("a child");
    fflush(stdout);
    write(done[1], "x", 1), read(go[0], &x, 1);
    _exit(0);
  }
  read(done[0], &x, 1);
  printf("%d\n", area[0]);
  area[0] = 3;
  pool("the parent writes");
  area[HUGE] = 4;
  pool("the parent copies");
  write(go[1], "x", 1), wait(0);
  pool("without a child");
  unmap();
  map(0, 2, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB);
  pool("shared");
  area[0] = 1;
  pool("one touched");
  fflush(stdout);
  if (!fork()) { area[1] = 5, area[HUGE] = 6; pool("a child"); rows("a child"); fflush(stdout); _exit(0); }
  wait(0);
  printf("%d %d\n", area[1], area[HUGE]);
  rows("shared");
  unmap();
  pool("unmapped");
}

static void resizing(void) {
  map(0, 3, RW, TLB);
  area[0] = 1;
  set("/proc/sys/vm/nr_hugepages", 1);
  pool("fewer than in use");
  unmap();
  pool("given back");
  set("/proc/sys/vm/nr_overcommit_hugepages", 2);
  char *p = mmap(area, 3 * HUGE, RW, TLB | MAP_FIXED, -1, 0);
  printf("%d\n", p == area);
  pool("with surplus");
  TRY(mmap(area + 4 * HUGE, HUGE, RW, TLB | MAP_FIXED, -1, 0) == MAP_FAILED);
  for (int n = 0; n < 3; n++) area[n * HUGE] = 1;
  pool("all touched");
  munmap(area + HUGE, HUGE);
  pool("one back");
  unmap();
  pool("all back");
  set("/proc/sys/vm/nr_overcommit_hugepages", 0);
  set("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", 2);
  pool("two");
  printf("free %d\n", 2);
  set("/proc/sys/vm/nr_hugepages", 0);
  pool("none");
}

int main(void) {
  setvbuf(stdout, 0, _IOFBF, 1 << 16);
  catch_faults();
  char *all = mmap(0, 20 * HUGE, PROT_NONE, ANON | MAP_NORESERVE, -1, 0);
  area = (char *)(((unsigned long)all + HUGE - 1) & -HUGE);
  munmap(all, 20 * HUGE);
  asking();
  using();
  forking();
  resizing();
}
