// Limits of processes: telling, setting, who may, who inherits, and what happens to who goes beyond each.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TRY(call) do { errno = 0; long r = (call); printf("%s = %ld %s\n", #call, r < 0 ? r : r > 0, r < 0 ? strerrorname_np(errno) : ""); } while (0)
#define EXACT(call) do { errno = 0; long r = (call); printf("%s = %ld %s\n", #call, r, r < 0 ? strerrorname_np(errno) : ""); } while (0)
#define BAD ((void *)8)

static int set(int what, rlim_t soft, rlim_t hard) { struct rlimit l = {soft, hard}; return setrlimit(what, &l); }
static void show(int what) {
  struct rlimit l;
  getrlimit(what, &l);
  printf("limit %d: %lld %lld\n", what, (long long)l.rlim_cur, (long long)l.rlim_max);
}
static volatile int got[65];
static void count(int s) { got[s]++; }
/* Runs in a child and tells how that ended. */
#define CHILD(body) do { fflush(stdout); pid_t p = fork(); if (!p) { body; fflush(stdout); _exit(0); } int st; waitpid(p, &st, 0); printf("status %x\n", st); } while (0)
static void become(int uid) { setgroups(0, 0); setresgid(uid, uid, uid); if (setresuid(uid, uid, uid)) puts("no"); }

static void telling(void) {
  struct rlimit l = {1, 2};
  for (int i = 0; i < 16; i++) if (i != RLIMIT_NOFILE && i != RLIMIT_NPROC && i != RLIMIT_SIGPENDING) show(i);
  TRY(getrlimit(16, &l));
  TRY(getrlimit(-1, &l));
  TRY(syscall(SYS_getrlimit, 0, BAD));
  TRY(syscall(SYS_setrlimit, 0, BAD));
  TRY(syscall(SYS_setrlimit, 16, &l));
  TRY(syscall(SYS_setrlimit, 16, BAD));
  TRY(syscall(SYS_prlimit64, 0, 0, BAD, 0));
  TRY(syscall(SYS_prlimit64, 0, 0, 0, BAD));
  TRY(syscall(SYS_prlimit64, 0, 16, 0, 0));
  TRY(syscall(SYS_prlimit64, 0, 3, 0, 0));
  TRY(syscall(SYS_prlimit64, 999999, 3, 0, 0));
  TRY(syscall(SYS_prlimit64, -1, 3, 0, 0));
  TRY(syscall(SYS_prlimit64, 999999, 3, BAD, 0));
  TRY(set(RLIMIT_DATA, 2, 1));
  TRY(set(RLIMIT_NOFILE, 10, 1 << 30));
  TRY(set(RLIMIT_NOFILE, 1 << 30, 10));
}

static void rights(void) {
  TRY(set(RLIMIT_RSS, 100, 200));
  show(RLIMIT_RSS);
  become(1000);
  TRY(set(RLIMIT_RSS, 301, 301));
  TRY(set(RLIMIT_RSS, 301, 300));
  TRY(set(RLIMIT_RSS, 300, 300));
  TRY(set(RLIMIT_RSS, 1, 200));
  TRY(set(RLIMIT_RSS, 1, 201));
  show(RLIMIT_RSS);
  struct rlimit l;
  TRY(prlimit(getppid(), RLIMIT_RSS, 0, &l));
  TRY(prlimit(getpid(), RLIMIT_RSS, 0, &l));
  fflush(stdout);
  if (!fork()) {
    show(RLIMIT_RSS);
    TRY(prlimit(getppid(), RLIMIT_RSS, &(struct rlimit){0, 100}, &l));
    printf("%d %d\n", (int)l.rlim_cur, (int)l.rlim_max);
    fflush(stdout);
    _exit(0);
  }
  wait(0);
  show(RLIMIT_RSS);
}

static void descriptors(void) {
  int p[2];
  struct pollfd polls[8] = {0};
  TRY(set(RLIMIT_NOFILE, 5, 5));
  EXACT(dup(0));
  EXACT(dup(0));
  EXACT(dup(0));
  EXACT(open("/dev/null", O_RDONLY));
  EXACT(pipe(p));
  EXACT(dup2(0, 5));
  EXACT(dup3(0, 5, 0));
  EXACT(fcntl(0, F_DUPFD, 5));
  EXACT(fcntl(0, F_DUPFD, 4));
  TRY(poll(polls, 6, 0));
  EXACT(close(4));
  EXACT(pipe(p));
  EXACT(dup2(0, 4));
  TRY(set(RLIMIT_NOFILE, 2, 5));
  TRY(fcntl(4, F_GETFD));
  EXACT(dup2(0, 4));
  EXACT(close(3));
  EXACT(dup(0));
}

static void sizes(void) {
  char bytes[3000];
  memset(bytes, 'x', sizeof bytes);
  signal(SIGXFSZ, count);
  int f = open("f", O_RDWR | O_CREAT | O_TRUNC, 0600), g = open("g", O_RDWR | O_CREAT | O_TRUNC, 0600);
  write(g, bytes, 3000);
  TRY(set(RLIMIT_FSIZE, 2000, 5000));
  EXACT(write(f, bytes, 1500));
  EXACT(write(f, bytes, 1500));
  printf("signals %d\n", got[SIGXFSZ]);
  EXACT(write(f, bytes, 1500));
  EXACT(write(f, bytes, 0));
  printf("signals %d\n", got[SIGXFSZ]);
  EXACT(pwrite(f, bytes, 10, 1995));
  EXACT(pwrite(f, bytes, 10, 2000));
  EXACT(ftruncate(f, 2000));
  EXACT(ftruncate(f, 2001));
  EXACT(ftruncate(f, 10));
  EXACT(truncate("g", 2500));
  EXACT(truncate("g", 2400));
  EXACT(truncate("g", 2401));
  printf("signals %d\n", got[SIGXFSZ]);
  EXACT(lseek(f, 0, SEEK_SET));
  EXACT(lseek(g, 0, SEEK_SET));
  EXACT(sendfile(f, g, 0, 2400));
  EXACT(sendfile(f, g, 0, 2400));
  printf("signals %d\n", got[SIGXFSZ]);
  EXACT(lseek(g, 0, SEEK_END));
  EXACT(write(g, bytes, 1));
  int p[2];
  pipe(p);
  EXACT(write(p[1], bytes, 3000));
  EXACT(set(RLIMIT_FSIZE, 0, 5000));
  EXACT(write(p[1], bytes, 10));
  EXACT(pwrite(f, bytes, 1, 0));
  signal(SIGXFSZ, SIG_IGN);
  EXACT(pwrite(f, bytes, 1, 0));
  unlink("f");
  unlink("g");
  signal(SIGXFSZ, SIG_DFL);
  fflush(stdout);
  pwrite(f, bytes, 1, 0);
  puts("still here");
}

static void processes(void) {
  become(4321);
  TRY(set(RLIMIT_NPROC, 3, 3));
  int n = 0;
  fflush(stdout);
  while (n < 10 && fork() > 0) n++;
  if (n == 0) pause();
  errno == EAGAIN ? printf("%d children, EAGAIN\n", n) : 0;
  if (n < 2) for (;;) pause();
  kill(-1, SIGKILL);
  while (wait(0) > 0) ;
  fflush(stdout);
  pid_t p = fork();
  if (!p) _exit(0);
  printf("again %d\n", p > 0);
  usleep(20000);
  pid_t q = fork();
  if (!q) _exit(0);
  pid_t r = fork();
  if (!r) _exit(0);
  printf("zombies count: %d %d\n", q > 0, r > 0);
}

static void users(void) {
  fflush(stdout);
  int hold[2];
  pipe(hold);
  for (int i = 0; i < 2; i++) if (!fork()) { become(5432); close(hold[1]); char c; read(hold[0], &c, 1); _exit(0); }
  usleep(50000);
  set(RLIMIT_NPROC, 1, 1);
  fflush(stdout);
  pid_t p = fork();
  if (!p) {
    TRY(setresuid(5432, 5432, 5432));
    execl("/bin/true", "true", NULL);
    printf("execve %s\n", strerrorname_np(errno));
    fflush(stdout);
    _exit(0);
  }
  waitpid(p, 0, 0);
  close(hold[1]);
  while (wait(0) > 0) ;
}

static void pending(void) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, 0);
  become(6543);
  TRY(set(RLIMIT_SIGPENDING, 3, 3));
  union sigval v = {.sival_int = 7};
  for (int i = 0; i < 4; i++) TRY(sigqueue(getpid(), SIGRTMIN, v));
  TRY(sigqueue(getpid(), SIGUSR1, v));
  TRY(kill(getpid(), SIGRTMIN + 1));
  TRY(kill(getpid(), SIGRTMIN + 1));
  TRY(syscall(SYS_tgkill, getpid(), getpid(), SIGRTMIN + 2));
  TRY(syscall(SYS_tgkill, getpid(), getpid(), SIGUSR2));
  TRY(kill(getpid(), SIGHUP));
  timer_t t;
  TRY(timer_create(CLOCK_MONOTONIC, 0, &t));
  siginfo_t info;
  struct timespec none = {0};
  for (int s; (s = sigtimedwait(&all, &info, &none)) > 0; )
    printf("signal %d code %d pid %d value %d\n", s, info.si_code, info.si_pid == getpid(), info.si_value.sival_int);
  TRY(timer_create(CLOCK_MONOTONIC, 0, &t));
  for (int i = 0; i < 3; i++) TRY(sigqueue(getpid(), SIGRTMIN, v));
}

static void spin(void) { for (;;) for (volatile int i = 0; i < 1000; i++) ; }
static void burn(int s) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  got[s]++;
  printf("signal %d after %ld s\n", s, (u.ru_utime.tv_sec * 1000 + u.ru_utime.tv_usec / 1000 + u.ru_stime.tv_sec * 1000 + u.ru_stime.tv_usec / 1000 + 500) / 1000);
  show(RLIMIT_CPU);
}
static void seconds(void) {
  signal(SIGXCPU, burn);
  TRY(set(RLIMIT_CPU, 1, 3));
  fflush(stdout);
  setvbuf(stdout, 0, _IONBF, 0);
  spin();
}
static void at_once(void) { TRY(set(RLIMIT_CPU, 0, 3)); show(RLIMIT_CPU); fflush(stdout); spin(); }

int main(void) {
  CHILD(telling());
  CHILD(rights());
  CHILD(descriptors());
  CHILD(sizes());
  CHILD(processes());
  CHILD(users());
  CHILD(pending());
  CHILD(seconds());
  CHILD(at_once());
  return 0;
}
