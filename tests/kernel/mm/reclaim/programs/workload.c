// More memory than the machine has, used in all ways at once: private, after fork, shared, of files; the sums must be right.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGES = 256, PAGE = 4096, SIZE = PAGES * PAGE };
static uint32_t state = 1;
static uint32_t next(uint32_t limit) {
  state = state * 1664525u + 1013904223u;
  return (state >> 8) % limit;
}
static uint32_t sum(const unsigned char *at) {
  uint32_t s = 0;
  for (int i = 0; i < SIZE; i += 64) s = s * 31 + at[i];
  return s;
}

static void work(unsigned char *own, unsigned char *shared, unsigned char *file, unsigned char *copy, int lane, int steps) {
  for (int i = 0; i < steps; i++) {
    // Of what is shared each process writes into bytes of its own.
    uint32_t page = next(PAGES), at = page * PAGE + next(16) * 256 + lane * 64;
    switch (next(6)) {
      case 0: own[at]++; break;
      case 1: shared[at]++; break;
      case 2: file[at]++; break;
      case 3: copy[at] ^= i; break;
      case 4: own[at] += shared[page * PAGE + lane * 64]; break;
      case 5: own[at] += file[page * PAGE + lane * 64] + copy[at]; break;
    }
  }
}

int main(void) {
  int fd = open("data", O_RDWR | O_CREAT | O_TRUNC, 0600);
  unsigned char page[PAGE];
  for (int i = 0; i < PAGES; i++) {
    memset(page, i, PAGE);
    write(fd, page, PAGE);
  }
  unsigned char *own = mmap(0, SIZE, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  unsigned char *shared = mmap(0, SIZE, 3, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  unsigned char *file = mmap(0, SIZE, 3, MAP_SHARED, fd, 0);
  unsigned char *copy = mmap(0, SIZE, 3, MAP_PRIVATE, fd, 0);
  for (int i = 0; i < SIZE; i += 64) own[i] = i / 64;
  for (int i = 0; i < SIZE; i += PAGE) copy[i] = 1;
  int out[2];
  pipe(out);
  for (int lane = 1; lane < 4; lane++) {
    if (fork()) continue;
    state = lane;
    work(own, shared, file, copy, lane, 1500);
    if (lane == 2) {
      void *away = mmap(0, SIZE, 0, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      own = mremap(own, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, away);
    }
    work(own, shared, file, copy, lane, 500);
    char line[100];
    write(out[1], line, sprintf(line, "child %d: own %08x copy %08x\n", lane, sum(own), sum(copy)));
    _exit(lane);
  }
  work(own, shared, file, copy, 0, 2000);
  int status = 0, ended = 0;
  while (wait(&status) > 0) ended += WEXITSTATUS(status);
  close(out[1]);
  char text[1000] = {0};
  int n = 0, r;
  while ((r = read(out[0], text + n, sizeof text - 1 - n)) > 0) n += r;
  for (int lane = 1; lane < 4; lane++) {
    char name[20];
    sprintf(name, "child %d", lane);
    char *at = strstr(text, name);
    printf("%.*s\n", at ? (int)strcspn(at, "\n") : 0, at ? at : "");
  }
  printf("ended %d own %08x shared %08x file %08x copy %08x\n", ended, sum(own), sum(shared), sum(file), sum(copy));
  munmap(file, SIZE);
  uint32_t s = 0;
  lseek(fd, 0, SEEK_SET);
  while (read(fd, page, PAGE) == PAGE)
    for (int i = 0; i < PAGE; i += 64) s = s * 31 + page[i];
  printf("read from the file %08x\n", s);
  return 0;
}
