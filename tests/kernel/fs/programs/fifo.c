/* Opening both ends of a FIFO: each waits for the other one, even for one that has gone again at once; prints each result. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHOW(x) do { errno = 0; long got = (long)(x); printf("%s = %ld %d\n", #x, got, got < 0 ? errno : 0); } while (0)
static char c[8];
static void handler(int s) { printf("signal %d\n", s); }

/* Somebody comes later, and goes again at once. */
static void visit(int flags) {
  if (fork()) return;
  usleep(50000);
  close(open("q", flags));
  _exit(0);
}
static void look(int fd, short events) {
  struct pollfd p = {fd, events};
  poll(&p, 1, 0);
  printf("ready %x\n", p.revents);
}
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  signal(SIGPIPE, SIG_IGN);
  SHOW(mkfifo("q", 0600));
  SHOW(open("q", O_WRONLY | O_NONBLOCK));
  int fd;
  visit(O_RDONLY);
  SHOW(fd = open("q", O_WRONLY));
  wait(0);
  look(fd, POLLOUT);
  SHOW(write(fd, "x", 1));
  SHOW(close(fd));
  visit(O_WRONLY);
  SHOW(fd = open("q", O_RDONLY));
  wait(0);
  look(fd, POLLIN);
  SHOW(read(fd, c, 1));
  SHOW(close(fd));
  visit(O_RDWR);
  SHOW(fd = open("q", O_RDONLY));
  wait(0);
  look(fd, POLLIN);
  SHOW(close(fd));
  /* A nonblocking reader takes no notice of those who were there before. */
  SHOW(fd = open("q", O_RDONLY | O_NONBLOCK));
  look(fd, POLLIN);
  SHOW(read(fd, c, 1));
  visit(O_WRONLY);
  wait(0);
  look(fd, POLLIN);
  SHOW(close(fd));
  /* Whoever was interrupted has never been there. */
  signal(SIGALRM, handler);
  siginterrupt(SIGALRM, 1);
  ualarm(20000, 0);
  SHOW(open("q", O_RDONLY));
  SHOW(open("q", O_WRONLY | O_NONBLOCK));
  ualarm(20000, 0);
  siginterrupt(SIGALRM, 0);
  visit(O_RDONLY);
  SHOW(fd = open("q", O_WRONLY));
  wait(0);
  SHOW(write(fd, "x", 1));
  return 0;
}
