// Every kind of timer: what it sends, what is left, how often it went unnoticed, and its errors.
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define TRY(call) do { errno = 0; long r = (call); printf("%s = %ld %s\n", #call, r, r < 0 ? strerrorname_np(errno) : ""); } while (0)
static volatile int count, code, value, overrun;
static void on(int s, siginfo_t *i, void *c) { count++; code = i->si_code; value = i->si_value.sival_int; overrun = i->si_overrun; }
static void wait_for(int n) { while (count < n) usleep(1000); }

int main(void) {
  struct sigaction a = {.sa_sigaction = on, .sa_flags = SA_SIGINFO};
  sigaction(SIGALRM, &a, 0);
  sigaction(SIGVTALRM, &a, 0);
  sigaction(SIGPROF, &a, 0);
  sigaction(SIGRTMIN, &a, 0);
  TRY(alarm(100));
  TRY(alarm(0));
  TRY(alarm(0));
  struct itimerval t = {{0, 20000}, {0, 30000}}, old;
  TRY(setitimer(ITIMER_REAL, &t, 0));
  wait_for(3);
  TRY(getitimer(ITIMER_REAL, &old));
  printf("interval %ld, left at most that %d, code %d\n", old.it_interval.tv_usec, old.it_value.tv_usec <= 20000 && old.it_value.tv_usec > 0, code);
  memset(&t, 0, sizeof t);
  TRY(setitimer(ITIMER_REAL, &t, &old));
  printf("interval %ld\n", old.it_interval.tv_usec);
  t.it_value.tv_usec = 1000000;
  TRY(setitimer(ITIMER_REAL, &t, 0));
  TRY(setitimer(5, &t, 0));
  TRY(getitimer(ITIMER_REAL, (void *)8));
  count = 0;
  t.it_value.tv_usec = 50000;
  TRY(setitimer(ITIMER_VIRTUAL, &t, 0));
  while (!count) ;
  TRY(getitimer(ITIMER_VIRTUAL, &old));
  printf("virtual off %ld\n", old.it_value.tv_usec);
  count = 0;
  TRY(setitimer(ITIMER_PROF, &t, 0));
  while (!count) getppid();
  count = 0;

  timer_t id;
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN, .sigev_value.sival_int = 99};
  struct itimerspec spec = {{0, 0}, {0, 20000000}}, left;
  TRY(timer_create(CLOCK_MONOTONIC, &event, &id));
  TRY(timer_settime(id, 0, &spec, 0));
  wait_for(1);
  printf("code %d value %d overrun %d\n", code, value, overrun);
  TRY(timer_gettime(id, &left));
  printf("left %ld\n", left.it_value.tv_nsec);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN);
  sigprocmask(SIG_BLOCK, &set, 0);
  spec.it_interval.tv_nsec = 20000000;
  TRY(timer_settime(id, 0, &spec, 0));
  usleep(150000);
  count = 0;
  sigprocmask(SIG_UNBLOCK, &set, 0);
  printf("one signal %d, more expiries %d\n", count, timer_getoverrun(id) > 2);
  TRY(timer_delete(id));
  TRY(timer_delete(id));
  TRY(timer_settime(id, 0, &spec, 0));
  TRY(timer_create(77, &event, &id));
  event.sigev_signo = 99;
  TRY(timer_create(CLOCK_REALTIME, &event, &id));
  event.sigev_notify = 9;
  TRY(timer_create(CLOCK_REALTIME, &event, &id));
  struct timespec now;
  event = (struct sigevent){.sigev_notify = SIGEV_NONE};
  TRY(timer_create(CLOCK_REALTIME, &event, &id));
  clock_gettime(CLOCK_REALTIME, &now);
  spec = (struct itimerspec){{0, 0}, {now.tv_sec + 5, 0}};
  TRY(timer_settime(id, TIMER_ABSTIME, &spec, 0));
  timer_gettime(id, &left);
  printf("left %d\n", left.it_value.tv_sec == 4 || left.it_value.tv_sec == 5);

  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  unsigned long n = 0;
  spec = (struct itimerspec){{0, 20000000}, {0, 20000000}};
  TRY(read(fd, &n, 8));
  TRY(timerfd_settime(fd, 0, &spec, 0));
  struct pollfd poll_fd = {fd, POLLIN};
  TRY(poll(&poll_fd, 1, 1000));
  TRY(read(fd, &n, 4));
  TRY(read(fd, &n, 8));
  printf("at least once %d\n", n >= 1);
  usleep(100000);
  TRY(read(fd, &n, 8));
  printf("several %d\n", n >= 3);
  TRY(timerfd_gettime(fd, &left));
  printf("interval %ld\n", left.it_interval.tv_nsec);
  TRY(timerfd_create(99, 0));
  TRY(timerfd_create(CLOCK_MONOTONIC, 1));
  TRY(timerfd_settime(0, 0, &spec, 0));
  TRY(timerfd_settime(fd, 8, &spec, 0));
  spec.it_value.tv_nsec = -1;
  TRY(timerfd_settime(fd, 0, &spec, 0));

  int e = eventfd(3, EFD_NONBLOCK), s = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
  TRY(read(e, &n, 8));
  printf("%lu\n", n);
  TRY(read(e, &n, 8));
  n = -1;
  TRY(write(e, &n, 8));
  n = -2;
  TRY(write(e, &n, 8));
  n = 1;
  TRY(write(e, &n, 8));
  struct pollfd two[2] = {{e, POLLIN | POLLOUT}, {s, POLLIN | POLLOUT}};
  TRY(poll(two, 2, 0));
  printf("%d %d\n", two[0].revents, two[1].revents);
  TRY(read(s, &n, 8));
  printf("%lu\n", n);
  TRY(read(s, &n, 8));
  TRY(read(s, &n, 8));
  TRY(write(s, &n, 7));
  TRY(eventfd(0, 64));
  TRY(clock_getres(CLOCK_PROCESS_CPUTIME_ID, &now));
  TRY(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now));
  printf("used %d\n", now.tv_nsec > 0 || now.tv_sec > 0);
  TRY(clock_gettime(50, &now));
  TRY(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &now, 0));
  struct rusage usage;
  TRY(getrusage(RUSAGE_SELF, &usage));
  printf("user time %d\n", usage.ru_utime.tv_sec > 0 || usage.ru_utime.tv_usec >= 50000);
  count = 0;
  struct timespec length = {1, 0}, rest = {0, 0};
  t = (struct itimerval){{0, 0}, {0, 100000}};
  setitimer(ITIMER_REAL, &t, 0);
  TRY(nanosleep(&length, &rest));
  printf("rest %d\n", rest.tv_sec == 0 && rest.tv_nsec > 500000000);
  return 0;
}
