// What counts as promised memory, and what is refused: with overcommit_memory 0, as the test's machine has it.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define GIB (1UL << 30)
#define TIB (1UL << 40)
#define TRY(call) do { errno = 0; long r = (long)(call); printf("%s = %s %s\n", #call, r == -1 ? "-1" : "ok", r == -1 ? strerrorname_np(errno) : ""); } while (0)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static long committed(void) {
  FILE *f = fopen("/proc/meminfo", "r");
  char line[200];
  long kb = -1;
  while (fgets(line, sizeof line, f))
    if (sscanf(line, "Committed_AS: %ld kB", &kb) == 1) break;
  fclose(f);
  return kb;
}

static void *place;
static void map(int prot, int flags) { place = mmap(0, GIB, prot, flags, -1, 0); }
static void none(void) {}
static void writable(void) { map(3, ANON); }
static void noreserve(void) { map(3, ANON | MAP_NORESERVE); }
static void readable(void) { map(1, ANON); }
static void shared(void) { map(3, MAP_SHARED | MAP_ANONYMOUS); }
static void sharedNoreserve(void) { map(3, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE); }
static void protectWritable(void) { mprotect(place, GIB, 3); }
static void protectReadable(void) { mprotect(place, GIB, 1); }
static void touchAndProtect(void) { *(char *)place = 1; mprotect(place, GIB, 1); }
static void unmapHalf(void) { munmap(place, GIB / 2); }
static void unmapAll(void) { munmap(place, GIB); }
static void replace(void) { mmap(place, GIB, 3, ANON | MAP_FIXED, -1, 0); }
static void grow(void) { place = mremap(place, GIB / 2, GIB, MREMAP_MAYMOVE); }
static void half(void) { place = mmap(0, GIB / 2, 3, ANON, -1, 0); }
static void forked(void) {
  int p[2];
  char c;
  pipe(p);
  if (!fork()) { close(p[1]); read(p[0], &c, 1); _exit(0); }
  close(p[0]);
  place = (void *)(long)p[1];
}
static void childEnds(void) { close((int)(long)place); wait(0); }
static void breakUp(void) { sbrk(GIB); }
static void breakDown(void) { sbrk(-(long)GIB); }

// Others on the machine promise memory, too: the median of several looks counts, in quarters of a GiB.
static void step(const char *what, void (*f)(void)) {
  long before = committed();
  f();
  long after = committed();
  printf("%s: %+ld\n", what, (after - before + (after > before ? 1 : -1) * (1L << 17)) / (1L << 18));
}

int main(void) {
  step("nothing", none);
  step("private and writable", writable);
  step("made read-only, never touched", protectReadable);
  step("made writable again", protectWritable);
  step("made read-only after a touch", touchAndProtect);
  step("half of it unmapped", unmapHalf);
  step("all of it unmapped", unmapAll);
  step("without reserve", noreserve);
  step("made read-only", protectReadable);
  step("made writable", protectWritable);
  step("replaced", replace);
  step("unmapped", unmapAll);
  step("read-only", readable);
  step("made writable", protectWritable);
  step("replaced", replace);
  step("unmapped", unmapAll);
  step("shared", shared);
  step("half of it unmapped", unmapHalf);
  step("all of it unmapped", unmapAll);
  step("shared without reserve", sharedNoreserve);
  step("unmapped", unmapAll);
  step("half a GiB", half);
  step("doubled", grow);
  void *kept = place;
  step("a child", forked);
  step("its end", childEnds);
  place = kept;
  step("unmapped", unmapAll);
  step("the heap grows", breakUp);
  step("and shrinks", breakDown);

  TRY(mmap(0, TIB, 3, ANON, -1, 0));
  TRY(mmap(0, TIB, 3, ANON | MAP_NORESERVE, -1, 0));
  TRY(mmap(0, TIB, 3, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  TRY(mmap(0, TIB, 3, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  char *far = mmap(0, TIB, PROT_READ, ANON, -1, 0);
  TRY(far);
  TRY(mprotect(far, TIB, 3));
  TRY(mprotect(far, GIB, 3));
  TRY(mprotect(far, TIB, PROT_NONE));
  TRY(brk((char *)sbrk(0) + TIB));
  char *small = mmap(0, 4096, 3, ANON, -1, 0);
  TRY(mremap(small, 4096, TIB, MREMAP_MAYMOVE));
  int fd = open("/proc/self/exe", O_RDONLY);
  TRY(mmap(0, TIB, 3, MAP_PRIVATE, fd, 0));
  TRY(mmap(0, TIB, 1, MAP_PRIVATE, fd, 0));
  return 0;
}
