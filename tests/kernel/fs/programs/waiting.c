/* select, poll and epoll on pipes: levels, edges, one shots, hang-ups, errors; prints each result. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHOW(x) do { errno = 0; long got = (long)(x); printf("%s = %ld %d\n", #x, got, got < 0 ? errno : 0); } while (0)
static struct epoll_event ev(unsigned events, int data) {
  struct epoll_event e = {.events = events, .data.u64 = data};
  return e;
}
static void told(int e) {
  struct epoll_event out[8];
  int n = epoll_wait(e, out, 8, 0);
  printf("told %d:", n);
  for (int i = 0; i < n; i++) printf(" %x/%d", out[i].events, (int)out[i].data.u64);
  puts("");
}
static void handler(int s) { printf("signal %d\n", s); }
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  int p[2], q[2], f = open("f", O_RDWR | O_CREAT, 0600);
  char c[100];
  pipe(p);
  pipe(q);
  int e = epoll_create1(EPOLL_CLOEXEC), e2 = epoll_create(1);
  struct epoll_event x;
  SHOW(epoll_create(0));
  SHOW(epoll_create1(1));
  x = ev(EPOLLIN, 1); SHOW(epoll_ctl(e, EPOLL_CTL_ADD, p[0], &x));
  SHOW(epoll_ctl(e, EPOLL_CTL_ADD, p[0], &x));
  SHOW(epoll_ctl(e, EPOLL_CTL_ADD, f, &x));
  SHOW(epoll_ctl(e, EPOLL_CTL_ADD, 77, &x));
  SHOW(epoll_ctl(e, EPOLL_CTL_ADD, e, &x));
  SHOW(epoll_ctl(e, EPOLL_CTL_MOD, q[0], &x));
  SHOW(epoll_ctl(e, EPOLL_CTL_DEL, q[0], 0));
  SHOW(epoll_ctl(e, 9, q[0], &x));
  SHOW(epoll_ctl(f, EPOLL_CTL_ADD, p[0], &x));
  SHOW(epoll_ctl(e, EPOLL_CTL_ADD, q[0], (void *)1));
  x = ev(EPOLLIN | EPOLLET, 2); SHOW(epoll_ctl(e, EPOLL_CTL_ADD, q[0], &x));
  x = ev(EPOLLOUT, 3); SHOW(epoll_ctl(e, EPOLL_CTL_ADD, q[1], &x));
  told(e);
  write(p[1], "ab", 2);
  write(q[1], "ab", 2);
  told(e);
  told(e);
  read(q[0], c, 1);
  told(e);
  write(q[1], "c", 1);
  told(e);
  x = ev(EPOLLIN | EPOLLONESHOT, 4); SHOW(epoll_ctl(e, EPOLL_CTL_MOD, p[0], &x));
  told(e);
  told(e);
  SHOW(epoll_ctl(e, EPOLL_CTL_MOD, p[0], &x));
  told(e);
  x = ev(EPOLLIN, 5); SHOW(epoll_ctl(e2, EPOLL_CTL_ADD, e, &x));
  told(e2);
  SHOW(epoll_ctl(e, EPOLL_CTL_ADD, e2, &x));
  SHOW(epoll_wait(e, &x, 0, 0));
  SHOW(epoll_wait(f, &x, 1, 0));
  SHOW(epoll_wait(e, (void *)1, 1, 0));
  int d = dup(p[0]);
  x = ev(EPOLLIN, 6); SHOW(epoll_ctl(e, EPOLL_CTL_MOD, p[0], &x));
  close(p[0]);
  told(e);
  close(d);
  told(e);
  close(q[1]);
  told(e);
  close(q[0]);
  told(e);
  SHOW(epoll_wait(e, &x, 1, 20));

  pipe(p);
  fd_set r, w;
  struct timeval zero = {0, 0}, soon = {0, 10000};
  FD_ZERO(&r); FD_ZERO(&w);
  FD_SET(p[0], &r); FD_SET(p[1], &w); FD_SET(f, &r); FD_SET(f, &w);
  SHOW(select(20, &r, &w, 0, &zero));
  printf("%d %d %d %d\n", !!FD_ISSET(p[0], &r), !!FD_ISSET(p[1], &w), !!FD_ISSET(f, &r), !!FD_ISSET(f, &w));
  FD_ZERO(&r); FD_SET(p[0], &r);
  SHOW(select(20, &r, 0, 0, &soon));
  printf("left %ld %ld\n", (long)soon.tv_sec, (long)soon.tv_usec);
  FD_ZERO(&r); FD_SET(50, &r);
  SHOW(select(60, &r, 0, 0, &zero));
  SHOW(select(-1, &r, 0, 0, &zero));
  SHOW(select(20, (void *)1, 0, 0, &zero));
  if (!fork()) { usleep(20000); write(p[1], "late", 4); _exit(0); }
  FD_ZERO(&r); FD_SET(p[0], &r);
  SHOW(select(20, &r, 0, 0, 0));
  wait(0);
  struct pollfd pf[4] = {{p[0], POLLIN | POLLRDNORM}, {p[1], POLLOUT}, {-1, POLLIN}, {60, POLLIN}};
  SHOW(poll(pf, 4, 0));
  for (int i = 0; i < 4; i++) printf("%x ", pf[i].revents);
  puts("");
  SHOW(poll((void *)1, 1, 0));
  SHOW(poll(0, 0, 5));
  read(p[0], c, 10);
  struct sigaction sa = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigaction(SIGUSR1, &sa, 0);
  sigset_t none, usr;
  sigemptyset(&none); sigemptyset(&usr); sigaddset(&usr, SIGUSR1);
  sigprocmask(SIG_BLOCK, &usr, 0);
  kill(getpid(), SIGUSR1);
  struct timespec t = {0, 10000000};
  SHOW(ppoll(pf, 1, &t, &none));
  SHOW(ppoll(pf, 1, &t, &none));
  kill(getpid(), SIGUSR1);
  SHOW(pselect(20, 0, 0, 0, &t, &none));
  kill(getpid(), SIGUSR1);
  SHOW(epoll_pwait(e, &x, 1, -1, &none));
  write(p[1], "x", 1);
  kill(getpid(), SIGUSR1);
  SHOW(ppoll(pf, 1, &t, &none));
  puts("end");
}
