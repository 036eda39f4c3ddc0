// How many page faults things cost, what is in memory afterwards, and what the tables take.
#include "memory.h"

static void fresh(void) { munmap(region, region_pages * PAGE); }

static long before;
static void begin(void) { before = minor_faults(); before = minor_faults(); }
static void tell(const char *title) { long now = minor_faults(); printf("%s: %ld faults\n", title, now - before); begin(); }

static const char *const rows[] = {"VmSize", "VmLck", "RssAnon", "RssFile", "RssShmem", "VmData", "VmStk", "VmPTE", "VmSwap", "HugetlbPages"};
static long last[10];
// What has changed since the last time.
static void changes(const char *title) {
  printf("%s:", title);
  for (int n = 0; n < 10; n++) {
    long value = field("/proc/self/status", rows[n]);
    if (value != last[n] && title[0] != '-') printf(" %s %+ld", rows[n], value - last[n]);
    last[n] = value;
  }
  puts("");
}

static void read_all(volatile char *start, unsigned long pages) { for (unsigned long n = 0; n < pages; n++) start[n * PAGE]; }
static void write_all(volatile char *start, unsigned long pages) { for (unsigned long n = 0; n < pages; n++) start[n * PAGE] = n; }

static void zeros(void) {
  map_at(0, 64, RW);
  changes("64 pages");
  begin();
  read_all(at(0), 64);
  tell("64 reads");
  changes("read");
  begin();
  write_all(at(0), 64);
  tell("64 writes");
  changes("written");
  begin();
  write_all(at(0), 64);
  tell("again");
  madvise(at(0), 32 * PAGE, MADV_DONTNEED);
  changes("half given up");
  begin();
  write_all(at(0), 64);
  tell("written again");
  fresh();
  changes("unmapped");
}

static void copies(void) {
  int go[2], done[2];
  char c;
  pipe(go), pipe(done);
  map_at(0, 64, RW);
  write_all(at(0), 64);
  fflush(stdout);
  if (!fork()) {
    begin();
    read_all(at(0), 64);
    tell("child reads");
    write_all(at(0), 64);
    tell("child writes");
    fflush(stdout);
    write(done[1], "x", 1);
    read(go[0], &c, 1);
    _exit(0);
  }
  read(done[0], &c, 1);
  begin();
  read_all(at(0), 64);
  tell("parent reads");
  write_all(at(0), 64);
  tell("parent writes");
  write(go[1], "x", 1);
  wait(0);
  changes("-");
  fflush(stdout);
  if (!fork()) {
    changes("-");
    write_all(at(0), 10);
    changes("child has copied ten");
    fflush(stdout);
    _exit(0);
  }
  wait(0);
  begin();
  write_all(at(0), 64);
  tell("the child is gone");
  changes("nothing more");
  fresh();
}

static void sparse(void) {
  changes("-");
  char *all = mmap(0, 101UL << 33, RW, ANON | MAP_NORESERVE, -1, 0);
  char *first = (char *)(((unsigned long)all + (1UL << 33) - 1) & -(1UL << 33));
  for (int n = 0; n < 100; n++) first[(unsigned long)n << 33] = 1;
  printf("tables between 800 and 816 kB: %d\n", field("/proc/self/status", "VmPTE") - last[7] >= 800 && field("/proc/self/status", "VmPTE") - last[7] <= 816);
  printf("data %+ld kB\n", field("/proc/self/status", "RssAnon") - last[2]);
  munmap(all, 101UL << 33);
  changes("unmapped");
}

static void tables(void) {
  changes("-");
  mmap((void *)0x100000000000, PAGE, RW, ANON | MAP_FIXED, -1, 0);
  changes("far away");
  *(char *)0x100000000000 = 1;
  changes("touched");
  mmap((void *)0x100000001000, PAGE, RW, ANON | MAP_FIXED, -1, 0);
  *(char *)0x100000001000 = 1;
  changes("a neighbour");
  mmap((void *)0x100000200000, PAGE, RW, ANON | MAP_FIXED, -1, 0);
  *(char *)0x100000200000 = 1;
  changes("in the next table");
  mmap((void *)0x108000000000, PAGE, RW, ANON | MAP_FIXED, -1, 0);
  *(char *)0x108000000000 = 1;
  changes("512 GiB on");
  munmap((void *)0x100000200000, PAGE);
  changes("the next table's gone");
  munmap((void *)0x100000000000, PAGE);
  changes("the first gone");
  munmap((void *)0x108000000000, PAGE);
  munmap((void *)0x100000001000, PAGE);
  changes("all gone");
}

static void rights(void) {
  map_at(0, 16, RW);
  write_all(at(0), 16);
  mprotect(at(0), 16 * PAGE, PROT_READ);
  begin();
  read_all(at(0), 16);
  tell("read-only");
  mprotect(at(0), 16 * PAGE, RW);
  begin();
  write_all(at(0), 16);
  tell("writable again");
  mprotect(at(0), 16 * PAGE, PROT_NONE);
  mprotect(at(0), 16 * PAGE, RW);
  begin();
  write_all(at(0), 16);
  tell("out of reach and back");
  changes("-");
  TRY(mremap(at(0), 16 * PAGE, 16 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, at(32)));
  changes("moved");
  begin();
  write_all(at(32), 16);
  tell("moved");
  fresh();
}

static void ahead(void) {
  changes("-");
  begin();
  mmap(at(0), 16 * PAGE, RW, ANON | MAP_FIXED | MAP_POPULATE, -1, 0);
  changes("populated");
  begin();
  write_all(at(0), 16);
  tell("populated, written");
  mmap(at(16), 16 * PAGE, PROT_READ, ANON | MAP_FIXED | MAP_POPULATE, -1, 0);
  changes("populated to be read");
  map_at(32, 16, RW);
  madvise(at(32), 16 * PAGE, MADV_POPULATE_READ);
  changes("populated by reading");
  begin();
  write_all(at(32), 16);
  tell("written");
  changes("written");
  begin();
  mlock(at(48), 8 * PAGE);
  map_at(48, 8, RW);
  mlock(at(48), 8 * PAGE);
  tell("locked");
  changes("locked");
  fresh();
}

static void shared(void) {
  changes("-");
  mmap(at(0), 32 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  begin();
  write_all(at(0), 32);
  tell("shared memory written");
  changes("shared memory");
  fflush(stdout);
  if (!fork()) {
    changes("-");
    begin();
    write_all(at(0), 32);
    tell("a child writes");
    changes("a child");
    madvise(at(0), 32 * PAGE, MADV_DONTNEED);
    begin();
    read_all(at(0), 32);
    tell("a child reads what is there");
    changes("a child's");
    fflush(stdout);
    _exit(0);
  }
  wait(0);
  fresh();
  mmap(at(0), 32 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  begin();
  read_all(at(0), 32);
  tell("shared memory read");
  write_all(at(0), 32);
  tell("then written");
  changes("shared memory");
  fresh();
}

static void files(void) {
  char page[4096];
  int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0644);
  for (int n = 0; n < 48; n++) memset(page, n + 1, sizeof page), write(fd, page, sizeof page);
  changes("-");
  mmap(at(0), 48 * PAGE, RW, MAP_PRIVATE | MAP_FIXED, fd, 0);
  begin();
  write_all(at(0), 8);
  tell("private, written");
  changes("private, written");
  begin();
  fresh();
  mmap(at(0), 48 * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0);
  changes("-");
  begin();
  write_all(at(0), 48);
  tell("shared, written");
  changes("shared, written");
  fresh();
  changes("unmapped");
  close(fd);
  unlink("f");
}

int main(void) {
  setvbuf(stdout, 0, _IOFBF, 1 << 16);
  take_region(64);
  changes("-");
  changes("-");
  zeros();
  copies();
  sparse();
  tables();
  rights();
  ahead();
  shared();
  files();
}
