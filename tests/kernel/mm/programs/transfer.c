// process_vm_readv and process_vm_writev, and membarrier, protection keys, mseal.
#include "memory.h"
#include <linux/membarrier.h>

static void fresh(void) { munmap(region, region_pages * PAGE); }
static struct iovec piece(void *base, unsigned long length) { return (struct iovec){base, length}; }

static void transfers(void) {
  char here[64] = {0}, other[64];
  map_at(0, 4, RW);
  map_at(4, 1, PROT_READ);
  map_at(5, 1, PROT_NONE);
  strcpy(at(0), "hello from there");
  int go[2], done[2];
  char x;
  pipe(go), pipe(done);
  fflush(stdout);
  int pid = fork();
  if (!pid) {
    strcpy(at(0), "the child's text");
    write(done[1], "x", 1), read(go[0], &x, 1);
    printf("the child sees: %s %s\n", at(0), at(1));
    fflush(stdout);
    _exit(0);
  }
  read(done[0], &x, 1);
  struct iovec local[3] = {piece(here, 5), piece(here + 10, 3), piece(here + 20, 30)}, remote[3] = {piece(at(0), 7), piece(at(0) + 4, 4), piece(at(1) - 4, 8)};
  TRY(process_vm_readv(pid, local, 1, remote, 1, 0));
  printf("%s\n", here);
  TRY(process_vm_readv(pid, local, 3, remote, 2, 0));
  printf("%s|%s|%s\n", here, here + 10, here + 20);
  TRY(process_vm_readv(pid, local, 1, remote, 0, 0));
  TRY(process_vm_readv(pid, local, 0, remote, 1, 0));
  TRY(process_vm_readv(pid, 0, 0, 0, 0, 0));
  TRY(process_vm_readv(pid, local, 1, remote, 1, 1));
  TRY(process_vm_readv(999999, local, 1, remote, 1, 0));
  TRY(process_vm_readv(999999, local, 1, remote, 1, 1));
  TRY(process_vm_readv(999999, (void *)1, 1, remote, 1, 0));
  TRY(process_vm_readv(999999, local, 1, (void *)1, 1, 0));
  TRY(process_vm_readv(pid, local, 2000, remote, 1, 0));
  TRY(process_vm_readv(pid, local, 1, remote, 2000, 0));
  TRY(process_vm_readv(pid, local, -1UL, remote, 1, 0));
  struct iovec bad = piece(at(9), 8), edge = piece(at(4) - 4, PAGE * 2), none = piece(at(5), 8), huge = piece(here, -1UL), nobody = piece((void *)1, 8);
  TRY(process_vm_readv(pid, local, 1, &bad, 1, 0));
  TRY(process_vm_readv(pid, &bad, 1, remote, 1, 0));
  TRY(process_vm_readv(pid, &none, 1, remote, 1, 0));
  TRY(process_vm_readv(pid, local, 1, &none, 1, 0));
  TRY(process_vm_readv(pid, &huge, 1, remote, 1, 0));
  TRY(process_vm_readv(pid, local, 1, &nobody, 1, 0));
  char *large = malloc(3 * PAGE);
  struct iovec room = piece(large, 3 * PAGE);
  TRY(process_vm_readv(pid, &room, 1, &edge, 1, 0));
  struct iovec after[2] = {piece(at(0), 4), piece(at(9), 4)};
  TRY(process_vm_readv(pid, &room, 1, after, 2, 0));
  after[0] = piece(at(9), 4), after[1] = piece(at(0), 4);
  TRY(process_vm_readv(pid, &room, 1, after, 2, 0));
  struct iovec text = piece("written", 8), there = piece(at(1), 8), fixed = piece(at(4), 8);
  TRY(process_vm_writev(pid, &text, 1, &there, 1, 0));
  TRY(process_vm_writev(pid, &text, 1, &fixed, 1, 0));
  TRY(process_vm_writev(pid, &text, 1, &none, 1, 0));
  TRY(process_vm_writev(pid, &bad, 1, &there, 1, 0));
  struct iovec self = piece(at(2), 8);
  TRY(process_vm_writev(getpid(), &text, 1, &self, 1, 0));
  puts(at(2));
  write(go[1], "x", 1);
  siginfo_t info;
  waitid(P_PID, pid, &info, WEXITED | WNOWAIT);
  TRY(process_vm_readv(pid, local, 1, remote, 1, 0));
  wait(0);
  TRY(process_vm_readv(pid, local, 1, remote, 1, 0));
  fflush(stdout);
  int ends[2];
  pipe(ends);
  pid = fork();
  if (!pid) { close(ends[1]), read(ends[0], &x, 1); _exit(0); }
  if (!fork()) {
    if (getuid() == 0) setresuid(65534, 65534, 65534);
    TRY(process_vm_readv(pid, local, 1, remote, 1, 0));
    fflush(stdout);
    _exit(0);
  }
  wait(0);
  close(ends[1]);
  wait(0);
  fresh();
}

static void barriers(void) {
  int all = syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);
  printf("query %x\n", all);
  for (int command = 1; command <= 1024; command *= 2) {
    errno = 0;
    int result = syscall(SYS_membarrier, command, 0, 0);
    printf("command %d: %d %s\n", command, result, result < 0 ? strerrorname_np(errno) : "");
  }
  for (int command = 8; command <= 512; command *= 2) {
    errno = 0;
    int result = syscall(SYS_membarrier, command, 0, 0);
    printf("again %d: %d %s\n", command, result, result < 0 ? strerrorname_np(errno) : "");
  }
  TRY(syscall(SYS_membarrier, 3, 0, 0));
  TRY(syscall(SYS_membarrier, -1, 0, 0));
  TRY(syscall(SYS_membarrier, 0, 1, 0));
  TRY(syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, 1, 0));
  TRY(syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, 2, 0));
  TRY(syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 1, 0));
  fflush(stdout);
  if (!fork()) { TRY(syscall(SYS_membarrier, 512, 0, 0)); TRY(syscall(SYS_membarrier, 8, 0, 0)); fflush(stdout); _exit(0); }
  wait(0);
}

static void seals(void) {
  map_at(0, 4, RW);
  map_at(6, 2, PROT_READ);
  strcpy(at(1), "sealed");
  TRY(syscall(462, at(0), PAGE, 1));
  TRY(syscall(462, at(0) + 1, PAGE, 0));
  TRY(syscall(462, at(0), 0, 0));
  TRY(syscall(462, at(0), -1UL, 0));
  TRY(syscall(462, at(0), -PAGE, 0));
  TRY(syscall(462, at(3), 2 * PAGE, 0));
  TRY(syscall(462, at(5), 1, 0));
  TRY(syscall(462, at(1), PAGE, 0));
  TRY(syscall(462, at(1), PAGE, 0));
  TRY(syscall(462, at(6), PAGE, 0));
  maps("sealed");
  TRY(munmap(at(0), 4 * PAGE));
  TRY(munmap(at(1), PAGE));
  TRY(mprotect(at(0), 4 * PAGE, PROT_READ));
  maps("up to the seal");
  TRY(mprotect(at(1), PAGE, RW));
  TRY(mmap(at(1), PAGE, RW, ANON | MAP_FIXED, -1, 0));
  TRY(mremap(at(1), PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, at(10)));
  TRY(mremap(at(0), PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, at(1)));
  TRY(mremap(at(1), PAGE, 2 * PAGE, MREMAP_MAYMOVE));
  static const int advices[] = {MADV_DONTNEED, MADV_FREE, MADV_DONTFORK, MADV_WIPEONFORK, MADV_REMOVE, MADV_RANDOM, MADV_WILLNEED, MADV_COLD};
  for (int n = 0; n < sizeof advices / sizeof *advices; n++) {
    errno = 0;
    int one = madvise(at(1), PAGE, advices[n]), mistake = errno;
    int two = madvise(at(6), PAGE, advices[n]);
    printf("advice %d: %d %s, read-only %d %s\n", advices[n], one, one ? strerrorname_np(mistake) : "", two, two ? strerrorname_np(errno) : "");
  }
  TRY(munlock(at(1), PAGE));
  maps("still there");
  fflush(stdout);
}

int main(void) {
  setvbuf(stdout, 0, _IOFBF, 1 << 16);
  take_region(16);
  transfers();
  barriers();
  seals();
}
