// Waiting for children in every way, stopping them and letting them go on, groups and sessions, and who inherits orphans.
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRY(call) do { errno = 0; long r = (call); printf("%s = %ld %s\n", #call, r < 0 ? r : r > 0, r < 0 ? strerrorname_np(errno) : ""); } while (0)

static volatile sig_atomic_t codes[16], told;
static void onChild(int s, siginfo_t *info, void *c) { codes[told++ & 15] = info->si_code * 256 + info->si_status; }
static void none(int s) {}

static pid_t child(int status) { fflush(stdout); pid_t p = fork(); if (!p) _exit(status); return p; }
static pid_t sleeper(void) { fflush(stdout); pid_t p = fork(); if (!p) for (;;) pause(); return p; }

static void show(const char *what, siginfo_t *i, pid_t p) {
  printf("%s: signo %d code %d status %d same %d uid %d\n", what, i->si_signo, i->si_code, i->si_status, i->si_pid == p, i->si_uid);
}

int main(void) {
  int status;
  /* In a group of its own, which somebody outside knows: nobody in an orphaned one is stopped by SIGTSTP. */
  fflush(stdout);
  pid_t all = fork();
  if (all) {
    waitpid(all, &status, 0);
    return WEXITSTATUS(status);
  }
  setpgid(0, 0);
  siginfo_t info;
  struct rusage usage;
  TRY(wait(&status));
  TRY(waitpid(-1, &status, 0x40));
  TRY(waitid(P_ALL, 0, &info, 0));
  TRY(waitid(P_PID, 0, &info, WEXITED));
  TRY(waitid(99, 0, &info, WEXITED));

  pid_t p = child(7);
  waitid(P_PID, p, &info, WEXITED | WNOWAIT);
  show("left", &info, p);
  waitid(P_PID, p, &info, WEXITED);
  show("taken", &info, p);
  TRY(waitid(P_PID, p, &info, WEXITED));

  p = sleeper();
  TRY(waitpid(p, &status, WNOHANG));
  memset(&info, 1, sizeof info);
  TRY(waitid(P_PID, p, &info, WEXITED | WNOHANG));
  printf("nothing: signo %d pid %d\n", info.si_signo, info.si_pid);
  kill(p, SIGSTOP);
  waitpid(p, &status, WUNTRACED);
  printf("stopped %x\n", status);
  TRY(waitpid(p, &status, WUNTRACED | WNOHANG));
  kill(p, SIGCONT);
  waitpid(p, &status, WCONTINUED);
  printf("continued %x\n", status);
  kill(p, SIGTSTP);
  waitid(P_ALL, 0, &info, WSTOPPED);
  show("tstp", &info, p);
  kill(p, SIGTERM);
  TRY(waitpid(p, &status, WNOHANG));
  kill(p, SIGCONT);
  waitpid(p, &status, 0);
  printf("killed %x\n", status);
  p = sleeper();
  kill(p, SIGSTOP);
  waitpid(p, &status, WUNTRACED);
  kill(p, SIGKILL);
  waitpid(p, &status, 0);
  printf("killed while stopped %x\n", status);
  p = sleeper();
  kill(p, SIGSEGV);
  wait4(p, &status, 0, &usage);
  printf("segv %x\n", status & 0x7f);

  struct sigaction action = {.sa_sigaction = onChild, .sa_flags = SA_SIGINFO};
  sigaction(SIGCHLD, &action, 0);
  p = child(3);
  while (waitpid(p, &status, 0) < 0) ;
  p = sleeper();
  kill(p, SIGSTOP);
  while (waitpid(p, &status, WUNTRACED) < 0) ;
  kill(p, SIGCONT);
  while (waitpid(p, &status, WCONTINUED) < 0) ;
  usleep(30000);
  kill(p, SIGKILL);
  while (waitpid(p, &status, 0) < 0) ;
  for (int i = 0; i < told; i++) printf("told %d %d\n", codes[i] / 256, codes[i] % 256);
  action.sa_flags |= SA_NOCLDWAIT;
  sigaction(SIGCHLD, &action, 0);
  p = child(1);
  TRY(waitpid(p, &status, 0));
  signal(SIGCHLD, SIG_IGN);
  p = child(1);
  TRY(wait(&status));
  signal(SIGCHLD, SIG_DFL);

  TRY(getpgid(0) == getpgrp());
  TRY(setpgid(0, -1));
  TRY(setpgid(999999, 0));
  TRY(getpgid(999999));
  TRY(getsid(999999));
  p = sleeper();
  TRY(setpgid(p, 0));
  TRY(getpgid(p) == p);
  TRY(setpgid(p, getppid() + 100000));
  TRY(waitpid(0, &status, WNOHANG));
  TRY(waitpid(-p, &status, WNOHANG));
  TRY(kill(-p, 0));
  TRY(kill(-p, SIGKILL));
  TRY(waitpid(-p, &status, 0));
  TRY(kill(p, 0));
  TRY(kill(0, 65));
  TRY(kill(999999, SIGTERM));
  fflush(stdout);
  if (!fork()) {
    TRY(setsid() == getpid());
    TRY(getsid(0) == getpid());
    TRY(setsid());
    TRY(setpgid(0, 0));
    fflush(stdout);
    _exit(0);
  }
  wait(&status);

  TRY(prctl(PR_SET_CHILD_SUBREAPER, 1));
  int sub = 0;
  TRY(prctl(PR_GET_CHILD_SUBREAPER, &sub));
  printf("subreaper %d\n", sub);
  int pipes[2];
  pipe(pipes);
  fflush(stdout);
  if (!fork()) {
    if (!fork()) {
      char c;
      close(pipes[1]);
      read(pipes[0], &c, 1);
      _exit(getppid() == 1 ? 1 : 42);
    }
    _exit(0);
  }
  wait(&status);
  close(pipes[0]);
  close(pipes[1]);
  TRY(wait(&status));
  printf("an orphan came here: %d\n", WEXITSTATUS(status));

  fflush(stdout);
  pipe(pipes);
  if (!fork()) {
    if (!fork()) {
      prctl(PR_SET_PDEATHSIG, SIGUSR1);
      signal(SIGUSR1, none);
      write(pipes[1], "x", 1);
      pause();
      _exit(43);
    }
    char c;
    read(pipes[0], &c, 1);
    usleep(30000);
    _exit(0);
  }
  wait(&status);
  wait(&status);
  printf("told of its parent's death: %d\n", WEXITSTATUS(status));

  TRY(syscall(SYS_clone, CLONE_THREAD, 0, 0, 0, 0));
  TRY(syscall(SYS_clone, CLONE_SIGHAND, 0, 0, 0, 0));
  TRY(syscall(SYS_clone3, 0, 0));
  TRY(syscall(SYS_clone3, 0, 64));
  TRY(syscall(SYS_clone3, 8, 64));
  unsigned long args[11] = {0};
  args[4] = 65;
  TRY(syscall(SYS_clone3, args, 64));
  args[4] = 0;
  args[5] = 4096;
  TRY(syscall(SYS_clone3, args, 88));
  TRY(syscall(SYS_clone3, args, 5000));
  args[5] = 0;
  long q = syscall(SYS_clone3, args, 64);
  if (!q) _exit(9);
  TRY(waitpid(q, &status, 0));
  TRY(waitpid(q, &status, __WALL));
  printf("without a signal: %d\n", WEXITSTATUS(status));
  if (!(q = vfork())) _exit(11);
  TRY(waitpid(q, &status, 0));
  printf("vfork: %d\n", WEXITSTATUS(status));
  int shared = 1;
  char stack[16384] __attribute__((aligned(16)));
  int set(void *at) { *(int *)at = 2; _exit(12); }
  q = clone(set, stack + sizeof stack, CLONE_VM | CLONE_FILES | CLONE_FS | SIGCHLD, &shared);
  waitpid(q, &status, 0);
  printf("shared memory %d, status %d\n", shared, WEXITSTATUS(status));
  TRY(syscall(SYS_set_robust_list, 0, 23));
  TRY(syscall(SYS_tgkill, getpid(), -1, 0));
  TRY(syscall(SYS_tgkill, 1, getpid(), 0));
  TRY(syscall(SYS_tkill, 0, 0));
  TRY(getrusage(5, &usage));
  TRY(getrusage(RUSAGE_CHILDREN, &usage));
  return 0;
}
