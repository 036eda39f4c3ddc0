/* Process 1: what signals do to it, who becomes its child, and what it may not do. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int caught;
static void on_signal(int number) { caught = number; }

static void child_sends(int number) {
  fflush(stdout);
  int status, pid = fork();
  if (!pid) _exit(kill(1, number) ? errno : 0);
  waitpid(pid, &status, 0);
  printf("signal %d: sent %d, caught %d\n", number, WEXITSTATUS(status), caught);
  caught = 0;
}

int main(void) {
  setvbuf(stdout, 0, _IOFBF, 1 << 16);
  printf("pid %d, parent %d\n", getpid(), getppid());
  const int numbers[] = {SIGKILL, SIGSTOP, SIGTERM, SIGSEGV, SIGTSTP, SIGHUP, SIGRTMIN, SIGCHLD, SIGCONT};
  for (int i = 0; i < sizeof numbers / sizeof *numbers; i++) child_sends(numbers[i]);
  for (int i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    raise(numbers[i]);
    printf("raised %d\n", numbers[i]);
  }
  signal(SIGTERM, on_signal);
  child_sends(SIGTERM);
  sigset_t set, pending;
  sigemptyset(&set), sigaddset(&set, SIGUSR1), sigprocmask(SIG_BLOCK, &set, 0);
  child_sends(SIGUSR1);
  sigpending(&pending);
  printf("blocked and pending %d\n", sigismember(&pending, SIGUSR1));
  sigprocmask(SIG_UNBLOCK, &set, 0);
  puts("and gone");

  int ends[2], status;
  pipe(ends);
  fflush(stdout);
  int middle = fork();
  if (!middle) {
    int grandchild = fork();
    if (!grandchild) {
      while (getppid() == middle || getppid() != 1) usleep(1000);
      _exit(5);
    }
    write(ends[1], &grandchild, sizeof grandchild);
    _exit(3);
  }
  int grandchild = 0;
  read(ends[0], &grandchild, sizeof grandchild);
  waitpid(middle, &status, 0);
  printf("the middle one %d\n", WEXITSTATUS(status));
  int orphan = wait(&status);
  printf("an orphan is ours %d, %d\n", orphan == grandchild, WEXITSTATUS(status));

  long result = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
  printf("a sibling: %ld %s\n", result, result < 0 ? strerrorname_np(errno) : "");
  result = syscall(SYS_kill, -1, SIGTERM);
  printf("everybody else: %ld %s, caught %d\n", result, result < 0 ? strerrorname_np(errno) : "", caught);
  fflush(stdout);
  if (!(middle = fork())) {
    /* A child of init is nobody special. */
    signal(SIGTERM, SIG_DFL);
    raise(SIGTERM);
    _exit(4);
  }
  waitpid(middle, &status, 0);
  printf("a child: %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
  fflush(stdout);
  _exit(0);
}
