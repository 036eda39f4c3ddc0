// How mappings are cut and joined: by mmap, munmap, mprotect, madvise, mlock, mremap, fork.
#include "memory.h"

static void fresh(void) { munmap(region, region_pages * PAGE); }

static void rights(void) {
  map_at(0, 10, RW);
  maps("one");
  mprotect(at(3), 2 * PAGE, PROT_READ);
  maps("the middle");
  mprotect(at(3), PAGE, RW);
  maps("one page back");
  mprotect(at(4), PAGE, RW);
  maps("all back");
  mprotect(at(0), 2 * PAGE, PROT_NONE);
  mprotect(at(8), 2 * PAGE, PROT_READ | PROT_EXEC);
  maps("both ends");
  mprotect(at(0), 10 * PAGE, PROT_READ);
  maps("all the same");
  munmap(at(4), PAGE);
  maps("a hole");
  map_at(4, 1, PROT_READ);
  maps("filled with the same");
  munmap(at(4), PAGE);
  map_at(4, 1, RW);
  maps("filled with something else");
  TRY(mprotect(at(4), PAGE, PROT_READ));
  maps("and made the same");
  fresh();
  map_at(0, 4, RW);
  map_at(6, 2, RW);
  TRY(mprotect(at(0), 8 * PAGE, PROT_READ));
  maps("up to the hole");
  fresh();
}

static void touched(void) {
  map_at(0, 4, RW);
  map_at(6, 4, RW);
  at(0)[0] = 1;
  at(6)[0] = 1;
  map_at(4, 2, RW);
  maps("between two that were touched");
  at(4)[0] = 1;
  maps("touched, too");
  fresh();
  map_at(0, 4, RW);
  at(0)[0] = 1;
  map_at(4, 4, RW);
  maps("behind one that was touched");
  at(4)[0] = 1;
  mprotect(at(4), 4 * PAGE, PROT_READ);
  mprotect(at(4), 4 * PAGE, RW);
  maps("cut and joined");
  fresh();
  map_at(0, 4, RW);
  map_at(4, 4, PROT_READ);
  at(0)[0] = 1;
  mprotect(at(4), 4 * PAGE, RW);
  maps("untouched joins touched");
  fresh();
  map_at(0, 4, RW);
  map_at(4, 4, PROT_READ);
  at(0)[0] = 1;
  volatile char c = at(4)[0];
  mprotect(at(4), 4 * PAGE, RW);
  at(4)[0] = 1;
  maps("read joins touched");
  fresh();
}

static void in_child(void) {
  map_at(0, 4, RW);
  memset(at(0), 1, 4 * PAGE);
  fflush(stdout);
  if (!fork()) {
    map_at(4, 4, RW);
    maps("a child's new memory beside its parent's");
    at(4)[0] = 1;
    maps("touched");
    mprotect(at(1), PAGE, PROT_READ);
    mprotect(at(1), PAGE, RW);
    maps("a child's cut and joined");
    fflush(stdout);
    _exit(0);
  }
  wait(0);
  map_at(4, 4, RW);
  maps("the parent's new memory");
  fresh();
}

static void files(void) {
  int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0644), other = open("f", O_RDWR);
  ftruncate(fd, 16 * PAGE);
  mmap(at(0), 4 * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0);
  mmap(at(4), 4 * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 4 * PAGE);
  maps("a file in order");
  mmap(at(8), 2 * PAGE, RW, MAP_SHARED | MAP_FIXED, other, 8 * PAGE);
  maps("by another description");
  mmap(at(10), 2 * PAGE, RW, MAP_SHARED | MAP_FIXED, other, 12 * PAGE);
  maps("another place");
  mmap(at(12), PAGE, RW, MAP_PRIVATE | MAP_FIXED, other, 14 * PAGE);
  mmap(at(13), PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, other, 15 * PAGE);
  maps("private");
  mprotect(at(12), PAGE, PROT_READ);
  maps("private and equal");
  mprotect(at(2), 4 * PAGE, PROT_READ);
  mprotect(at(2), 4 * PAGE, RW);
  maps("shared, cut and joined");
  int ro = open("f", O_RDONLY);
  mmap(at(14), 2 * PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, ro, 0);
  TRY(mprotect(at(14), PAGE, RW));
  maps("read-only");
  unlink("f");
  maps("without a name");
  fresh();
  mmap(at(0), 4 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  mmap(at(4), 4 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  maps("shared without a file");
  mprotect(at(1), 2 * PAGE, PROT_READ);
  maps("cut");
  mprotect(at(1), 2 * PAGE, RW);
  maps("joined");
  munmap(at(0), 2 * PAGE);
  maps("shorter");
  fresh();
  close(fd), close(other), close(ro);
}

static void advice(void) {
  map_at(0, 10, RW);
  madvise(at(2), PAGE, MADV_RANDOM);
  madvise(at(3), PAGE, MADV_RANDOM);
  maps("random");
  madvise(at(2), 2 * PAGE, MADV_NORMAL);
  maps("normal");
  madvise(at(5), PAGE, MADV_DONTFORK);
  madvise(at(6), PAGE, MADV_WIPEONFORK);
  madvise(at(7), PAGE, MADV_DONTDUMP);
  madvise(at(8), PAGE, MADV_HUGEPAGE);
  maps("fork, dump, huge");
  fflush(stdout);
  if (!fork()) { maps("in a child"); fflush(stdout); _exit(0); }
  wait(0);
  madvise(at(5), PAGE, MADV_DOFORK);
  madvise(at(6), PAGE, MADV_KEEPONFORK);
  madvise(at(7), PAGE, MADV_DODUMP);
  maps("back, but for huge");
  madvise(at(8), PAGE, MADV_NOHUGEPAGE);
  maps("no huge");
  fresh();
  map_at(0, 10, RW);
  mlock(at(4), 2 * PAGE);
  maps("locked");
  munlock(at(4), 2 * PAGE);
  maps("unlocked");
  mmap(at(12), PAGE, RW, ANON | MAP_FIXED | MAP_NORESERVE, -1, 0);
  mmap(at(13), PAGE, RW, ANON | MAP_FIXED, -1, 0);
  mmap(at(14), PAGE, RW, ANON | MAP_FIXED | MAP_STACK, -1, 0);
  mmap(at(15), PAGE, RW, ANON | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
  maps("flags of mmap");
  fresh();
}

static void moved(void) {
  map_at(0, 4, RW);
  map_at(8, 4, RW);
  TRY(mremap(at(8), 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, at(4)));
  maps("untouched, moved beside another");
  fresh();
  map_at(0, 4, RW);
  map_at(8, 4, RW);
  at(8)[0] = 1;
  TRY(mremap(at(8), 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, at(4)));
  maps("touched, moved beside another");
  TRY(mremap(at(4), 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, at(8)));
  map_at(4, 4, RW);
  maps("moved back, and a new one between");
  fresh();
  map_at(0, 4, RW);
  TRY(mremap(at(0), 4 * PAGE, 6 * PAGE, 0));
  maps("longer");
  map_at(8, 4, RW);
  TRY(mremap(at(0), 6 * PAGE, 8 * PAGE, 0));
  maps("longer, up to the next");
  TRY(mremap(at(0), 12 * PAGE, 5 * PAGE, 0));
  maps("shorter");
  TRY(mremap(at(1), 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, at(10)));
  maps("the middle moved");
  fresh();
  map_at(0, 4, RW);
  memset(at(0), 7, 4 * PAGE);
  TRY(mremap(at(1), 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, at(6)));
  maps("left empty");
  printf("%d %d %d %d\n", at(0)[0], at(1)[0], at(6)[0], at(7)[PAGE - 1]);
  fresh();
}

int main(void) {
  setvbuf(stdout, 0, _IOFBF, 1 << 16);
  take_region(16);
  rights();
  touched();
  in_child();
  files();
  advice();
  moved();
}
