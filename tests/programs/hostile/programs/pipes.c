/* Pipes filled and never read, writers that hang for ever, readers that never get anything, and everybody leaving at once. */
#include "bystander.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>

static char block[4096];

static void filled(void) {
  int ends[2];
  long total = 0, pipes = 0;
  for (; pipes < 150; pipes++) {
    if (pipe2(ends, O_NONBLOCK)) break;
    long wrote;
    while ((wrote = write(ends[1], block, sizeof block)) > 0) total += wrote;
  }
  printf("  %ld pipes hold %ld bytes, %s\n", pipes, total, strerrorname_np(errno));
  others_go_on();
}

static void one_byte_each(void) {
  int ends[2];
  long total = 0;
  pipe2(ends, O_NONBLOCK);
  while (write(ends[1], "x", 1) == 1) total++;
  printf("  %ld single bytes\n", total);
  pipe2(ends, O_NONBLOCK);
  for (total = 0; write(ends[1], block, 4095) == 4095; total++) ;
  printf("  %ld times 4095\n", total);
  struct pollfd ready = {ends[1], POLLOUT};
  printf("  poll %d %x\n", poll(&ready, 1, 0), ready.revents);
  printf("  4096 bytes: %ld", (long)write(ends[1], block, 4096));
  printf(" %s\n", strerrorname_np(errno));
}

/* 40 writers hang in one pipe; when its reader goes, all die of SIGPIPE. */
static void hanging_writers(void) {
  int ends[2], status, killed = 0;
  pipe(ends);
  for (int n = 0; n < 40; n++)
    if (fork() == 0) {
      close(ends[0]);
      for (;;) write(ends[1], block, sizeof block);
    }
  nap(5000);
  others_go_on();
  close(ends[0]);
  for (int n = 0; n < 40; n++) wait(&status) > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE ? killed++ : 0;
  printf("  %d of 40 died of SIGPIPE\n", killed);
}

static void hanging_readers(void) {
  int ends[2], status, ended = 0;
  pipe(ends);
  for (int n = 0; n < 40; n++)
    if (fork() == 0) {
      char byte;
      close(ends[1]);
      _exit(read(ends[0], &byte, 1) == 0 ? 3 : 4);
    }
  others_go_on();
  close(ends[1]);
  for (int n = 0; n < 40; n++) wait(&status) > 0 && WEXITSTATUS(status) == 3 ? ended++ : 0;
  printf("  %d of 40 read the end\n", ended);
}

/* Each waits for the other: nothing but a signal ends that. */
static void deadlock(void) {
  int there[2], back[2];
  pipe(there), pipe(back);
  alarm(1);
  if (fork() == 0) for (;;) write(back[1], block, sizeof block);
  for (;;) write(there[1], block, sizeof block);
}

static void own_pipe(void) {
  int ends[2];
  pipe(ends);
  ualarm(100000, 0);
  for (;;) write(ends[1], block, sizeof block);
}

static void sockets(void) {
  int pair[2], most = 0, made = 0;
  long total = 0;
  for (; made < 20; made++) {
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair)) break;
    long wrote;
    while ((wrote = send(pair[0], block, sizeof block, 0)) > 0) total += wrote;
  }
  printf("  %d pairs are full: %s, %s\n", made, total > made * 65536L ? "more than 64 KiB each" : "less", strerrorname_np(errno));
  others_go_on();
}

/* A socket that is sent through itself is kept alive by nothing but its own message. */
static void socket_in_itself(void) {
  for (int round = 0; round < 200; round++) {
    int pair[2];
    char control[CMSG_SPACE(2 * sizeof(int))] = {0}, byte = 'x';
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) { perror("pair"); return; }
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET, head->cmsg_type = SCM_RIGHTS, head->cmsg_len = CMSG_LEN(2 * sizeof(int));
    memcpy(CMSG_DATA(head), pair, sizeof pair);
    if (sendmsg(pair[0], &message, 0) != 1) { perror("send"); return; }
    close(pair[0]), close(pair[1]);
  }
  puts("  200 sockets in themselves");
}

/* Epoll descriptors that watch each other: chains are bounded, and circles refused. */
static void watching_each_other(void) {
  struct epoll_event event = {EPOLLIN};
  int chain[12];
  for (int n = 0; n < 12; n++) chain[n] = epoll_create1(0);
  for (int n = 1; n < 12; n++) {
    errno = 0;
    int r = epoll_ctl(chain[n], EPOLL_CTL_ADD, chain[n - 1], &event);
    printf("  %d: %d %s\n", n, r, r ? strerrorname_np(errno) : "");
  }
  errno = 0;
  printf("  a circle: %d", epoll_ctl(chain[0], EPOLL_CTL_ADD, chain[2], &event));
  printf(" %s\n", strerrorname_np(errno));
  errno = 0;
  printf("  itself: %d", epoll_ctl(chain[0], EPOLL_CTL_ADD, chain[0], &event));
  printf(" %s\n", strerrorname_np(errno));
}

int main(void) {
  begin();
  attempt("150 pipes filled", filled);
  attempt("bytes one by one", one_byte_each);
  attempt("writers that hang", hanging_writers);
  attempt("readers that hang", hanging_readers);
  attempt("two that wait for each other", deadlock);
  attempt("one that waits for itself", own_pipe);
  attempt("sockets filled", sockets);
  attempt("sockets sent through themselves", socket_in_itself);
  attempt("epolls that watch each other", watching_each_other);
  return end();
}
