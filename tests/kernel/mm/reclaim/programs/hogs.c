// Programs that eat memory while others go on: who dies, and what is left. The first argument says which.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void eat(unsigned long bytes) {
  char *m = mmap(0, bytes, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (m == MAP_FAILED) _exit(1);
  for (unsigned long i = 0; i < bytes; i += 4096) m[i] = i >> 12;
  _exit(2);
}
// Touches the same memory again and again.
static void circle(unsigned long bytes, int times) {
  char *m = mmap(0, bytes, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (m == MAP_FAILED) _exit(1);
  while (times--)
    for (unsigned long i = 0; i < bytes; i += 4096) m[i]++;
  _exit(2);
}
static void adjust(int value) {
  char text[10];
  int fd = open("/proc/self/oom_score_adj", O_WRONLY);
  write(fd, text, sprintf(text, "%d", value));
  close(fd);
}
static void end(const char *who, int pid) {
  int status;
  waitpid(pid, &status, 0);
  if (WIFSIGNALED(status)) printf("%s: signal %d\n", who, WTERMSIG(status));
  else printf("%s: exit %d\n", who, WEXITSTATUS(status));
}
// Answers each byte, until there are no more.
static int worker(int in, int out, int keep) {
  int pid = fork();
  if (pid) return pid;
  close(keep);
  char *own = malloc(1 << 20), c;
  memset(own, 1, 1 << 20);
  int n = 0;
  while (read(in, &c, 1) == 1) {
    n += own[c * 4096];
    write(out, &c, 1);
  }
  _exit(n);
}

int main(int argc, char **argv) {
  int to[2], from[2];
  char c = 5;
  pipe(to);
  pipe(from);
  int other = worker(to[0], from[1], to[1]);
  for (int i = 0; i < 10; i++) { write(to[1], &c, 1); read(from[0], &c, 1); }
  int first = fork();
  if (!first) {
    if (!strcmp(argv[1], "spared")) adjust(-1000);
    if (!strcmp(argv[1], "circle")) circle(16UL << 20, 20);
    eat(!strcmp(argv[1], "spared") ? 20UL << 20 : 2UL << 30);
  }
  if (!strcmp(argv[1], "spared")) {
    end("spared", first);
    first = fork();
    if (!first) { adjust(500); char *m = malloc(8 << 20); memset(m, 1, 8 << 20); pause(); }
    usleep(50000);
    int second = fork();
    if (!second) { adjust(-900); eat(40UL << 20); }
    end("adjusted", first);
    end("eater", second);
  } else end("hog", first);
  for (int i = 0; i < 10; i++) { write(to[1], &c, 1); read(from[0], &c, 1); }
  close(to[1]);
  end("worker", other);
  return 0;
}
