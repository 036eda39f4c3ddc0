// A little of everything that needs frames: processes, programs, threads, pipes, memory of all kinds, files.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void *thread(void *at) {
  memset(at, 3, 8192);
  return 0;
}
static void failed(const char *what) { printf("%s: %s\n", what, strerrorname_np(errno)); }
static void waitFor(const char *who, int pid) {
  int status;
  if (pid < 0) { failed(who); return; }
  waitpid(pid, &status, 0);
  if (WIFSIGNALED(status)) printf("%s: signal %d\n", who, WTERMSIG(status));
  else printf("%s: exit %d\n", who, WEXITSTATUS(status));
}

int main(int argc, char **argv) {
  if (argc > 1) {
    char buffer[5000];
    int n, sum = 0;
    while ((n = read(0, buffer, sizeof buffer)) > 0) sum += n;
    return sum / 1000;
  }
  int fd = open("kept", O_RDWR | O_CREAT | O_TRUNC, 0600);
  for (int i = 0; i < 100; i++) dprintf(fd, "%03d written before and closed\n", i);
  close(fd);
  setvbuf(stdout, 0, _IOLBF, 4096);

  int p[2];
  pipe(p);
  int reader = fork();
  if (!reader) {
    dup2(p[0], 0);
    close(p[0]);
    close(p[1]);
    char *args[] = {"everything", "read", 0}, *none[] = {0};
    execve("/proc/self/exe", args, none);
    _exit(errno == ENOMEM ? 98 : 99);
  }
  close(p[0]);
  static char data[20000];
  if (reader > 0) write(p[1], data, sizeof data);
  close(p[1]);
  waitFor("reader", reader);

  char *shared = mmap(0, 65536, 3, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int writer = fork();
  if (!writer) {
    for (int i = 0; i < 65536; i += 4096) shared[i] = 1;
    _exit(5);
  }
  waitFor("writer", writer);
  int sum = 0;
  for (int i = 0; i < 65536; i += 4096) sum += shared[i];
  printf("shared %d\n", sum);

  fd = open("mapped", O_RDWR | O_CREAT | O_TRUNC, 0600);
  ftruncate(fd, 32768);
  char *file = mmap(0, 32768, 3, MAP_SHARED, fd, 0), *copy = mmap(0, 32768, 3, MAP_PRIVATE, fd, 0);
  if (file == MAP_FAILED || copy == MAP_FAILED) { failed("mmap"); return 1; }
  for (int i = 0; i < 32768; i += 4096) { file[i] = 'f'; copy[i + 1] = 'c'; }
  close(fd);
  pthread_t t;
  char *own = malloc(1 << 18);
  if (!own) { failed("malloc"); return 1; }
  int error = pthread_create(&t, 0, thread, own);
  if (error) printf("pthread_create: %s\n", strerrorname_np(error));
  else pthread_join(t, 0);
  memset(own + 8192, 4, 100000);
  puts("over");
  return 0;
}
