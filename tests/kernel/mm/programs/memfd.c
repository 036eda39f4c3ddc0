// memfd_create and seals.
#include "memory.h"
#include <sys/stat.h>

static int seals_of(int fd) { return fcntl(fd, F_GET_SEALS); }
static void operations(const char *title, int fd) {
  char byte = 1;
  printf("%s: seals %x\n", title, seals_of(fd));
  TRY(pwrite(fd, &byte, 1, 0));
  TRY(pwrite(fd, &byte, 1, 3 * PAGE));
  TRY(pwrite(fd, &byte, 0, 0));
  TRY(ftruncate(fd, PAGE));
  TRY(ftruncate(fd, 2 * PAGE));
  TRY(ftruncate(fd, 3 * PAGE));
  TRY(ftruncate(fd, 2 * PAGE));
  TRY(fallocate(fd, 0, 0, PAGE));
  TRY(fallocate(fd, 0, 0, 5 * PAGE));
  TRY(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, PAGE));
  TRY(fchmod(fd, 0600));
  TRY(fchmod(fd, 0755));
  char *shared = mmap(0, PAGE, RW, MAP_SHARED, fd, 0);
  printf("shared for writing: %s\n", shared == MAP_FAILED ? strerrorname_np(errno) : "ok");
  if (shared != MAP_FAILED) munmap(shared, PAGE);
  char *reading = mmap(0, PAGE, PROT_READ, MAP_SHARED, fd, 0);
  printf("shared for reading: %s\n", reading == MAP_FAILED ? strerrorname_np(errno) : "ok");
  if (reading != MAP_FAILED) { TRY(mprotect(reading, PAGE, RW)); munmap(reading, PAGE); }
  char *own = mmap(0, PAGE, RW, MAP_PRIVATE, fd, 0);
  printf("private: %s\n", own == MAP_FAILED ? strerrorname_np(errno) : "ok");
  if (own != MAP_FAILED) { own[0] = 1; munmap(own, PAGE); }
}

int main(void) {
  setvbuf(stdout, 0, _IOFBF, 1 << 16);
  TRY(memfd_create("x", 0x100));
  TRY(memfd_create("x", 0x80000000));
  TRY(memfd_create((void *)1, 0));
  TRY(memfd_create("x", MFD_CLOEXEC | 8 | 16));
  char name[300];
  memset(name, 'n', sizeof name);
  name[249] = 0;
  TRY(memfd_create(name, 0) > 2);
  name[249] = 'n', name[250] = 0;
  TRY(memfd_create(name, 0));
  int plain = memfd_create("plain", 0);
  printf("plain: %x\n", seals_of(plain));
  TRY(fcntl(plain, F_ADD_SEALS, F_SEAL_SHRINK));
  int ro = open("/dev/null", O_RDONLY), file = open("/dev/shm/f", O_RDWR | O_CREAT, 0644), ends[2];
  pipe(ends);
  TRY(fcntl(ro, F_ADD_SEALS, F_SEAL_SHRINK));
  TRY(fcntl(ro, F_GET_SEALS));
  TRY(fcntl(file, F_GET_SEALS));
  TRY(fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK));
  TRY(fcntl(file, F_ADD_SEALS, 0x1000));
  TRY(fcntl(ends[1], F_ADD_SEALS, F_SEAL_SHRINK));
  TRY(fcntl(ends[0], F_ADD_SEALS, F_SEAL_SHRINK));
  unlink("/dev/shm/f");
  static const struct { const char *title; int seals; } sets[] = {
    {"nothing", 0}, {"shrink", F_SEAL_SHRINK}, {"grow", F_SEAL_GROW}, {"write", F_SEAL_WRITE}, {"future write", F_SEAL_FUTURE_WRITE},
    {"exec", 0x20}, {"seal", F_SEAL_SEAL}, {"all old", F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE},
  };
  for (int n = 0; n < sizeof sets / sizeof *sets; n++) {
    int fd = memfd_create("sealed", MFD_ALLOW_SEALING);
    ftruncate(fd, 2 * PAGE);
    TRY(fcntl(fd, F_ADD_SEALS, sets[n].seals));
    operations(sets[n].title, fd);
    TRY(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
    TRY(fcntl(fd, F_ADD_SEALS, 0x40));
    close(fd);
  }
  int fd = memfd_create("mapped", MFD_ALLOW_SEALING);
  ftruncate(fd, 2 * PAGE);
  char *shared = mmap(0, PAGE, RW, MAP_SHARED, fd, 0);
  TRY(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  TRY(fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
  shared[0] = 9;
  printf("written before: %d\n", shared[0]);
  TRY(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  munmap(shared, PAGE);
  char *reading = mmap(0, PAGE, PROT_READ, MAP_SHARED, fd, 0);
  TRY(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  printf("%d, seals %x\n", reading[0], seals_of(fd));
  char path[64];
  sprintf(path, "/proc/self/fd/%d", fd);
  int again = open(path, O_RDONLY);
  printf("opened again: %x\n", again >= 0 ? seals_of(again) : -1);
  TRY(fcntl(again, F_ADD_SEALS, F_SEAL_SHRINK));
  int noexec = memfd_create("noexec", 8);
  struct stat status;
  fstat(noexec, &status);
  printf("noexec: seals %x mode %o\n", seals_of(noexec), status.st_mode);
  TRY(fchmod(noexec, 0777));
  TRY(fchmod(noexec, 0600));
  int exec = memfd_create("exec", 16 | MFD_ALLOW_SEALING);
  fstat(exec, &status);
  printf("exec: seals %x mode %o\n", seals_of(exec), status.st_mode);
  TRY(fcntl(exec, F_ADD_SEALS, 0x20));
  printf("and sealed: %x\n", seals_of(exec));
}
