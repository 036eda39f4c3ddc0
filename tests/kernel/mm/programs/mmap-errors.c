// What mmap, munmap and mprotect refuse, which mistake comes first, and where what is left to the kernel goes.
#include "memory.h"

static void *map(void *address, unsigned long length, int protection, int flags, int fd, long offset) {
  return (void *)syscall(SYS_mmap, address, length, protection, flags, fd, offset);
}

static void arguments(int fd, int ro, int wo) {
  int directory = open("/", O_RDONLY), path = open("f", O_PATH), ends[2];
  pipe(ends);
  TRY(map(0, 0, RW, ANON, -1, 0));
  TRY(map(0, 0, RW, ANON, -1, 1));
  TRY(map(0, PAGE, RW, ANON, -1, 1));
  TRY(map(0, PAGE, RW, ANON, -1, 123 * PAGE));
  TRY(map(0, PAGE, RW, MAP_ANONYMOUS, -1, 0));
  TRY(map(0, PAGE, RW, MAP_ANONYMOUS | MAP_SHARED_VALIDATE, -1, 0));
  TRY(map(0, PAGE, RW, MAP_ANONYMOUS | 4, -1, 0));
  TRY(map(0, PAGE, 0x70, ANON, -1, 0));
  TRY(map(0, -1UL, RW, ANON, -1, 0));
  TRY(map(0, -PAGE, RW, ANON, -1, 0));
  TRY(map(0, 1UL << 47, RW, ANON, -1, 0));
  TRY(map(0, (1UL << 47) - 4096, RW, ANON | MAP_NORESERVE, -1, 0));
  TRY(map(at(0) + 1, PAGE, RW, ANON | MAP_FIXED, -1, 0));
  TRY(map(at(0) + 1, PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0));
  TRY(map((void *)(1UL << 47), PAGE, RW, ANON | MAP_FIXED, -1, 0));
  TRY(map((void *)((1UL << 47) - PAGE), PAGE, RW, ANON | MAP_FIXED, -1, 0));
  TRY(map((void *)((1UL << 47) - 2 * PAGE), PAGE, RW, ANON | MAP_FIXED, -1, 0));
  TRY(munmap((void *)((1UL << 47) - 2 * PAGE), PAGE));
  TRY(map((void *)((1UL << 47) - 2 * PAGE), 2 * PAGE, RW, ANON | MAP_FIXED, -1, 0));
  TRY(map((void *)-PAGE, PAGE, RW, ANON | MAP_FIXED, -1, 0));
  TRY(map((void *)(1UL << 47), PAGE, RW, ANON, -1, 0));
  TRY(map((void *)(1UL << 60), PAGE, RW, ANON, -1, 0));
  TRY(map(0, PAGE, RW, MAP_PRIVATE, -1, 0));
  TRY(map(0, PAGE, RW, MAP_PRIVATE, 99, 0));
  TRY(map(0, 0, RW, MAP_PRIVATE, 99, 0));
  TRY(map(0, 0, RW, MAP_PRIVATE, 99, 1));
  TRY(map(0, PAGE, RW, MAP_PRIVATE, 99, 1));
  TRY(map(0, PAGE, RW, MAP_PRIVATE | MAP_HUGETLB, fd, 0));
  TRY(map(0, PAGE, RW, 0, fd, 0));
  TRY(map(0, PAGE, RW, MAP_SHARED, ro, 0));
  TRY(map(0, PAGE, RW, MAP_PRIVATE, ro, 0));
  TRY(map(0, PAGE, PROT_READ, MAP_SHARED, ro, 0));
  TRY(map(0, PAGE, PROT_READ, MAP_SHARED, wo, 0));
  TRY(map(0, PAGE, PROT_WRITE, MAP_SHARED, wo, 0));
  TRY(map(0, PAGE, PROT_READ, MAP_PRIVATE, wo, 0));
  TRY(map(0, PAGE, PROT_READ, MAP_PRIVATE, path, 0));
  TRY(map(0, PAGE, PROT_READ, MAP_PRIVATE, directory, 0));
  TRY(map(0, PAGE, PROT_READ, MAP_PRIVATE, ends[0], 0));
  TRY(map(0, PAGE, PROT_READ, MAP_PRIVATE, ends[1], 0));
  TRY(map(0, PAGE, RW, MAP_PRIVATE | MAP_GROWSDOWN, fd, 0));
  TRY(map(0, PAGE, RW, MAP_SHARED | MAP_GROWSDOWN | MAP_ANONYMOUS, -1, 0));
  TRY(map(0, PAGE, RW, MAP_SHARED | MAP_SYNC, fd, 0));
  TRY(map(0, PAGE, RW, MAP_SHARED_VALIDATE | MAP_SYNC, fd, 0));
  TRY(map(0, PAGE, RW, MAP_SHARED_VALIDATE | 0x800000, fd, 0));
  TRY(map(0, PAGE, RW, MAP_SHARED | 0x800000, fd, 0));
  TRY(map(0, PAGE, RW, MAP_SHARED_VALIDATE, fd, 0));
  TRY(map(at(0), PAGE, RW, MAP_SHARED_VALIDATE | MAP_FIXED_NOREPLACE, fd, 0));
  TRY(map(0, PAGE, RW, MAP_SHARED_VALIDATE | MAP_32BIT | MAP_DENYWRITE | MAP_EXECUTABLE | MAP_STACK | 0x80, fd, 0));
  TRY(map(0, PAGE, RW, MAP_PRIVATE | 0x800000, fd, 0));
  TRY(map(0, PAGE, RW, MAP_SHARED, fd, 1L << 50));
  TRY(map(0, PAGE, RW, MAP_SHARED, fd, 0x7ffffffffffff000));
  TRY(map(0, 2 * PAGE, RW, MAP_SHARED, fd, 0x7ffffffffffff000));
  TRY(map(0, PAGE, RW, MAP_SHARED, fd, -PAGE));
  TRY(map(0, 2 * PAGE, RW, MAP_SHARED, fd, -PAGE));
  TRY(map(0, 100 * PAGE, RW, MAP_SHARED, fd, 0));
  for (int device = 0; device < 3; device++) {
    const char *names[] = {"/dev/null", "/dev/zero", "/dev/full"};
    int opened = open(names[device], O_RDWR);
    printf("%s\n", names[device]);
    TRY(map(0, PAGE, RW, MAP_PRIVATE, opened, 0));
    TRY(map(0, PAGE, RW, MAP_SHARED, opened, 0));
  }
}

static void places(void) {
  map_at(4, 4, RW);
  TRY(map(at(4), PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0));
  TRY(map(at(3), 2 * PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0));
  TRY(map(at(2), 2 * PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0));
  TRY(map(at(3), PAGE, RW, ANON | MAP_FIXED_NOREPLACE | MAP_FIXED, -1, 0));
  TRY(map(at(9), PAGE, RW, ANON, -1, 0));
  TRY(map(at(11) + 77, PAGE, RW, ANON, -1, 0));
  TRY(map(at(13) + 4095, 10, RW, ANON, -1, 0));
  maps("where hints lead");
  char *taken = map(at(4), PAGE, RW, ANON, -1, 0);
  printf("a taken hint: %s\n", taken == at(4) ? "the same" : "elsewhere");
  char *one = map(0, 3 * PAGE, RW, ANON, -1, 0), *two = map(0, 5 * PAGE, RW, ANON, -1, 0);
  printf("downwards: %ld\n", (one - two) / 4096);
  munmap(one, PAGE);
  char *gap = map(0, PAGE, RW, ANON, -1, 0);
  printf("the first gap from above: %ld\n", (gap - one) / 4096);
  char *low = map(0, PAGE, RW, ANON | MAP_32BIT, -1, 0);
  printf("32 bits: %d\n", (unsigned long)low >= 0x40000000 && (unsigned long)low < 0x80000000);
  TRY(map(0, 0x7fff0000, RW, ANON | MAP_32BIT | MAP_NORESERVE, -1, 0));
  TRY(map(0, 0x80000000, RW, ANON | MAP_32BIT | MAP_NORESERVE, -1, 0));
  TRY(map((void *)0x50000000, PAGE, RW, ANON | MAP_32BIT, -1, 0));
  printf("a hint within: %lx\n", (unsigned long)map((void *)0x51000000, PAGE, RW, ANON | MAP_32BIT, -1, 0));
  unsigned long large = (unsigned long)map(0, 4 << 20, RW, ANON, -1, 0), odd = (unsigned long)map(0, (4 << 20) + 4096, RW, ANON, -1, 0);
  printf("4 MiB at a multiple of 2 MiB: %d\n", large % (2 << 20) == 0);
  printf("4 MiB and a page just below: %ld\n", ((long)large - (long)odd) / 4096);
  unsigned long another = (unsigned long)map(0, 2 << 20, RW, ANON, -1, 0);
  printf("2 MiB below: %d %d\n", another % (2 << 20) == 0, another < odd);
  munmap(region, region_pages * PAGE);
}

static void unmapping(void) {
  map_at(0, 8, RW);
  TRY(munmap(at(0) + 1, PAGE));
  TRY(munmap(at(0), 0));
  TRY(munmap(at(0) + 1, 0));
  TRY(munmap(at(1), 1));
  TRY(munmap(at(1), PAGE));
  TRY(munmap(at(3), 5000));
  TRY(munmap((void *)((1UL << 47) - PAGE), PAGE));
  TRY(munmap((void *)((1UL << 47) - PAGE), 2 * PAGE));
  TRY(munmap((void *)(1UL << 47), PAGE));
  TRY(munmap(at(0), -1UL));
  TRY(munmap(at(0), -PAGE));
  TRY(munmap((void *)-PAGE, PAGE));
  maps("what is left");
  munmap(region, region_pages * PAGE);
}

static void protecting(int ro) {
  map_at(0, 4, RW);
  map_at(8, 4, RW);
  TRY(mprotect(at(0) + 1, PAGE, PROT_READ));
  TRY(mprotect(at(0), 0, PROT_READ));
  TRY(mprotect(at(5), 0, PROT_READ));
  TRY(mprotect(at(0), PAGE, 0x10));
  TRY(mprotect(at(0), PAGE, PROT_READ | 8));
  TRY(mprotect(at(0), PAGE, PROT_READ | 0x100));
  TRY(mprotect(at(5), PAGE, 0x100));
  TRY(mprotect(at(5), PAGE, PROT_READ));
  TRY(mprotect(at(5), 4 * PAGE, PROT_READ));
  TRY(mprotect(at(3), 2 * PAGE, PROT_READ));
  TRY(mprotect(at(0), -PAGE, PROT_READ));
  TRY(mprotect(at(0), -1UL, PROT_READ));
  TRY(mprotect(at(0), 1UL << 47, PROT_READ));
  TRY(mprotect(at(0), 1, PROT_READ | PROT_EXEC));
  TRY(mprotect(at(0), PAGE, RW | PROT_GROWSDOWN));
  TRY(mprotect(at(0), PAGE, RW | PROT_GROWSUP));
  TRY(mprotect(at(0), PAGE, RW | PROT_GROWSDOWN | PROT_GROWSUP));
  TRY(mprotect(at(5), PAGE, RW | PROT_GROWSDOWN));
  TRY(mprotect(at(5), 4 * PAGE, RW | PROT_GROWSDOWN));
  maps("rights");
  munmap(region, region_pages * PAGE);
  mmap(at(4), 4 * PAGE, RW, ANON | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
  TRY(mprotect(at(6), PAGE, PROT_READ | PROT_GROWSDOWN));
  maps("down to the stack's end");
  TRY(mprotect(at(2), 3 * PAGE, RW | PROT_GROWSDOWN));
  maps("from below the stack's end");
  TRY(mprotect(at(2), 3 * PAGE, RW));
  munmap(region, region_pages * PAGE);
  mmap(at(0), 2 * PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, ro, 0);
  map_at(2, 2, PROT_READ);
  TRY(mprotect(at(0), 4 * PAGE, RW));
  TRY(mprotect(at(1), 2 * PAGE, PROT_NONE));
  maps("a shared file that cannot be written");
  munmap(region, region_pages * PAGE);
}

int main(void) {
  setvbuf(stdout, 0, _IOFBF, 1 << 16);
  catch_faults();
  take_region(16);
  int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0644), ro = open("f", O_RDONLY), wo = open("f", O_WRONLY);
  ftruncate(fd, 4 * PAGE);
  arguments(fd, ro, wo);
  places();
  unmapping();
  protecting(ro);
  unlink("f");
}
