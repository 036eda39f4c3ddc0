// brk, limits of memory, protection keys, personalities.
#include "memory.h"
#include <malloc.h>

static unsigned long start;
static long at_end(unsigned long wanted) { return syscall(SYS_brk, wanted) - start; }
static void limit(int resource, unsigned long value) {
  struct rlimit l;
  getrlimit(resource, &l);
  l.rlim_cur = value;
  setrlimit(resource, &l);
}
static void rights_of(unsigned long address) {
  char line[512], rights[8];
  unsigned long from, to;
  FILE *file = fopen("/proc/self/maps", "r");
  while (fgets(line, sizeof line, file))
    if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) == 3 && from <= address && address < to) printf("%s %s", rights, strrchr(line, ' '));
  fclose(file);
}

static void heap(void) {
  start = (syscall(SYS_brk, 0) + PAGE - 1) & -PAGE;
  printf("%ld\n", at_end(start));
  printf("%ld\n", at_end(start + 100));
  printf("%ld\n", at_end(start + 5000));
  printf("%ld\n", at_end(start + 8192));
  ((char *)start)[8191] = 7;
  printf("lower %ld\n", at_end(start + 1));
  printf("higher %ld\n", at_end(start + 8192));
  printf("kept or zero: %d\n", ((char *)start)[8191]);
  printf("below the start %d\n", at_end(0x1000) == 8192);
  printf("far %d\n", at_end(0x7ffffffff000) == 8192);
  printf("everything %d\n", at_end(-1UL) == 8192);
  rights_of(start);
  TRY(mprotect((void *)start, PAGE, PROT_READ));
  printf("beyond %ld\n", at_end(start + 4 * PAGE));
  rights_of(start), rights_of(start + 3 * PAGE);
  char *block = mmap((void *)(start + 8 * PAGE), PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0);
  printf("a block in the way %d\n", block == (char *)start + 8 * PAGE);
  for (int n = 8; n > 4; n--) printf("to page %d: %d\n", n, at_end(start + n * PAGE) == n * PAGE);
  TRY(munmap((void *)(start + 2 * PAGE), PAGE));
  printf("a hole in it: lower %ld\n", at_end(start + PAGE));
  munmap(block, PAGE);
  printf("back %d\n", at_end(start) == 0);
}

static void limits(void) {
  unsigned long used = field("/proc/self/status", "VmSize") * 1024, data = field("/proc/self/status", "VmData") * 1024;
  limit(RLIMIT_AS, used + 64 * PAGE);
  TRY(mmap(0, 64 * PAGE, RW, ANON, -1, 0));
  TRY(mmap(0, PAGE, RW, ANON, -1, 0));
  printf("brk %ld\n", at_end(start + 2 * PAGE));
  limit(RLIMIT_AS, RLIM_INFINITY);
  data = field("/proc/self/status", "VmData") * 1024;
  limit(RLIMIT_DATA, data + 16 * PAGE);
  char *p = mmap(0, 16 * PAGE, PROT_READ, ANON, -1, 0), *q = mmap(0, 16 * PAGE, PROT_READ, ANON, -1, 0);
  TRY(mprotect(p, 16 * PAGE, RW));
  TRY(mprotect(q, PAGE, RW));
  TRY(mmap(0, PAGE, RW, ANON, -1, 0));
  TRY(mmap(0, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  TRY(mmap(0, PAGE, RW, ANON | MAP_GROWSDOWN, -1, 0));
  printf("brk %ld\n", at_end(start + 2 * PAGE));
  limit(RLIMIT_DATA, 0);
  TRY(mmap(0, PAGE, RW, ANON, -1, 0));
  limit(RLIMIT_DATA, RLIM_INFINITY);
  munmap(p, 16 * PAGE), munmap(q, 16 * PAGE);
}

static void keys(void) {
  TRY(syscall(SYS_pkey_alloc, 1, 0));
  TRY(syscall(SYS_pkey_alloc, 0, 4));
  TRY(syscall(SYS_pkey_alloc, 0, -1));
  TRY(syscall(SYS_pkey_free, 1));
  TRY(syscall(SYS_pkey_free, 100));
  TRY(syscall(SYS_pkey_free, -1));
  char *p = mmap(0, PAGE, RW, ANON, -1, 0);
  TRY(syscall(SYS_pkey_mprotect, p, PAGE, PROT_READ, -1));
  TRY(syscall(SYS_pkey_mprotect, p, PAGE, PROT_READ, 1));
  TRY(syscall(SYS_pkey_mprotect, p, PAGE, PROT_READ, 16));
  TRY(syscall(SYS_pkey_mprotect, p + 1, PAGE, PROT_READ, 16));
  TRY(syscall(SYS_pkey_mprotect, p, 0, PROT_READ, 16));
}

static void personalities(void) {
  int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0644);
  ftruncate(fd, PAGE);
  personality(READ_IMPLIES_EXEC);
  char *p = mmap(0, PAGE, PROT_READ, ANON, -1, 0), *w = mmap(0, PAGE, PROT_WRITE, ANON, -1, 0), *f = mmap(0, PAGE, PROT_READ, MAP_SHARED, fd, 0);
  rights_of((unsigned long)p), rights_of((unsigned long)w);
  printf("%d\n", f != MAP_FAILED);
  mprotect(p, PAGE, PROT_NONE);
  rights_of((unsigned long)p);
  mprotect(p, PAGE, PROT_READ);
  rights_of((unsigned long)p);
  printf("brk %ld\n", at_end(start + 2 * PAGE));
  rights_of(start + PAGE);
  personality(0);
  unlink("f");
}

static void low_addresses(void) {
  long lowest = 0;
  FILE *file = fopen("/proc/sys/vm/mmap_min_addr", "r");
  fscanf(file, "%ld", &lowest);
  fclose(file);
  printf("multiple of a page %d, not 0 %d\n", lowest % 4096 == 0, lowest > 0);
  char *p = mmap((void *)(lowest - PAGE), PAGE, RW, ANON, -1, 0);
  printf("a hint below goes to it: %d\n", p == (char *)lowest || lowest == PAGE);
  munmap(p, PAGE);
  p = mmap(0, PAGE, RW, ANON | MAP_FIXED, -1, 0);
  printf("user 0 at 0: %d %s\n", p == 0, p ? strerrorname_np(errno) : "");
  if (!p) { *(volatile char *)p = 3; printf("reads %d\n", *(volatile char *)p); munmap(p, PAGE); }
  fflush(stdout);
  if (!fork()) {
    if (getuid() == 0) setresuid(65534, 65534, 65534);
    TRY(mmap(0, PAGE, RW, ANON | MAP_FIXED, -1, 0));
    TRY(mmap((void *)(lowest - PAGE), PAGE, RW, ANON | MAP_FIXED, -1, 0));
    TRY(mmap((void *)(lowest - PAGE), 2 * PAGE, RW, ANON | MAP_FIXED, -1, 0));
    TRY(mmap((void *)lowest, PAGE, RW, ANON | MAP_FIXED, -1, 0) == (void *)lowest);
    TRY(mremap((void *)lowest, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)(lowest - PAGE)));
    fflush(stdout);
    _exit(0);
  }
  wait(0);
}

int main(void) {
  // malloc gets all that it will need first: the heap's end is moved behind its back.
  mallopt(M_TOP_PAD, 1 << 20);
  setvbuf(stdout, malloc(1 << 16), _IOFBF, 1 << 16);
  heap();
  limits();
  keys();
  personalities();
  low_addresses();
}
