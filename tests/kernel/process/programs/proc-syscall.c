/* /proc/PID/syscall and personality: of one that sleeps in a call, of who looks at itself, of a zombie. Prints each text. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[60];
static void show(int pid, const char *name) {
  char text[300] = "";
  unsigned long value[9];
  sprintf(path, "/proc/%d/%s", pid, name);
  errno = 0;
  int fd = open(path, O_RDONLY);
  long got = fd < 0 ? fd : read(fd, text, sizeof text - 1);
  int error = got < 0 ? errno : 0;
  close(fd);
  if (sscanf(text, "%ld %lx %lx %lx %lx %lx %lx %lx %lx", value, value + 1, value + 2, value + 3, value + 4, value + 5, value + 6, value + 7, value + 8) == 9)
    printf("%s: call %ld of %lx, third %lx, stack %d, code %d\n", name, value[0], value[1], value[3], value[7] > 1ul << 40, value[8] > 4096);
  else printf("%s: %ld %d '%s'\n", name, got, error, text);
}
static void both(int pid) { usleep(30000); show(pid, "syscall"); show(pid, "personality"); }

int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  personality(PER_LINUX);
  int ends[2], pid;
  pipe(ends);
  if (!(pid = fork())) { char c; close(ends[1]); personality(ADDR_NO_RANDOMIZE); read(ends[0], &c, 1); _exit(0); }
  both(pid);
  kill(pid, SIGSTOP); both(pid);
  kill(pid, SIGKILL); both(pid);
  waitpid(pid, 0, 0); both(pid);
  if (!(pid = fork())) for (;;) pause();
  both(pid);
  if (!fork()) { setgid(1000); setuid(1000); both(pid); _exit(0); }
  wait(0);
  kill(pid, SIGKILL); wait(0);
  both(getpid());
  return 0;
}
