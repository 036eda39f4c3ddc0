// signalfd: which signals it gives, what it tells of them, who gets them, waiting, poll and epoll.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TRY(call) do { errno = 0; long r = (call); printf("%s = %ld %s\n", #call, r < 0 ? r : r > 0, r < 0 ? strerrorname_np(errno) : ""); } while (0)
#define BAD ((void *)8)
static pid_t me;
static void show(int f) {
  struct signalfd_siginfo i[4];
  errno = 0;
  ssize_t n = read(f, i, sizeof i);
  if (n < 0) { printf("read %s\n", strerrorname_np(errno)); return; }
  for (int k = 0; k < n / 128; k++)
    printf("signo %u errno %d code %d pid %s uid %u tid %u overrun %u status %d int %d ptr %lx addr %lx\n", i[k].ssi_signo, i[k].ssi_errno, i[k].ssi_code,
      i[k].ssi_pid == me ? "mine" : i[k].ssi_pid ? "other" : "0", i[k].ssi_uid, i[k].ssi_tid, i[k].ssi_overrun, i[k].ssi_status, i[k].ssi_int, (long)i[k].ssi_ptr, (long)i[k].ssi_addr);
}
static int ready(int f) { struct pollfd p = {f, POLLIN | POLLOUT}; poll(&p, 1, 0); return p.revents; }
static void handler(int s) { printf("handler %d\n", s); }
static void *other(void *f) { show(*(int *)f); return 0; }

int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  me = getpid();
  sigset_t set, all;
  sigfillset(&all);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGCHLD);
  sigaddset(&set, SIGALRM);
  sigaddset(&set, SIGRTMIN);
  sigprocmask(SIG_BLOCK, &set, 0);
  TRY(syscall(SYS_signalfd4, -1, &set, 4, 0));
  TRY(syscall(SYS_signalfd4, -1, BAD, 8, 0));
  TRY(syscall(SYS_signalfd4, -1, &set, 8, 1));
  TRY(syscall(SYS_signalfd4, 99, &set, 8, 0));
  TRY(syscall(SYS_signalfd4, 1, &set, 8, 0));
  TRY(syscall(SYS_signalfd, -1, &set, 9));
  int f = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  char link[64] = "";
  char path[64];
  sprintf(path, "/proc/self/fd/%d", f);
  readlink(path, link, 63);
  puts(link);
  printf("%x %x\n", fcntl(f, F_GETFL), fcntl(f, F_GETFD));
  TRY(write(f, "12345678", 8));
  TRY(lseek(f, 0, SEEK_SET));
  TRY(pread(f, link, 64, 0));
  char small[128];
  TRY(read(f, small, 127));
  show(f);
  printf("ready %x\n", ready(f));
  kill(me, SIGUSR1);
  kill(me, SIGUSR1);
  printf("ready %x\n", ready(f));
  TRY(read(f, small, 127));
  TRY(read(f, BAD, 128));
  kill(me, SIGUSR1);
  show(f);
  printf("ready %x\n", ready(f));
  union sigval v = {.sival_int = 77};
  sigqueue(me, SIGRTMIN, v);
  v.sival_ptr = (void *)0x123456789;
  sigqueue(me, SIGRTMIN, v);
  raise(SIGUSR1);
  show(f);
  if (!fork()) _exit(5);
  usleep(60000);
  show(f);
  wait(0);
  struct itimerval t = {{0, 0}, {0, 1000}};
  setitimer(ITIMER_REAL, &t, 0);
  usleep(30000);
  show(f);
  struct sigevent ev = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 9};
  timer_t timer;
  timer_create(CLOCK_MONOTONIC, &ev, &timer);
  struct itimerspec once = {{0, 0}, {0, 1000}};
  timer_settime(timer, 0, &once, 0);
  usleep(30000);
  show(f);
  // Not in the mask: not given; and the mask can be changed.
  sigset_t usr2;
  sigemptyset(&usr2);
  sigaddset(&usr2, SIGUSR2);
  sigprocmask(SIG_BLOCK, &usr2, 0);
  kill(me, SIGUSR2);
  printf("ready %x\n", ready(f));
  TRY(signalfd(f, &usr2, 0) == f);
  printf("ready %x\n", ready(f));
  show(f);
  signalfd(f, &set, 0);
  // SIGKILL and SIGSTOP are left out silently.
  TRY(close(signalfd(-1, &all, 0)));
  // A signal that is not blocked runs its handler instead.
  signal(SIGHUP, handler);
  signalfd(f, &all, 0);
  kill(me, SIGHUP);
  show(f);
  signalfd(f, &set, 0);
  // Waiting.
  fcntl(f, F_SETFL, 0);
  if (!fork()) { usleep(40000); kill(me, SIGUSR1); usleep(80000); _exit(0); }
  show(f);
  show(f);
  wait(0);
  if (!fork()) { usleep(40000); kill(me, SIGHUP); usleep(80000); _exit(0); }
  show(f);
  wait(0);
  struct sigaction a = {.sa_handler = handler};
  sigaction(SIGHUP, &a, 0);
  if (!fork()) { usleep(40000); kill(me, SIGHUP); usleep(80000); _exit(0); }
  sigset_t chld;
  sigemptyset(&chld);
  sigaddset(&chld, SIGUSR1);
  signalfd(f, &chld, 0);
  show(f);
  wait(0);
  signalfd(f, &set, 0);
  fcntl(f, F_SETFL, O_NONBLOCK);
  show(f);
  // poll and epoll.
  struct pollfd p = {f, POLLIN};
  if (!fork()) { usleep(40000); kill(me, SIGUSR1); usleep(80000); _exit(0); }
  printf("poll %d\n", poll(&p, 1, 1000));
  show(f);
  wait(0);
  show(f);
  int e = epoll_create1(0);
  struct epoll_event want = {EPOLLIN, {.u32 = 5}}, got;
  TRY(epoll_ctl(e, EPOLL_CTL_ADD, f, &want));
  printf("epoll %d\n", epoll_wait(e, &got, 1, 0));
  if (!fork()) { usleep(40000); kill(me, SIGUSR1); usleep(80000); _exit(0); }
  printf("epoll %d", epoll_wait(e, &got, 1, 1000));
  printf(" %u\n", got.data.u32);
  show(f);
  wait(0);
  show(f);
  printf("epoll %d\n", epoll_wait(e, &got, 1, 0));
  // A child reads its own signals, not its parent's.
  kill(me, SIGUSR1);
  pid_t c = fork();
  if (!c) { printf("child ready %x\n", ready(f)); me = getpid(); show(f); kill(me, SIGRTMIN); show(f); _exit(0); }
  waitpid(c, 0, 0);
  show(f);
  // Any thread takes what was sent to the process, and only its own what was sent to it.
  kill(me, SIGUSR1);
  pthread_t th;
  pthread_create(&th, 0, other, &f);
  pthread_join(th, 0);
  raise(SIGUSR1);
  pthread_create(&th, 0, other, &f);
  pthread_join(th, 0);
  show(f);
  return 0;
}
