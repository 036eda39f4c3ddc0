// Stacks that grow: the main one up to its limit, mappings with MAP_GROWSDOWN, and the gap below them.
#include "memory.h"

static void fresh(void) { munmap(region, region_pages * PAGE); }
static long stack_kilobytes(void) { return field("/proc/self/status", "VmStk"); }

__attribute__((noinline)) static int deep(int levels) {
  volatile char frame[4096];
  frame[0] = levels;
  return levels == 0 ? 0 : deep(levels - 1) + frame[0] * 0;
}

static void growsdown(void) {
  region_pages = 4096;
  take_region(4096);
  mmap(at(2000), 2 * PAGE, RW, ANON | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
  maps("new");
  printf("%d\n", poke(at(1999), 1));
  maps("grown by one");
  printf("%d\n", poke(at(1990), 1));
  maps("grown by ten");
  printf("%d %d\n", peek(at(1995)), peek(at(1990)));
  map_at(1500, 2, RW);
  printf("far above another: %d\n", poke(at(1758), 1));
  printf("256 pages above it: %d\n", poke(at(1502 + 256), 1));
  printf("255 pages above it: %d\n", poke(at(1502 + 255), 1));
  mprotect(at(1500), 2 * PAGE, PROT_NONE);
  printf("above what nobody can touch: %d\n", poke(at(1502 + 255), 1));
  printf("just above it: %d\n", poke(at(1502), 1));
  printf("in it: %d\n", poke(at(1501), 1));
  maps("and so");
  TRY(mmap(at(1400), PAGE, RW, ANON, -1, 0));
  TRY(mmap(at(1300), PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0));
  fresh();
  mmap(at(2000), 2 * PAGE, RW, ANON | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
  char *near = mmap(at(1900), PAGE, RW, ANON, -1, 0);
  printf("a hint within the gap: %d\n", near == at(1900));
  near = mmap(at(2000 - 257), PAGE, RW, ANON, -1, 0);
  printf("a hint at the gap's end: %d\n", near == at(2000 - 257));
  munmap(near, PAGE);
  mmap(at(1990), 2 * PAGE, RW, ANON | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
  printf("near another stack: %d\n", poke(at(1995), 1));
  printf("onto another stack: %d\n", poke(at(1992), 1));
  maps("two stacks");
  fresh();
  mmap(at(2000), 2 * PAGE, RW, ANON | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
  munmap(at(2000), PAGE);
  printf("cut and touched: %d\n", poke(at(2000), 1));
  mprotect(at(2000), PAGE, PROT_READ);
  printf("read-only end: %d\n", poke(at(1999), 1));
  printf("reading grows: %d\n", peek(at(1999)));
  maps("read-only");
  fresh();
  mmap(at(3000), 2 * PAGE, RW, ANON | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
  printf("8 MiB: %d\n", poke(at(3002 - 2048), 1));
  printf("a page more: %d\n", poke(at(3002 - 2049), 1));
  struct rlimit limit;
  getrlimit(RLIMIT_STACK, &limit);
  limit.rlim_cur = 9 << 20;
  setrlimit(RLIMIT_STACK, &limit);
  printf("with 9 MiB: %d\n", poke(at(3002 - 2049), 1));
  printf("by a system call: %ld %d\n", (long)read(open("/proc/self/comm", O_RDONLY), at(3002 - 2100), 5), peek(at(3002 - 2100)));
  limit.rlim_cur = 1 << 20;
  setrlimit(RLIMIT_STACK, &limit);
  printf("with 1 MiB: %d\n", poke(at(3002 - 2101), 1));
  fresh();
}

int main(void) {
  setvbuf(stdout, 0, _IOFBF, 1 << 16);
  catch_faults();
  printf("at the start %ld kB\n", stack_kilobytes());
  deep(60);
  long grown = stack_kilobytes();
  printf("deeper: %d\n", grown >= 240 && grown < 300);
  deep(1000);
  printf("much deeper: %d\n", stack_kilobytes() > 4000);
  if (sigsetjmp(back, 1)) printf("too deep: %d\n", fault_code);
  else deep(10000);
  growsdown();
}
