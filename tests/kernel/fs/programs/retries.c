/* Waits in every way there is, and tries again after EINTR; what it prints does not depend on how often that happened. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define RETRY(x) ({ long got; do got = (long)(x); while (got < 0 && errno == EINTR); got; })
static long all(int fd, const char *b, long n) {
  long done = 0;
  while (done < n) {
    long got = RETRY(write(fd, b + done, n - done));
    if (got < 0) return got;
    done += got;
  }
  return done;
}
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  int p[2], q[2], s[2], f = open("kept", O_RDWR | O_CREAT, 0600);
  static char b[100000];
  memset(b, 'x', sizeof b);
  all(f, b, 5000);
  pipe(p); pipe(q); socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  mkfifo("fifo", 0600);
  pid_t child = fork();
  if (!child) {
    close(p[0]); close(s[0]);
    flock(f, LOCK_EX);
    all(p[1], b, sizeof b);
    int g = RETRY(open("fifo", O_WRONLY));
    all(g, "fifo", 4); close(g);
    usleep(3000); all(s[1], "socket", 6);
    usleep(3000); all(q[1], "1", 1);
    usleep(3000); all(q[1], "2", 1);
    usleep(3000); all(q[1], "3", 1);
    usleep(3000);
    _exit(7);
  }
  close(p[1]); close(s[1]);
  long sum = 0, n;
  while ((n = RETRY(read(p[0], b, 3000))) > 0) { sum += n; if (sum == 100000) break; }
  printf("pipe %ld\n", sum);
  int g = RETRY(open("fifo", O_RDONLY));
  n = RETRY(read(g, b, 100));
  printf("fifo %.*s\n", (int)n, b);
  n = RETRY(recv(s[0], b, 100, 0));
  printf("socket %.*s\n", (int)n, b);
  struct pollfd pf = {q[0], POLLIN};
  printf("poll %ld\n", RETRY(poll(&pf, 1, -1))); read(q[0], b, 1);
  fd_set r; FD_ZERO(&r); FD_SET(q[0], &r);
  printf("select %ld\n", RETRY(({ FD_SET(q[0], &r); select(q[0] + 1, &r, 0, 0, 0); }))); read(q[0], b, 1);
  int e = epoll_create1(0);
  struct epoll_event x = {.events = EPOLLIN};
  epoll_ctl(e, EPOLL_CTL_ADD, q[0], &x);
  printf("epoll %ld\n", RETRY(epoll_wait(e, &x, 1, -1)));
  int h = open("kept", O_RDWR), status;
  printf("wait %d\n", RETRY(waitpid(child, &status, 0)) == child);
  printf("lock %ld status %d\n", RETRY(flock(h, LOCK_EX | LOCK_NB)), WEXITSTATUS(status));
  n = pread(f, b, sizeof b, 0);
  printf("kept %ld %d\n", n, b[0] == 'x' && b[4999] == 'x');
}
