/* AF_UNIX sockets: pairs, servers, datagrams, descriptors that travel; prints each result. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHOW(x) do { errno = 0; long got = (long)(x); printf("%s = %ld %d\n", #x, got, got < 0 ? errno : 0); } while (0)
static struct sockaddr_un un(const char *path) {
  struct sockaddr_un a = {.sun_family = AF_UNIX};
  memcpy(a.sun_path, path, strlen(path));
  return a;
}
#define ADDRESS(a) (struct sockaddr *)&a, sizeof a
static void name(int s, int peer) {
  struct sockaddr_un a;
  socklen_t n = sizeof a;
  memset(&a, 0, sizeof a);
  int r = peer ? getpeername(s, (void *)&a, &n) : getsockname(s, (void *)&a, &n);
  printf("name %d %d length %d family %d '%s'\n", peer, r, n, a.sun_family, a.sun_path);
}
static void show_poll(int s) {
  struct pollfd p = {s, POLLIN | POLLOUT | POLLRDHUP};
  printf("poll %d %x\n", poll(&p, 1, 0), p.revents);
}
static int pass(int s, int fd) {
  char c = 'f', control[CMSG_SPACE(4)] = {0};
  struct iovec v = {&c, 1};
  struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *h = CMSG_FIRSTHDR(&m);
  h->cmsg_len = CMSG_LEN(4); h->cmsg_level = SOL_SOCKET; h->cmsg_type = SCM_RIGHTS;
  memcpy(CMSG_DATA(h), &fd, 4);
  return sendmsg(s, &m, 0);
}
static int take(int s, int room) {
  char b[10], control[100];
  struct iovec v = {b, 10};
  struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = room};
  int r = recvmsg(s, &m, 0), fd = -1;
  struct cmsghdr *h = CMSG_FIRSTHDR(&m);
  if (r >= 0 && h) memcpy(&fd, CMSG_DATA(h), 4);
  printf("took %d, control %d, flags %x, descriptor %d\n", r, (int)m.msg_controllen, m.msg_flags, fd);
  return fd;
}
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  signal(SIGPIPE, SIG_IGN);
  int p[2], i;
  char b[300];
  struct stat st;
  SHOW(socket(AF_INET + 44, SOCK_STREAM, 0));
  SHOW(socket(AF_UNIX, 99, 0));
  SHOW(socket(AF_UNIX, 4, 0));
  SHOW(socket(AF_UNIX, SOCK_STREAM, 7));
  SHOW(socketpair(AF_UNIX, SOCK_STREAM, 0, p));
  show_poll(p[0]);
  SHOW(write(p[0], "hello", 5));
  SHOW(send(p[0], "world", 5, 0));
  SHOW(ioctl(p[1], FIONREAD, &i));
  printf("%d\n", i);
  SHOW(recv(p[1], b, 3, MSG_PEEK));
  SHOW(recv(p[1], b, 7, 0));
  printf("%.7s\n", b);
  show_poll(p[1]);
  SHOW(recv(p[0], b, 7, MSG_DONTWAIT));
  name(p[0], 0);
  name(p[0], 1);
  SHOW(pass(p[0], open("f", O_RDWR | O_CREAT, 0600)));
  SHOW(write(p[0], "more", 4));
  i = take(p[1], 100);
  SHOW(write(i, "through", 7));
  SHOW(fstat(i, &st));
  i = take(p[1], 100);
  SHOW(pass(p[0], 0));
  take(p[1], 16);
  SHOW(pass(p[0], 99));
  SHOW(shutdown(p[0], SHUT_WR));
  SHOW(write(p[0], "x", 1));
  show_poll(p[1]);
  SHOW(read(p[1], b, 10));
  SHOW(write(p[1], "back", 4));
  SHOW(close(p[1]));
  show_poll(p[0]);
  SHOW(read(p[0], b, 10));
  SHOW(read(p[0], b, 10));
  SHOW(send(p[0], "x", 1, MSG_NOSIGNAL));
  SHOW(shutdown(p[0], 5));
  SHOW(listen(p[0], 1));

  struct sockaddr_un a = un("s"), none = un("none"), file = un("f");
  int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), c = socket(AF_UNIX, SOCK_STREAM, 0);
  show_poll(s);
  SHOW(listen(s, 5));
  SHOW(accept(s, 0, 0));
  SHOW(read(s, b, 1));
  SHOW(write(s, b, 1));
  SHOW(bind(s, ADDRESS(a)));
  SHOW(bind(s, ADDRESS(a)));
  SHOW(bind(c, ADDRESS(a)));
  SHOW(stat("s", &st));
  printf("%o\n", st.st_mode);
  SHOW(open("s", O_RDWR));
  SHOW(connect(c, ADDRESS(a)));
  SHOW(listen(s, 5));
  show_poll(s);
  SHOW(connect(c, ADDRESS(none)));
  SHOW(connect(c, ADDRESS(file)));
  SHOW(connect(c, ADDRESS(a)));
  SHOW(connect(c, ADDRESS(a)));
  show_poll(s);
  SHOW(write(c, "early", 5));
  int d = accept4(s, 0, 0, SOCK_NONBLOCK);
  printf("%d %x\n", d, fcntl(d, F_GETFL));
  name(d, 0); name(d, 1); name(c, 1); name(c, 0);
  SHOW(read(d, b, 100));
  SHOW(read(d, b, 100));
  struct ucred u;
  socklen_t n = sizeof u;
  SHOW(getsockopt(c, SOL_SOCKET, SO_PEERCRED, &u, &n));
  printf("%d %d %d\n", u.pid == getpid(), u.uid, n);
  n = 4; SHOW(getsockopt(s, SOL_SOCKET, SO_ACCEPTCONN, &i, &n)); printf("%d\n", i);
  n = 4; SHOW(getsockopt(s, SOL_SOCKET, SO_TYPE, &i, &n)); printf("%d\n", i);
  SHOW(getsockopt(s, SOL_SOCKET, 999, &i, &n));
  if (!fork()) {
    int k = socket(AF_UNIX, SOCK_STREAM, 0);
    usleep(10000);
    connect(k, ADDRESS(a));
    for (int j = 0; j < 300000; j += 1000) { memset(b, j / 1000, 250); for (int q = 0; q < 4; q++) write(k, b, 250); }
    _exit(0);
  }
  int e = accept(s, 0, 0);
  long sum = 0, all = 0, r;
  usleep(20000);
  while ((r = read(e, b, 300)) > 0) { for (int j = 0; j < r; j++) sum = sum * 31 + b[j]; all += r; }
  printf("%ld %ld\n", all, sum & 0xffff);
  wait(0);
  close(s);
  int k = socket(AF_UNIX, SOCK_STREAM, 0);
  SHOW(connect(k, ADDRESS(a)));

  int x = socket(AF_UNIX, SOCK_DGRAM, 0), y = socket(AF_UNIX, SOCK_DGRAM, 0);
  struct sockaddr_un ax = un("x"), abstract = {.sun_family = AF_UNIX, .sun_path = "\0hidden"};
  SHOW(bind(x, ADDRESS(ax)));
  SHOW(bind(y, (struct sockaddr *)&abstract, 2 + 7));
  SHOW(bind(k, (struct sockaddr *)&abstract, 2 + 7));
  SHOW(send(y, "q", 1, 0));
  SHOW(sendto(y, "datagram", 8, 0, ADDRESS(ax)));
  SHOW(sendto(y, "", 0, 0, ADDRESS(ax)));
  SHOW(sendto(y, "three", 5, 0, ADDRESS(ax)));
  struct sockaddr_un from;
  n = sizeof from;
  SHOW(recvfrom(x, b, 4, 0, (void *)&from, &n));
  printf("%d %s\n", n, from.sun_path + 1);
  SHOW(recv(x, b, 10, 0));
  SHOW(recv(x, b, 2, MSG_TRUNC));
  SHOW(recv(x, b, 2, MSG_DONTWAIT));
  SHOW(connect(y, ADDRESS(ax)));
  SHOW(send(y, "q", 1, 0));
  SHOW(connect(k, ADDRESS(ax)));
  SHOW(listen(x, 1));
  SHOW(accept(x, 0, 0));
  close(x);
  SHOW(send(y, "q", 1, 0));
  SHOW(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, p));
  SHOW(write(p[0], "one", 3));
  SHOW(write(p[0], "two", 3));
  SHOW(read(p[1], b, 2));
  SHOW(read(p[1], b, 20));
  close(p[0]);
  SHOW(read(p[1], b, 20));
  SHOW(write(p[1], b, 20));
  puts("end");
}
