/* All descriptors open: every call that makes one is refused, and a refused call leaves nothing behind. */
#include "bystander.h"
#include <dirent.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>

static int listener, folder, pair[2];
static void tell(const char *call, long r) {
  printf("  %s: %s\n", call, r < 0 ? strerrorname_np(errno) : "made");
  if (r >= 0) close(r);
}
#define TELL(call) tell(#call, call)

static void each_call(void) {
  sigset_t none;
  int two[2] = {-7, -7};
  sigemptyset(&none);
  TELL(open("/dev/null", O_RDONLY));
  TELL(open("no such file", O_RDONLY));
  TELL(open("made.by.nobody", O_CREAT | O_RDWR, 0600));
  tell("the file is there", access("made.by.nobody", F_OK));
  TELL(open("/", O_PATH));
  TELL(openat(folder, "dev", O_DIRECTORY));
  TELL(dup(0));
  TELL(fcntl(0, F_DUPFD, 0));
  TELL(fcntl(0, F_DUPFD_CLOEXEC, 5));
  TELL(pipe(two) < 0 ? -1 : (close(two[1]), two[0]));
  TELL(socket(AF_UNIX, SOCK_STREAM, 0));
  TELL(socketpair(AF_UNIX, SOCK_STREAM, 0, two) < 0 ? -1 : (close(two[1]), two[0]));
  TELL(accept(listener, 0, 0));
  TELL(eventfd(0, 0));
  TELL(epoll_create1(0));
  TELL(timerfd_create(CLOCK_MONOTONIC, 0));
  TELL(signalfd(-1, &none, 0));
  TELL(inotify_init1(0));
  TELL(memfd_create("m", 0));
  TELL(syscall(SYS_pidfd_open, getpid(), 0));
  TELL(open("/dev/ptmx", O_RDWR | O_NOCTTY));
  TELL(open("/proc/self/fd", O_RDONLY));
  printf("  pipe and socketpair wrote %d %d\n", two[0], two[1]);
  /* These need none, or replace one. */
  printf("  dup2 %d, read of a directory %ld %s\n", dup2(0, 299), (long)read(folder, two, 4), strerrorname_np(errno));
}

static void waiting_sender(const char *path) {
  struct sockaddr_un address = {AF_UNIX};
  strcpy(address.sun_path, path);
  int s = socket(AF_UNIX, SOCK_STREAM, 0);
  connect(s, (void *)&address, sizeof address);
}

static int fill(void) {
  int made = 0;
  while (dup(folder) >= 0) made++;
  return made;
}

static void all_open(void) {
  struct sockaddr_un address = {AF_UNIX, "listener"};
  unlink("listener");
  limit(RLIMIT_NOFILE, 300);
  folder = open("/", O_RDONLY | O_DIRECTORY);
  listener = socket(AF_UNIX, SOCK_STREAM, 0);
  fcntl(listener, F_SETFL, O_NONBLOCK);
  bind(listener, (void *)&address, sizeof address);
  listen(listener, 5);
  waiting_sender("listener");
  int made = fill();
  printf("  the last is 299: %d, %s\n", fcntl(299, F_GETFD) == 0 && made > 250, strerrorname_np(errno));
  each_call();
  others_go_on();
  puts("  with one free");
  close(299);
  int two[2] = {-7, -7};
  TELL(pipe(two));
  TELL(socketpair(AF_UNIX, SOCK_STREAM, 0, two));
  TELL(open("/dev/null", O_RDONLY));
  TELL(accept(listener, 0, 0));
  printf("  wrote %d %d\n", two[0], two[1]);
  unlink("listener");
}

/* Descriptors that come by message have no place: the message comes without them. */
static void by_message(void) {
  char control[CMSG_SPACE(10 * sizeof(int))] = {0}, byte = 'x';
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  limit(RLIMIT_NOFILE, 64);
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  folder = open("/", O_RDONLY | O_DIRECTORY);
  struct cmsghdr *head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET, head->cmsg_type = SCM_RIGHTS, head->cmsg_len = CMSG_LEN(10 * sizeof(int));
  for (int n = 0; n < 10; n++) ((int *)CMSG_DATA(head))[n] = folder;
  printf("  sent %ld\n", (long)sendmsg(pair[0], &message, 0));
  fill();
  for (int fd = 61; fd < 64; fd++) close(fd);
  message.msg_controllen = sizeof control;
  long got = recvmsg(pair[1], &message, 0);
  head = CMSG_FIRSTHDR(&message);
  printf("  got %ld with %ld descriptors, flags %x\n", got, head ? (long)(head->cmsg_len - CMSG_LEN(0)) / 4 : 0, message.msg_flags);
}

static void many(void) {
  limit(RLIMIT_NOFILE, 4096);
  int pipes[2];
  while (pipe(pipes) == 0) ;
  printf("  %s\n", strerrorname_np(errno));
  others_go_on();
  pid_t child = fork();
  if (child == 0) _exit(fcntl(4094, F_GETFD) == 0 ? 3 : 4);
  int status;
  waitpid(child, &status, 0);
  printf("  a child has them, too: %d\n", WEXITSTATUS(status));
  printf("  closed %d\n", close_range(3, ~0u, 0));
  printf("  the next is %d\n", dup(0));
}

/* A child that leaves nothing to be read holds every end of the pipe; all goes with it. */
static void kept_by_children(void) {
  int ends[2];
  pipe(ends);
  for (int n = 0; n < 50; n++) if (fork() == 0) { if (n % 2) pause(); nap(1000 * n); _exit(0); }
  close(ends[1]);
  others_go_on();
  puts("  50 children hold a pipe");
}

int main(void) {
  begin();
  attempt("every call with all descriptors open", all_open);
  attempt("descriptors in a message", by_message);
  attempt("4 096 ends of pipes", many);
  attempt("a pipe in 50 processes", kept_by_children);
  return end();
}
