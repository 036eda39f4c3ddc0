// /proc/PID/pagemap, clear_refs and mem.
#include "memory.h"

static int map_file;
static unsigned long word(unsigned long page) {
  unsigned long result = 0;
  if (pread(map_file, &result, 8, ((unsigned long)region / PAGE + page) * 8) != 8) return -1UL;
  return result & ~(1UL << 55);
}
static unsigned long frame(unsigned long page) { return word(page) & ((1UL << 55) - 1); }
static void bits(const char *title, unsigned long first, unsigned long count) {
  printf("%s:", title);
  for (unsigned long n = first; n < first + count; n++) {
    unsigned long w = word(n);
    printf(" %s%s%s%s%s", w >> 63 & 1 ? "p" : "-", w >> 62 & 1 ? "s" : "-", w >> 61 & 1 ? "f" : "-", w >> 56 & 1 ? "1" : "-", frame(n) ? "F" : "-");
  }
  puts("");
}
static void fresh(void) { munmap(region, region_pages * PAGE); }

static void frames(void) {
  map_at(0, 8, RW);
  bits("untouched", 0, 8);
  volatile char c = at(0)[0] + at(1)[0];
  at(2)[0] = 1, at(3)[0] = 1;
  mprotect(at(3), PAGE, PROT_NONE);
  bits("touched", 0, 8);
  printf("zeros shared %d, others not %d\n", frame(0) == frame(1), frame(2) != frame(3) && frame(2) != frame(0));
  unsigned long zeros = frame(0), mine = frame(2);
  at(0)[0] = 1;
  printf("a frame of its own %d\n", frame(0) != zeros);
  fflush(stdout);
  int go[2], done[2];
  char x;
  pipe(go), pipe(done);
  if (!fork()) {
    close(map_file);
    map_file = open("/proc/self/pagemap", O_RDONLY);
    bits("a child", 0, 4);
    printf("the same frame %d\n", frame(2) == mine);
    at(2)[0] = 2;
    printf("another frame %d\n", frame(2) != mine);
    bits("a child", 0, 4);
    fflush(stdout);
    write(done[1], "x", 1);
    read(go[0], &x, 1);
    _exit(0);
  }
  read(done[0], &x, 1);
  bits("the parent", 0, 4);
  at(2)[0] = 3;
  printf("the parent keeps its frame %d\n", frame(2) == mine);
  write(go[1], "x", 1);
  wait(0);
  bits("without a child", 0, 4);
  fresh();
  int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0644);
  ftruncate(fd, 4 * PAGE);
  write(fd, "hello", 5);
  mmap(at(0), 2 * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0);
  mmap(at(2), 2 * PAGE, RW, MAP_PRIVATE | MAP_FIXED, fd, 0);
  mmap(at(4), 2 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  at(0)[0] = 1;
  at(4)[0] = 1;
  bits("files and shared memory", 0, 8);
  c = at(2)[0];
  printf("private as shared: one frame %d\n", frame(0) == frame(2));
  at(2)[0] = 1;
  printf("written: %d\n", frame(0) != frame(2));
  bits("files and shared memory", 0, 1);
  bits("files and shared memory", 2, 1);
  close(fd), unlink("f");
  fresh();
}

static void edges(void) {
  unsigned long two[2];
  TRY(pread(map_file, two, 8, 4));
  TRY(pread(map_file, two, 7, 0));
  TRY(pread(map_file, two, 0, 0));
  TRY(pread(map_file, two, 16, 0));
  TRY(pread(map_file, two, 8, (0x7ffffffff000 / PAGE) * 8));
  TRY(pread(map_file, two, 16, (0x7fffffffe000 / PAGE) * 8));
  TRY(pread(map_file, two, 8, (1UL << 47) / PAGE * 8));
  TRY(pread(map_file, two, 8, 1UL << 60));
  TRY(write(map_file, two, 8));
  int other = open("/proc/self/pagemap", O_RDWR);
  printf("%d %s\n", other >= 0, other < 0 ? strerrorname_np(errno) : "");
}

static void memory(void) {
  int fd = open("/proc/self/mem", O_RDWR);
  char text[16] = {0};
  map_at(0, 1, RW);
  map_at(1, 1, PROT_READ);
  map_at(2, 1, PROT_NONE);
  map_at(3, 1, PROT_EXEC);
  mmap(at(5), PAGE, PROT_READ, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  strcpy(at(0), "hello");
  TRY(pread(fd, text, 6, (long)at(0)));
  puts(text);
  TRY(pwrite(fd, "there", 6, (long)at(0)));
  puts(at(0));
  TRY(pwrite(fd, "read-only", 10, (long)at(1)));
  printf("%d\n", peek(at(1)));
  puts(at(1));
  printf("%d\n", poke(at(1), 1));
  TRY(pwrite(fd, "none", 5, (long)at(2)));
  printf("%d\n", peek(at(2)));
  TRY(pread(fd, text, 5, (long)at(2)));
  puts(text);
  TRY(pread(fd, text, 5, (long)at(3)));
  TRY(pwrite(fd, "x", 1, (long)at(5)));
  TRY(pread(fd, text, 1, (long)at(5)));
  TRY(pread(fd, text, 1, (long)at(4)));
  TRY(pwrite(fd, "x", 1, (long)at(4)));
  TRY(pread(fd, text, 16, (long)at(4) - 8));
  TRY(pread(fd, text, 16, (long)at(6) - 8));
  TRY(pwrite(fd, "sixteen bytes...", 16, (long)at(6) - 8));
  TRY(pread(fd, text, 0, (long)at(4)));
  TRY(pread(fd, (void *)1, 4, (long)at(0)));
  TRY(pwrite(fd, (void *)1, 4, (long)at(0)));
  TRY(pread(fd, text, 1, 0));
  TRY(pread(fd, text, 1, 1L << 47));
  TRY(pread(fd, text, 1, -1));
  TRY(lseek(fd, (long)at(0), SEEK_SET) == (long)at(0));
  TRY(read(fd, text, 6));
  TRY(lseek(fd, 0, SEEK_CUR) == (long)at(0) + 6);
  int pid = fork();
  if (!pid) { strcpy(at(0), "the child's"); raise(SIGSTOP); _exit(0); }
  waitpid(pid, 0, WUNTRACED);
  char path[64];
  sprintf(path, "/proc/%d/mem", pid);
  int its = open(path, O_RDWR);
  memset(text, 0, sizeof text);
  TRY(pread(its, text, 12, (long)at(0)));
  puts(text);
  puts(at(0));
  kill(pid, SIGKILL);
  waitpid(pid, 0, 0);
  TRY(pread(its, text, 12, (long)at(0)));
  TRY(pwrite(its, text, 12, (long)at(0)));
  fresh();
}

static long referenced(void) { return field("/proc/self/smaps_rollup", "Referenced"); }
static void clearing(void) {
  int fd = open("/proc/self/clear_refs", O_WRONLY);
  map_at(0, 256, RW);
  memset(at(0), 1, 256 * PAGE);
  TRY(write(fd, "0", 1));
  TRY(write(fd, "6", 1));
  TRY(write(fd, "x", 1));
  TRY(write(fd, "", 0));
  TRY(write(fd, " 1\n", 3));
  TRY(write(fd, "1 2", 3));
  TRY(write(fd, "-1", 2));
  long before = referenced();
  TRY(write(fd, "1", 1));
  printf("fewer: %d\n", referenced() <= before - 800);
  map_at(0, 256, RW);
  memset(at(0), 1, 256 * PAGE);
  TRY(write(fd, "3", 1));
  before = referenced();
  TRY(write(fd, "2\n", 2));
  printf("fewer: %d\n", referenced() <= before - 800);
  map_at(0, 2000, RW);
  memset(at(0), 1, 2000 * PAGE);
  munmap(at(0), 2000 * PAGE);
  printf("peak: %d\n", field("/proc/self/status", "VmHWM") > field("/proc/self/status", "VmRSS") + 7000);
  TRY(write(fd, "5", 1));
  printf("no peak: %d\n", field("/proc/self/status", "VmHWM") < field("/proc/self/status", "VmRSS") + 1000);
  TRY(read(fd, &before, 1));
}

static void others(void) {
  int ends[2];
  pipe(ends);
  int pid = fork();
  char path[64];
  if (!pid) { char c; close(ends[1]); read(ends[0], &c, 1); _exit(0); }
  if (getuid() == 0) setresuid(65534, 65534, 65534);
  static const char *const names[] = {"mem", "pagemap", "clear_refs", "maps", "smaps", "smaps_rollup", "environ", "auxv", "status", "stat", "statm", "cmdline", "comm", "limits"};
  for (int n = 0; n < sizeof names / sizeof *names; n++) {
    sprintf(path, "/proc/%d/%s", pid, names[n]);
    errno = 0;
    int fd = open(path, names[n][1] == 'l' ? O_WRONLY : O_RDONLY);
    printf("%s: %s\n", names[n], fd >= 0 ? "opened" : strerrorname_np(errno));
    if (fd >= 0) { char c; printf("  read %ld\n", (long)read(fd, &c, 1)); }
  }
  close(map_file);
  map_file = open("/proc/self/pagemap", O_RDONLY);
  printf("one's own %s\n", map_file >= 0 ? "opened" : strerrorname_np(errno));
}

int main(void) {
  setvbuf(stdout, 0, _IOFBF, 1 << 16);
  catch_faults();
  take_region(2048);
  map_file = open("/proc/self/pagemap", O_RDONLY);
  frames();
  edges();
  memory();
  clearing();
  fflush(stdout);
  others();
}
