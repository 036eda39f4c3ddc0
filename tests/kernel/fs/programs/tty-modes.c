/* What the settings of a terminal do to keys and text: tabs, erasing, case, VMIN and VTIME, long lines, packets; prints each result. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#ifndef TIOCPKT_IOCTL
#define TIOCPKT_IOCTL 64
#endif
#define SHOW(x) do { errno = 0; long got = (long)(x); printf("%s = %ld %d\n", #x, got, got < 0 ? errno : 0); } while (0)
static int m, s;
static struct termios fresh;
static void bytes(const char *what, int fd, int room) {
  static unsigned char b[20000];
  errno = 0;
  int n = read(fd, b, room);
  printf("%s %d %d '", what, n, n < 0 ? errno : 0);
  for (int i = 0; i < n && i < 100; i++) b[i] >= 32 && b[i] < 127 ? putchar(b[i]) : printf("\\%o", b[i]);
  if (n > 100) printf("' ... '%c\\%o", b[n - 2], b[n - 1]);
  puts("'");
}
static void modes(const char *name, int iflag, int noti, int oflag, int noto, int lflag, int notl) {
  struct termios t = fresh;
  t.c_iflag = (t.c_iflag | iflag) & ~noti;
  t.c_oflag = (t.c_oflag | oflag) & ~noto;
  t.c_lflag = (t.c_lflag | lflag) & ~notl;
  tcsetattr(s, TCSANOW, &t);
  printf("-- %s\n", name);
}
static void type(const char *keys) {
  write(m, keys, strlen(keys));
  usleep(20000);
  bytes("  line", s, 20000);
  bytes("  echo", m, 20000);
}
static void print(const char *text) {
  SHOW(write(s, text, strlen(text)));
  bytes("  shown", m, 1000);
}
static long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
/* Reads while a child types pieces a tenth of a second apart; tells tenths that it took. */
static void timed(const char *name, int min, int time, int room, const char *pieces) {
  struct termios t = fresh;
  t.c_lflag &= ~(ICANON | ECHO);
  t.c_cc[VMIN] = min;
  t.c_cc[VTIME] = time;
  tcsetattr(s, TCSANOW, &t);
  int pid = fork();
  if (!pid) {
    for (const char *p = pieces; *p; p++) {
      usleep(100000);
      if (*p != ' ') write(m, p, 1);
    }
    _exit(0);
  }
  fcntl(s, F_SETFL, 0);
  long begin = now();
  bytes(name, s, room);
  long tenths = (now() - begin + 45) / 100;
  printf("  after %ld tenths\n", tenths);
  fcntl(s, F_SETFL, O_NONBLOCK);
  waitpid(pid, 0, 0);
  bytes("  left", s, 1000);
}
static void packets(const char *what) {
  struct pollfd p = {m, POLLIN | POLLPRI};
  poll(&p, 1, 0);
  printf("%s: %x ", what, p.revents);
  bytes("", m, 100);
}
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  m = open("/dev/ptmx", O_RDWR | O_NONBLOCK | O_NOCTTY);
  unlockpt(m);
  s = open(ptsname(m), O_RDWR | O_NONBLOCK | O_NOCTTY);
  tcgetattr(s, &fresh);

  modes("tabs", 0, 0, 0, 0, 0, 0);
  type("a\tb\177\177\177x\r");
  type("\t\t\177\177\r");
  type("ab\001c\t\177d\tef\t\177\r");
  print("prompt> ");
  type("x\ty\177\177z\r");
  modes("XTABS", 0, 0, XTABS, 0, 0, 0);
  print("a\tb\t12345678\tc\n");
  type("k\tl\177\177\r");
  modes("OCRNL, ONOCR", 0, 0, OCRNL, ONLCR, 0, 0);
  print("a\rb\n\tc");
  modes("ONOCR", 0, 0, ONOCR | XTABS, 0, 0, 0);
  print("\r\n\r\rab\r\rc\n");
  modes("ONLRET", 0, 0, ONLRET | XTABS, ONLCR, 0, 0);
  print("abc\n\td\b\te\n");
  modes("no ONLCR", 0, 0, XTABS, ONLCR, 0, 0);
  print("abc\n\td\n");
  modes("OLCUC, IUCLC", IUCLC, 0, OLCUC, 0, 0, 0);
  print("hello\n");
  type("HeLLo\r");
  modes("no ECHOE", 0, 0, 0, 0, 0, ECHOE);
  type("abc\177\177x\027y\025z\r");
  modes("no ECHOKE", 0, 0, 0, 0, 0, ECHOKE);
  type("abc\025z\r");
  modes("no ECHOK, no ECHOKE", 0, 0, 0, 0, 0, ECHOKE | ECHOK);
  type("abc\025z\r");
  modes("ECHOPRT", 0, 0, 0, 0, ECHOPRT, 0);
  type("abcd\177\177x\177\177\177\177y\r");
  type("two words\027new\r");
  modes("no ECHOCTL", 0, 0, 0, 0, 0, ECHOCTL);
  type("a\001b\177\177\177\r");
  modes("no ECHO", 0, 0, 0, 0, 0, ECHO);
  type("ab\177\025c\r");
  modes("words", IUTF8, 0, 0, 0, 0, 0);
  type("one, two_3  \027x\r");
  type("\303\244\303\266 \303\274\027\027z\r");
  type("quoted\026\n\026\r\026\t\177\r");
  modes("no IEXTEN", 0, 0, 0, 0, 0, IEXTEN);
  type("ab cd\027\026\022\r");

  modes("a line becomes bytes", 0, 0, 0, 0, 0, 0);
  type("half");
  modes("raw", 0, 0, 0, 0, 0, ICANON);
  bytes("  bytes", s, 100);
  type("\n\r\004\177");
  type("kept");
  write(m, "whole", 5);
  usleep(20000);
  modes("bytes become a line", 0, 0, 0, 0, 0, 0);
  SHOW(ioctl(s, FIONREAD, &(int){0}));
  bytes("  line", s, 2);
  type("more\004");
  type("");
  type("end\004");
  bytes("  end", s, 100);
  write(m, "abc\004def\r", 8);
  usleep(20000);
  int n = -1;
  ioctl(s, FIONREAD, &n);
  printf("%d\n", n);
  bytes("  exactly", s, 3);
  bytes("  next", s, 100);
  bytes("  echo", m, 100);

  modes("a long line", 0, 0, 0, 0, 0, ECHO);
  char *many = malloc(5001);
  memset(many, 'q', 5000);
  many[5000] = 0;
  SHOW(write(m, many, 4000));
  SHOW(write(m, many, 500));
  write(m, "xy\r", 3);
  usleep(20000);
  bytes("  line", s, 20000);
  bytes("  none", s, 20000);
  modes("many bytes", 0, 0, 0, 0, 0, ECHO | ICANON);
  SHOW(write(m, many, 5000));
  usleep(20000);
  bytes("  bytes", s, 20000);
  usleep(20000);
  bytes("  bytes", s, 20000);
  bytes("  none", s, 20000);

  puts("-- VMIN, VTIME");
  timed("first in time", 0, 5, 10, " ab");
  timed("too late", 0, 2, 10, "    a");
  timed("none", 0, 2, 10, "");
  timed("enough", 2, 0, 10, "a bc");
  timed("all that is wanted", 5, 0, 2, "abcd");
  timed("a pause ends it", 5, 3, 10, "   ab      c");
  timed("no pause", 3, 5, 10, "  a  b c");
  struct termios t = fresh;
  t.c_lflag &= ~(ICANON | ECHO);
  t.c_cc[VMIN] = 5;
  tcsetattr(s, TCSANOW, &t);
  write(m, "few", 3);
  usleep(20000);
  struct pollfd p = {s, POLLIN};
  SHOW(poll(&p, 1, 0));
  bytes("few at once", s, 10);
  bytes("none at once", s, 10);
  t.c_cc[VTIME] = 1;
  tcsetattr(s, TCSANOW, &t);
  write(m, "few", 3);
  usleep(20000);
  SHOW(poll(&p, 1, 0));
  bytes("few", s, 10);

  puts("-- packets");
  modes("usual", 0, 0, 0, 0, 0, 0);
  int on = 1;
  SHOW(ioctl(m, TIOCPKT, &on));
  on = 5;
  SHOW(ioctl(m, TIOCGPKT, &on));
  printf("%d\n", on);
  packets("nothing");
  write(s, "text", 4);
  packets("text");
  SHOW(tcflow(s, TCOOFF));
  packets("stopped");
  SHOW(tcflow(s, TCOON));
  packets("goes on");
  tcflow(s, TCOOFF); tcflow(s, TCOON); tcflow(s, TCOON);
  packets("both");
  SHOW(tcflush(s, TCIFLUSH));
  packets("input gone");
  write(s, "lost", 4);
  usleep(20000);
  SHOW(tcflush(s, TCOFLUSH));
  packets("output gone");
  modes("no flow control", 0, IXON, 0, 0, 0, 0);
  packets("no flow control");
  modes("flow control", IXON, 0, 0, 0, 0, 0);
  packets("flow control");
  modes("other settings", IXON, 0, XTABS, 0, 0, 0);
  packets("other settings");
  write(m, "x\003", 2);
  usleep(20000);
  packets("interrupt");
  packets("echo");
  write(s, "12345", 5);
  bytes("two", m, 2);
  bytes("rest", m, 20);
  on = 0;
  ioctl(m, TIOCPKT, &on);
  SHOW(ioctl(s, TIOCPKT, &on));

  puts("-- others");
  SHOW(ioctl(s, TIOCGETD, &n)); printf("%d\n", n);
  SHOW(ioctl(s, TIOCSETD, &(int){0}));
  SHOW(ioctl(s, TIOCSTI, "k"));
  SHOW(ioctl(s, TIOCSTI, "\n"));
  bytes("pressed", s, 10);
  bytes("echo", m, 10);
  SHOW(ioctl(s, TIOCSTI, (char *)1));
  SHOW(ioctl(m, TIOCSIG, SIGINT));
  SHOW(ioctl(m, TIOCSIG, SIGTERM));
  SHOW(ioctl(s, TIOCEXCL));
  SHOW(ioctl(s, TIOCGEXCL, &n)); printf("%d\n", n);
  SHOW(open(ptsname(m), O_RDWR | O_NOCTTY) > 0);
  if (!fork()) {
    SHOW(setuid(1000));
    SHOW(ioctl(s, TIOCSTI, "k"));
    SHOW(ioctl(s, TIOCVHANGUP));
    _exit(0);
  }
  wait(0);
  SHOW(ioctl(s, TIOCNXCL));
  SHOW(tcsendbreak(s, 0));
  SHOW(ioctl(s, TIOCMGET, &n));
  unsigned t2[11];
  SHOW(ioctl(s, 0x802c542a, t2));
  printf("%x %x %x %x %d %d\n", t2[0], t2[1], t2[2], t2[3], t2[9], t2[10]);
  t2[3] &= ~ECHO;
  SHOW(ioctl(s, 0x402c542b, t2));
  tcgetattr(s, &t);
  printf("%x\n", t.c_lflag);
  t.c_cflag = CS5 | PARENB | B9600;
  SHOW(tcsetattr(s, TCSANOW, &t));
  tcgetattr(s, &t);
  printf("%x\n", t.c_cflag);
  unsigned short old[9];
  SHOW(ioctl(s, TCGETA, old));
  printf("%x %x %x %x %x\n", old[0], old[1], old[2], old[3], old[4]);
  old[3] |= ECHO;
  SHOW(ioctl(s, TCSETA, old));
  tcgetattr(s, &t);
  printf("%x %d\n", t.c_lflag, t.c_cc[VSUSP]);
  struct termios lock;
  SHOW(ioctl(s, TIOCGLCKTRMIOS, &lock));
  printf("%x %d\n", lock.c_lflag, lock.c_cc[0]);
  lock.c_lflag = ECHO; lock.c_cc[VINTR] = 1;
  SHOW(ioctl(s, TIOCSLCKTRMIOS, &lock));
  t.c_lflag = ICANON; t.c_cc[VINTR] = 9; t.c_cc[VQUIT] = 9;
  SHOW(tcsetattr(s, TCSANOW, &t));
  tcgetattr(s, &t);
  printf("%x %d %d\n", t.c_lflag, t.c_cc[VINTR], t.c_cc[VQUIT]);
  int peer = ioctl(m, TIOCGPTPEER, O_RDWR | O_NOCTTY);
  printf("%d %d\n", peer > 0, isatty(peer));
  write(peer, "peer", 4);
  bytes("peer", m, 10);
  SHOW(ioctl(s, TIOCGPTPEER, O_RDWR));
  return 0;
}
