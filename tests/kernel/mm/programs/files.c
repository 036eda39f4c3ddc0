// Mapped files: what is stored reaches the file and all who map it, what is written reaches the mapping, and where it ends.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRY(call) do { errno = 0; long r = (long)(call); printf("%s = %ld %s\n", #call, r < 0 ? -1L : r > 1000000 ? 1L : r, r < 0 ? strerrorname_np(errno) : ""); } while (0)
static sigjmp_buf back;
static int code;
static void fault(int s, siginfo_t *i, void *c) { code = s * 100 + i->si_code; siglongjmp(back, 1); }
static int probe(volatile char *at) { if (sigsetjmp(back, 1)) return code; return *at; }

int main(void) {
  struct sigaction a = {.sa_sigaction = fault, .sa_flags = SA_SIGINFO};
  sigaction(SIGBUS, &a, 0);
  sigaction(SIGSEGV, &a, 0);
  char text[64] = {0};
  int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0644), ro = open("f", O_RDONLY), wo = open("f", O_WRONLY);
  ftruncate(fd, 10000);
  pwrite(fd, "hello", 5, 0);
  char *one = mmap(0, 12288, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char *two = mmap(0, 4096, PROT_READ, MAP_SHARED, ro, 0);
  char *own = mmap(0, 12288, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  printf("%.5s %.5s %.5s\n", one, two, own);
  memcpy(one, "HELLO", 5);
  pread(ro, text, 5, 0);
  printf("%s %.5s %.5s\n", text, two, own);
  own[0] = 'x';
  pwrite(fd, "again", 5, 0);
  printf("%.5s %.5s %.5s\n", one, two, own);
  strcpy(one + 8190, "across");
  pread(fd, text, 7, 8190);
  puts(text);
  fflush(stdout);
  if (!fork()) { strcpy(one + 100, "from the child"); strcpy(own + 100, "private"); _exit(0); }
  wait(0);
  printf("[%s] [%s]\n", one + 100, own + 100);
  printf("behind the end: %d, last page: %d\n", probe(one + 12287), probe(one + 9999));
  one[10001] = 7;
  TRY(msync(one, 12288, MS_SYNC));
  TRY(ftruncate(fd, 4096));
  printf("cut: %d %d %d\n", probe(one + 4096), probe(own + 4096), probe(one));
  TRY(ftruncate(fd, 12288));
  printf("grown: %d %d\n", probe(one + 4096), probe(one + 10001));
  ftruncate(fd, 50);
  ftruncate(fd, 4096);
  printf("zeros behind the end: %d\n", probe(one + 100));
  TRY(mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ro, 0));
  TRY(mmap(0, 4096, PROT_READ, MAP_SHARED, wo, 0));
  TRY(mmap(0, 4096, PROT_READ, MAP_PRIVATE, 99, 0));
  TRY(mmap(0, 4096, PROT_READ, MAP_PRIVATE, fd, 5));
  TRY(mmap(0, 0, PROT_READ, MAP_PRIVATE, fd, 0));
  TRY(mmap(0, 4096, PROT_READ, 0, fd, 0));
  TRY(mprotect(two, 4096, PROT_READ | PROT_WRITE));
  TRY(msync(one + 1, 4096, MS_SYNC));
  TRY(msync(one, 4096, MS_SYNC | MS_ASYNC));
  TRY(msync(one, 4096, 8));
  TRY(msync((void *)0x10000000, 4096, MS_SYNC));
  unlink("f");
  strcpy(one, "still there");
  close(fd);
  close(ro);
  close(wo);
  printf("%s\n", two);
  munmap(two, 4096);
  printf("%s\n", one);
  int m = memfd_create("m", 0);
  ftruncate(m, 8192);
  char *x = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, m, 0), *y = mmap(0, 4096, PROT_READ, MAP_SHARED, m, 4096);
  strcpy(x + 4096, "two views");
  puts(y);
  close(m);
  x[4096] = 'T';
  puts(y);
  TRY(munmap(x, 4096));
  puts(y);
  printf("unmapped: %d %d\n", probe(x), probe(x + 4096));
  long large = 1L << 40;
  int sparse = open("sparse", O_RDWR | O_CREAT, 0644);
  TRY(pwrite(sparse, "end", 3, large - 3));
  for (int kind = MAP_SHARED; kind <= MAP_PRIVATE; kind++) {
    char *all = mmap(0, large, PROT_READ | (kind == MAP_SHARED ? PROT_WRITE : 0), kind, sparse, 0);
    printf("more than memory: %.3s\n", all == MAP_FAILED ? "no" : all + large - 3);
  }
  unlink("sparse");
  return 0;
}
