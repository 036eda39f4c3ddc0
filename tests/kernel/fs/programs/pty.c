/* A pair of pseudo-terminals: keys typed on one end, lines read and text shown on the other; prints each result. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define SHOW(x) do { errno = 0; long got = (long)(x); printf("%s = %ld %d\n", #x, got, got < 0 ? errno : 0); } while (0)
static int m, s;
static void bytes(const char *what, int fd, int room) {
  unsigned char b[5000];
  errno = 0;
  int n = read(fd, b, room);
  printf("%s %d %d '", what, n, n < 0 ? errno : 0);
  for (int i = 0; i < n && i < 200; i++) b[i] >= 32 && b[i] < 127 ? putchar(b[i]) : printf("\\%o", b[i]);
  puts("'");
}
static void type(const char *keys) {
  write(m, keys, strlen(keys));
  usleep(2000);
  bytes("  line", s, 5000);
  bytes("  echo", m, 5000);
}
static void poll_both(void) {
  struct pollfd p[2] = {{m, POLLIN | POLLOUT}, {s, POLLIN | POLLOUT}};
  int n = poll(p, 2, 0);
  printf("poll %d %x %x\n", n, p[0].revents, p[1].revents);
}
static void handler(int n) { printf("signal %d\n", n); }
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  struct termios t;
  struct winsize w = {1, 2, 3, 4};
  struct stat st;
  int i;
  m = open("/dev/ptmx", O_RDWR | O_NONBLOCK | O_NOCTTY);
  printf("%d\n", m > 2);
  bytes("early", m, 10);
  SHOW(ioctl(m, TIOCGPTN, &i));
  char *name = ptsname(m);
  printf("%d %d\n", !strncmp(name, "/dev/pts/", 9), atoi(name + 9) == i);
  SHOW(open(name, O_RDWR | O_NOCTTY));
  SHOW(unlockpt(m));
  s = open(name, O_RDWR | O_NONBLOCK | O_NOCTTY);
  stat(name, &st);
  printf("%o %d\n", st.st_mode & S_IFMT, (int)(st.st_rdev >> 8));
  SHOW(isatty(m)); SHOW(isatty(s));
  SHOW(tcgetattr(s, &t));
  printf("%x %x %x %x\n", t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag);
  SHOW(ioctl(s, TIOCGWINSZ, &w));
  printf("%d %d %d %d\n", w.ws_row, w.ws_col, w.ws_xpixel, w.ws_ypixel);
  w.ws_row = 30; w.ws_col = 100;
  SHOW(ioctl(m, TIOCSWINSZ, &w));
  memset(&w, 0, sizeof w);
  SHOW(ioctl(s, TIOCGWINSZ, &w));
  printf("%d %d %d %d\n", w.ws_row, w.ws_col, w.ws_xpixel, w.ws_ypixel);
  poll_both();
  bytes("nothing", m, 10);
  bytes("nothing", s, 10);
  SHOW(write(s, "one\ntwo\tend\r\n", 13));
  bytes("shown", m, 100);
  type("hello\r");
  type("abc\177\177x\r");
  type("words and more\027\027two\r");
  type("killed\025new\r");
  type("tab\there\r");
  type("ctrl\001\002x\177\177\r");
  type("quoted\026\003\026\177!\r");
  type("reprint\022\r");
  type("part");
  type("\004");
  type("\004");
  type("last\r");
  write(m, "first\rsecond\rthird", 18);
  usleep(2000);
  SHOW(ioctl(s, FIONREAD, &i)); printf("%d\n", i);
  bytes("piece", s, 3);
  bytes("piece", s, 100);
  bytes("piece", s, 100);
  bytes("piece", s, 100);
  poll_both();
  type("\r");
  t.c_iflag |= IUTF8; tcsetattr(s, TCSANOW, &t);
  type("\303\244\303\266\177x\r");
  t.c_lflag &= ~ECHO; tcsetattr(s, TCSANOW, &t);
  type("hidden\r");
  t.c_lflag |= ECHONL; tcsetattr(s, TCSANOW, &t);
  type("hidden\r");
  t.c_lflag = (t.c_lflag | ECHO) & ~ICANON; tcsetattr(s, TCSANOW, &t);
  type("raw\177\004");
  t.c_iflag &= ~ICRNL; tcsetattr(s, TCSANOW, &t);
  type("\r\n");
  t.c_oflag &= ~OPOST; t.c_lflag &= ~ECHOCTL; tcsetattr(s, TCSANOW, &t);
  type("\001\n");
  cfmakeraw(&t); tcsetattr(s, TCSANOW, &t);
  type("\003\032x");
  SHOW(write(s, "\n\t", 2));
  bytes("shown", m, 10);
  write(m, "flushed", 7);
  SHOW(tcflush(s, TCIFLUSH));
  bytes("after", s, 10);
  SHOW(ioctl(s, TIOCGPGRP, &i));
  SHOW(ioctl(s, 0x9999, &i));
  if (!fork()) {
    close(s);
    signal(SIGINT, handler);
    signal(SIGWINCH, handler);
    signal(SIGHUP, handler);
    printf("%d\n", setsid() == getpid());
    SHOW(open("/dev/tty", O_RDWR));
    s = open(name, O_RDWR);
    SHOW(tcgetsid(s) == getpid());
    SHOW(tcgetpgrp(s) == getpid());
    SHOW(open("/dev/tty", O_RDWR) > 0);
    struct termios u;
    tcgetattr(s, &u);
    u.c_lflag |= ISIG | ICANON | ECHO | ECHOCTL; u.c_iflag |= ICRNL; u.c_oflag |= OPOST | ONLCR;
    tcsetattr(s, TCSANOW, &u);
    write(m, "x\003y\r", 4);
    usleep(2000);
    bytes("line", s, 100);
    bytes("echo", m, 100);
    w.ws_row = 5;
    ioctl(m, TIOCSWINSZ, &w);
    ioctl(m, TIOCSWINSZ, &w);
    SHOW(tcsetpgrp(s, 999999));
    SHOW(tcgetpgrp(m) == getpid());
    _exit(0);
  }
  wait(0);
  close(s);
  bytes("no slave", m, 10);
  s = open(name, O_RDWR | O_NOCTTY);
  write(s, "rest", 4);
  close(s);
  poll_both();
  bytes("rest", m, 10);
  bytes("no slave", m, 10);
  s = open(name, O_RDWR | O_NOCTTY);
  close(m);
  bytes("no master", s, 10);
  SHOW(write(s, "x", 1));
  poll_both();
  SHOW(tcgetattr(s, &t));
  SHOW(open(name, O_RDWR));
  SHOW(access(name, F_OK));
}
