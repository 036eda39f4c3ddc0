/* How long calls on sockets wait, when SO_RCVTIMEO and SO_SNDTIMEO say so. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define TELL(call) do { errno = 0; long r = (call); printf("%s = %ld %s\n", #call, r, r < 0 ? strerrorname_np(errno) : ""); } while (0)

static int limit(int fd, int option, long seconds, long microseconds) {
  struct timeval time = {seconds, microseconds};
  return setsockopt(fd, SOL_SOCKET, option, &time, sizeof time);
}

static void told(int fd, int option) {
  struct timeval time;
  socklen_t length = sizeof time;
  getsockopt(fd, SOL_SOCKET, option, &time, &length);
  printf("limit %ld.%06ld, %u bytes\n", (long)time.tv_sec, (long)time.tv_usec, length);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void handler(int signal) { (void)signal; }

/* A signal after 40 ms, whose handler wants calls to go on. */
static void interrupt_soon(void) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, 0);
  setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {0, 40000}}, 0);
}

int main(void) {
  int pair[2], packets[2];
  char bytes[64], many[65536] = {0};
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  socketpair(AF_UNIX, SOCK_SEQPACKET, 0, packets);
  told(pair[0], SO_RCVTIMEO);
  TELL(limit(pair[0], SO_RCVTIMEO, 0, 1000000));
  TELL(limit(pair[0], SO_RCVTIMEO, 0, -1));
  TELL(limit(pair[0], SO_RCVTIMEO, 0, 60000));
  told(pair[0], SO_RCVTIMEO);
  told(pair[0], SO_SNDTIMEO);
  double begin = now();
  TELL(recv(pair[0], bytes, sizeof bytes, 0));
  TELL(read(pair[0], bytes, sizeof bytes));
  printf("both have waited: %d\n", now() - begin >= 0.119);
  TELL(write(pair[1], "some", 4));
  TELL(recv(pair[0], bytes, sizeof bytes, MSG_WAITALL));
  TELL(recv(pair[0], bytes, sizeof bytes, MSG_DONTWAIT));
  TELL(limit(pair[0], SO_RCVTIMEO, -1, 0));
  told(pair[0], SO_RCVTIMEO);
  begin = now();
  TELL(recv(pair[0], bytes, sizeof bytes, 0));
  printf("at once: %d\n", now() - begin < 5);
  TELL(limit(pair[0], SO_RCVTIMEO, 100, 0));
  interrupt_soon();
  TELL(recv(pair[0], bytes, sizeof bytes, 0));

  TELL(limit(packets[0], SO_RCVTIMEO, 0, 20000));
  TELL(recv(packets[0], bytes, sizeof bytes, 0));
  TELL(limit(pair[1], SO_SNDTIMEO, 0, 20000));
  told(pair[1], SO_SNDTIMEO);
  long sent = 0, last;
  while ((last = send(pair[1], many, sizeof many, 0)) > 0) sent += last;
  printf("full: %d %s\n", sent > 0, strerrorname_np(errno));
  TELL(limit(packets[1], SO_SNDTIMEO, 0, 20000));
  while ((last = send(packets[1], many, 1000, 0)) > 0) {}
  printf("full of packets: %ld %s\n", last, strerrorname_np(errno));

  int server = socket(AF_UNIX, SOCK_STREAM, 0);
  struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0socket-timeouts"};
  socklen_t length = sizeof(sa_family_t) + 16;
  TELL(bind(server, (struct sockaddr *)&name, length));
  TELL(listen(server, 0));
  TELL(limit(server, SO_RCVTIMEO, 0, 20000));
  TELL(accept(server, 0, 0));
  int clients[2];
  for (int n = 0; n < 2; n++) {
    clients[n] = socket(AF_UNIX, SOCK_STREAM, 0);
    limit(clients[n], SO_SNDTIMEO, 0, 20000);
    TELL(connect(clients[n], (struct sockaddr *)&name, length));
  }
  return 0;
}
