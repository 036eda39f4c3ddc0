// Descriptors of processes: opening, sending, waiting, poll, what is left after the end, clone with CLONE_PIDFD, pidfd_getfd.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRY(call) do { errno = 0; long r = (call); printf("%s = %ld %s\n", #call, r < 0 ? r : r > 0, r < 0 ? strerrorname_np(errno) : ""); } while (0)
#define BAD ((void *)8)
#define P_PIDFD 3
static int pidfd_open_(pid_t p, unsigned f) { return syscall(SYS_pidfd_open, p, f); }
static int pidfd_send(int f, int s, void *i, unsigned flags) { return syscall(SYS_pidfd_send_signal, f, s, i, flags); }
static int pidfd_getfd_(int f, int t, unsigned flags) { return syscall(SYS_pidfd_getfd, f, t, flags); }
static int ready(int f) { struct pollfd p = {f, POLLIN | POLLOUT}; poll(&p, 1, 0); return p.revents; }
static int got;
static siginfo_t last;
static void note(int s, siginfo_t *i, void *c) { got = s; last = *i; }
static void show_info(void) { printf("signal %d code %d value %d\n", got, last.si_code, last.si_value.sival_int); got = 0; }
static void *sleeper(void *tid) { *(pid_t *)tid = gettid(); pause(); return 0; }

int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  struct sigaction a = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &a, 0);
  sigaction(SIGRTMIN, &a, 0);
  TRY(pidfd_open_(0, 0));
  TRY(pidfd_open_(-1, 0));
  TRY(pidfd_open_(999999, 0));
  TRY(pidfd_open_(getpid(), 1));
  int self = pidfd_open_(getpid(), 0);
  printf("%x %x\n", fcntl(self, F_GETFD), fcntl(self, F_GETFL) & ~0x8000);
  char b[300], path[64];
  TRY(read(self, b, 10));
  TRY(write(self, b, 10));
  printf("ready %x\n", ready(self));
  TRY(pidfd_send(self, SIGUSR1, 0, 0));
  show_info();
  TRY(pidfd_send(self, 0, 0, 0));
  TRY(pidfd_send(self, 65, 0, 0));
  TRY(pidfd_send(self, -1, 0, 0));
  TRY(pidfd_send(self, SIGUSR1, BAD, 0));
  TRY(pidfd_send(self, SIGUSR1, 0, 8));
  TRY(pidfd_send(self, SIGUSR1, 0, 3));
  TRY(pidfd_send(99, SIGUSR1, 0, 0));
  TRY(pidfd_send(1, SIGUSR1, 0, 0));
  siginfo_t i = {.si_signo = SIGUSR1, .si_code = SI_QUEUE, .si_value.sival_int = 42};
  TRY(pidfd_send(self, SIGUSR1, &i, 0));
  show_info();
  TRY(pidfd_send(self, SIGRTMIN, &i, 0));
  i.si_code = SI_USER;
  TRY(pidfd_send(self, SIGUSR1, &i, 0));
  show_info();
  TRY(pidfd_send(self, SIGUSR1, 0, 2));
  show_info();

  pid_t tid = 0;
  pthread_t th;
  pthread_create(&th, 0, sleeper, &tid);
  while (!tid) usleep(1000);
  TRY(pidfd_open_(tid, 0));
  int thread = pidfd_open_(tid, O_EXCL);
  printf("thread %d\n", thread > 0);
  TRY(pidfd_send(thread, 0, 0, 0));
  TRY(pidfd_send(thread, 0, 0, 1));

  fflush(stdout);
  pid_t c = fork();
  if (!c) for (;;) pause();
  int f = pidfd_open_(c, 0);
  int n = pidfd_open_(c, O_NONBLOCK);
  printf("flags %x\n", fcntl(n, F_GETFL) & O_NONBLOCK);
  i.si_code = SI_USER;
  TRY(pidfd_send(f, SIGUSR1, &i, 0));
  i.si_code = SI_TKILL;
  TRY(pidfd_send(f, SIGUSR1, &i, 0));
  siginfo_t w;
  memset(&w, 0, sizeof w);
  TRY(waitid(P_PIDFD, f, &w, WEXITED | WNOHANG));
  TRY(waitid(P_PIDFD, n, &w, WEXITED));
  TRY(waitid(P_PIDFD, 99, &w, WEXITED));
  TRY(waitid(P_PIDFD, 1, &w, WEXITED));
  TRY(waitid(P_PIDFD, -1, &w, WEXITED));
  TRY(waitid(P_PIDFD, self, &w, WEXITED));
  printf("ready %x\n", ready(f));
  TRY(pidfd_send(f, SIGSTOP, 0, 0));
  TRY(waitid(P_PIDFD, f, &w, WSTOPPED));
  printf("code %d status %d\n", w.si_code, w.si_status);
  TRY(pidfd_send(f, SIGKILL, 0, 0));
  struct pollfd p = {f, POLLIN};
  printf("poll %d\n", poll(&p, 1, 2000));
  printf("revents %x\n", p.revents & ~POLLHUP);
  TRY(pidfd_send(f, 0, 0, 0));
  TRY(pidfd_open_(c, 0));
  TRY(waitid(P_PIDFD, f, &w, WEXITED | WNOWAIT));
  TRY(waitid(P_PIDFD, f, &w, WEXITED));
  printf("code %d status %d\n", w.si_code, w.si_status);
  TRY(waitid(P_PIDFD, f, &w, WEXITED));
  TRY(pidfd_send(f, 0, 0, 0));
  TRY(pidfd_open_(c, 0));
  printf("ready %x\n", ready(f));
  TRY(pidfd_getfd_(f, 0, 0));

  int pidfd = -1;
  struct clone_args args = {.flags = CLONE_PIDFD, .pidfd = (long)&pidfd, .exit_signal = SIGCHLD};
  c = syscall(SYS_clone3, &args, sizeof args);
  if (!c) _exit(6);
  printf("pidfd %d %x\n", pidfd > 2, fcntl(pidfd, F_GETFD));
  TRY(waitid(P_PIDFD, pidfd, &w, WEXITED));
  printf("code %d status %d same %d\n", w.si_code, w.si_status, w.si_pid == c);
  args.pidfd = 8;
  TRY(syscall(SYS_clone3, &args, sizeof args));
  pidfd = -1;
  c = syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, 0, &pidfd, 0, 0);
  if (!c) _exit(7);
  TRY(waitid(P_PIDFD, pidfd, &w, WEXITED));
  printf("status %d\n", w.si_status);
  TRY(syscall(SYS_clone, CLONE_PIDFD | CLONE_PARENT_SETTID | SIGCHLD, 0, &pidfd, 0, 0));
  TRY(syscall(SYS_clone, CLONE_PIDFD | CLONE_DETACHED | SIGCHLD, 0, &pidfd, 0, 0));

  int ends[2], go[2];
  pipe(ends);
  pipe(go);
  c = fork();
  if (!c) {
    char x;
    int secret = dup2(ends[1], 77);
    close(ends[1]);
    write(go[1], "x", 1);
    pause();
    _exit(0);
  }
  close(ends[1]);
  char x;
  read(go[0], &x, 1);
  f = pidfd_open_(c, 0);
  TRY(pidfd_getfd_(f, 78, 0));
  TRY(pidfd_getfd_(f, 77, 1));
  TRY(pidfd_getfd_(99, 77, 0));
  TRY(pidfd_getfd_(1, 77, 0));
  int taken = pidfd_getfd_(f, 77, 0);
  printf("taken %d %x\n", taken > 2, fcntl(taken, F_GETFD));
  write(taken, "through", 7);
  read(ends[0], b, 7);
  printf("%.7s\n", b);
  kill(c, SIGKILL);
  waitpid(c, 0, 0);
  sprintf(path, "/proc/self/fdinfo/%d", f);
  int info = open(path, O_RDONLY);
  b[read(info, b, 299)] = 0;
  puts(strstr(b, "Pid:") ? "told" : "silent");
  if (!fork()) {
    setresgid(1000, 1000, 1000);
    setresuid(1000, 1000, 1000);
    TRY(pidfd_send(self, SIGUSR1, 0, 0));
    TRY(pidfd_getfd_(self, 0, 0));
    _exit(0);
  }
  wait(0);
  return 0;
}
