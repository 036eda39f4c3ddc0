// /proc/self/maps, smaps and smaps_rollup of one's own mappings, byte for byte but for addresses, devices and inode numbers.
#include "memory.h"

// The text of the mappings in the region; names without folders.
static void smaps(const char *title) {
  char line[512];
  int inside = 0;
  printf("== %s\n", title);
  FILE *file = fopen("/proc/self/smaps", "r");
  while (fgets(line, sizeof line, file)) {
    unsigned long start, end, offset, inode;
    char rights[8], device[16];
    int length = 0;
    if (sscanf(line, "%lx-%lx %7s %lx %15s %lu %n", &start, &end, rights, &offset, device, &inode, &length) >= 6) {
      inside = start >= (unsigned long)region && end <= (unsigned long)region + region_pages * PAGE;
      if (!inside) continue;
      char *name = line + length, *slash = strrchr(name, '/');
      printf("%lu-%lu %s %08lx %s%s", (start - (unsigned long)region) / PAGE, (end - (unsigned long)region) / PAGE, rights, offset, inode ? "inode " : "", slash ? slash + 1 : name);
      if (!length || !line[length]) puts("");
      // With a name the line is padded.
      if (slash) printf("name in column %ld\n", (long)(strchr(line, '/') - line));
    } else if (inside) {
      // Only on processors that have protection keys; ours has none.
      if (!strncmp(line, "ProtectionKey", 13)) continue;
      // Only kernels that can tell soft-dirty pages say "sd".
      char *soft = strncmp(line, "VmFlags", 7) ? 0 : strstr(line, "sd ");
      if (soft) memmove(soft, soft + 3, strlen(soft + 3) + 1);
      fputs(line, stdout);
    }
  }
  fclose(file);
}

static void read_all(volatile char *start, unsigned long pages) { for (unsigned long n = 0; n < pages; n++) start[n * PAGE]; }
static void write_all(volatile char *start, unsigned long pages) { for (unsigned long n = 0; n < pages; n++) start[n * PAGE] = n; }
static void fresh(void) { munmap(region, region_pages * PAGE); }

int main(void) {
  setvbuf(stdout, 0, _IOFBF, 1 << 16);
  take_region(128);
  map_at(0, 4, RW);
  map_at(4, 4, PROT_READ);
  map_at(8, 2, PROT_NONE);
  map_at(10, 2, PROT_READ | PROT_EXEC);
  map_at(12, 2, RW | PROT_EXEC);
  smaps("untouched");
  read_all(at(0), 2), write_all(at(1), 2), read_all(at(4), 1), write_all(at(12), 2);
  mprotect(at(12), PAGE, PROT_NONE);
  smaps("touched");
  fresh();
  mmap(at(0), 4 * PAGE, RW, ANON | MAP_FIXED | MAP_NORESERVE, -1, 0);
  mmap(at(4), 4 * PAGE, RW, ANON | MAP_FIXED | MAP_STACK, -1, 0);
  mmap(at(8), 4 * PAGE, RW, ANON | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
  mmap(at(12), 4 * PAGE, RW, ANON | MAP_FIXED | MAP_LOCKED, -1, 0);
  mmap(at(16), 4 * PAGE, RW, ANON | MAP_FIXED | MAP_POPULATE, -1, 0);
  map_at(20, 2, RW);
  mlock2(at(20), 2 * PAGE, MLOCK_ONFAULT);
  write_all(at(20), 1);
  smaps("flags of mmap");
  fresh();
  map_at(0, 20, RW);
  write_all(at(0), 20);
  madvise(at(0), PAGE, MADV_SEQUENTIAL);
  madvise(at(1), PAGE, MADV_RANDOM);
  madvise(at(2), PAGE, MADV_DONTFORK);
  madvise(at(3), PAGE, MADV_WIPEONFORK);
  madvise(at(4), PAGE, MADV_DONTDUMP);
  madvise(at(5), PAGE, MADV_HUGEPAGE);
  madvise(at(6), PAGE, MADV_NOHUGEPAGE);
  madvise(at(8), 2 * PAGE, MADV_FREE);
  madvise(at(10), 2 * PAGE, MADV_COLD);
  at(8)[0] = 1;
  smaps("advice");
  int go[2], done[2];
  char c;
  pipe(go), pipe(done);
  fflush(stdout);
  if (!fork()) {
    at(12)[0] = 3;
    smaps("a child");
    fflush(stdout);
    write(done[1], "x", 1);
    read(go[0], &c, 1);
    if (!fork()) { smaps("a grandchild"); fflush(stdout); _exit(0); }
    wait(0);
    _exit(0);
  }
  read(done[0], &c, 1);
  smaps("its parent");
  fflush(stdout);
  write(go[1], "x", 1);
  wait(0);
  smaps("without a child");
  fresh();
  char page[4096];
  int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0644);
  for (int n = 0; n < 8; n++) memset(page, n + 1, sizeof page), write(fd, page, sizeof page);
  fsync(fd);
  int ro = open("f", O_RDONLY);
  mmap(at(0), 8 * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0);
  mmap(at(8), 8 * PAGE, RW, MAP_PRIVATE | MAP_FIXED, fd, 0);
  mmap(at(16), 4 * PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, ro, PAGE);
  mmap(at(20), 4 * PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, ro, 4 * PAGE);
  smaps("a file");
  write_all(at(0), 2), write_all(at(8), 3);
  smaps("a file, written");
  msync(at(0), 8 * PAGE, MS_SYNC);
  smaps("brought into the file");
  long before = minor_faults();
  before = minor_faults();
  write_all(at(1), 1);
  printf("written again: %ld faults\n", minor_faults() - before);
  smaps("written again");
  fresh();
  close(fd), close(ro), unlink("f");
  mmap(at(0), 4 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  write_all(at(0), 2);
  read_all(at(2), 1);
  smaps("shared");
  fflush(stdout);
  if (!fork()) { smaps("shared, a child"); read_all(at(0), 1); smaps("shared, a child that looks"); fflush(stdout); _exit(0); }
  wait(0);
  fresh();
}
