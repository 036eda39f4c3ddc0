// Job control on a pseudo-terminal: who may read, write and change it; groups that nobody looks after; hanging up; whose it is.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define TRY(call) do { errno = 0; long r = (call); printf("%s = %ld %s\n", #call, r < 0 ? r : r > 0, r < 0 ? strerrorname_np(errno) : ""); } while (0)
static int m, s;
static char *name;
static volatile int got[65], order[32], orders;
static void note(int n) { got[n]++; order[orders++ & 31] = n; }
static void notes(void) {
  char line[200] = "";
  for (int i = 0; i < orders; i++) sprintf(line + strlen(line), " %d", order[i]);
  puts(line);
  orders = 0;
}
static void terminal(void) {
  m = open("/dev/ptmx", O_RDWR | O_NOCTTY);
  grantpt(m);
  unlockpt(m);
  name = strdup(ptsname(m));
}
/* A child in a group of its own, as a shell makes jobs; `body` runs in it. */
#define JOB(...) ({ pid_t p = fork(); if (!p) { setpgid(0, 0); __VA_ARGS__; _exit(0); } setpgid(p, 0); p; })
#define WAIT(p) do { int st = 0; pid_t r = waitpid(p, &st, WUNTRACED); printf("%s: ", #p); \
  r != p ? printf("%d\n", errno) : WIFSTOPPED(st) ? printf("stopped by %d\n", WSTOPSIG(st)) : WIFEXITED(st) ? printf("exit %d\n", WEXITSTATUS(st)) : printf("killed by %d\n", WTERMSIG(st)); } while (0)
#define WAIT_CONTINUED(p) do { int st; waitpid(p, &st, WCONTINUED); printf("continued %d\n", WIFCONTINUED(st)); } while (0)
/* A session of its own on a terminal of its own. */
#define SESSION(body) do { terminal(); pid_t p = fork(); if (!p) { setsid(); s = open(name, O_RDWR); body; _exit(0); } close(m); WAIT(p); } while (0)
static void reads(int fd) { char b[100]; errno = 0; int n = read(fd, b, 100); printf("read %d %s %.*s\n", n, n < 0 ? strerrorname_np(errno) : "", n > 0 ? n - 1 : 0, b); }
static void writes(int fd) { errno = 0; int n = write(fd, "x", 1); printf("write %d %s\n", n, n < 0 ? strerrorname_np(errno) : ""); }
static void type(const char *keys) { write(m, keys, strlen(keys)); }
static void shown(void) {
  struct pollfd p = {m, POLLIN};
  char b[1000];
  int n = poll(&p, 1, 20) > 0 ? read(m, b, 1000) : 0;
  printf("shown '");
  for (int i = 0; i < n; i++) b[i] >= 32 && b[i] < 127 ? putchar(b[i]) : printf("\\%o", b[i]);
  puts("'");
}

static void background(void) {
  struct termios t;
  tcgetattr(s, &t);
  t.c_lflag &= ~ECHO;
  tcsetattr(s, TCSANOW, &t);
  pid_t p = JOB(reads(s));
  WAIT(p);
  TRY(tcsetpgrp(s, p));
  type("hello\r");
  kill(-p, SIGCONT);
  WAIT(p);
  signal(SIGTTOU, SIG_IGN);
  TRY(tcsetpgrp(s, getpgrp()));
  signal(SIGTTOU, SIG_DFL);
  p = JOB(signal(SIGTTIN, SIG_IGN); reads(s));
  WAIT(p);
  p = JOB(sigset_t set; sigemptyset(&set); sigaddset(&set, SIGTTIN); sigprocmask(SIG_BLOCK, &set, 0); reads(s));
  WAIT(p);
  p = JOB(struct sigaction a = {.sa_handler = note}; sigaction(SIGTTIN, &a, 0); reads(s); notes());
  WAIT(p);
  p = JOB(writes(s); t.c_lflag |= TOSTOP; TRY(tcsetattr(s, TCSANOW, &t)));
  WAIT(p);
  kill(-p, SIGKILL);
  WAIT(p);
  p = JOB(signal(SIGTTOU, SIG_IGN); t.c_lflag |= TOSTOP; TRY(tcsetattr(s, TCSANOW, &t)); writes(s));
  WAIT(p);
  p = JOB(writes(s); puts("goes on"));
  WAIT(p);
  tcsetpgrp(s, p);
  kill(-p, SIGCONT);
  WAIT(p);
  signal(SIGTTOU, SIG_IGN);
  tcsetpgrp(s, getpgrp());
  signal(SIGTTOU, SIG_DFL);
  p = JOB(sigset_t set; sigemptyset(&set); sigaddset(&set, SIGTTOU); sigprocmask(SIG_BLOCK, &set, 0); writes(s); TRY(tcflush(s, TCIFLUSH)); TRY(tcflow(s, TCOON)); TRY(tcflow(s, 9)); TRY(tcflush(s, 9)); TRY(tcsendbreak(s, 0)); TRY(tcsetpgrp(s, getpid())));
  WAIT(p);
  signal(SIGTTOU, SIG_IGN);
  tcsetpgrp(s, getpgrp());
  signal(SIGTTOU, SIG_DFL);
  p = JOB(tcsetpgrp(s, getpid()));
  WAIT(p);
  kill(-p, SIGKILL);
  WAIT(p);
  p = JOB(struct winsize w = {1, 2}; TRY(ioctl(s, TIOCSWINSZ, &w)); TRY(ioctl(s, TIOCGWINSZ, &w)); TRY(tcgetattr(s, &t)); int n; TRY(ioctl(s, FIONREAD, &n)); TRY(tcflush(s, TCIFLUSH)));
  WAIT(p);
  kill(-p, SIGKILL);
  WAIT(p);
  // ^Z to a job that reads, then on in the foreground.
  p = JOB(tcsetpgrp(s, getpid()); signal(SIGTTOU, SIG_DFL); reads(s));
  WAIT(p);
  tcsetpgrp(s, p);
  kill(-p, SIGCONT);
  usleep(60000);
  type("\032");
  WAIT(p);
  signal(SIGTTOU, SIG_IGN);
  tcsetpgrp(s, getpgrp());
  signal(SIGTTOU, SIG_DFL);
  kill(-p, SIGCONT);
  WAIT(p);
  tcsetpgrp(s, p);
  kill(-p, SIGCONT);
  type("after\r");
  WAIT(p);
  signal(SIGTTOU, SIG_IGN);
  tcsetpgrp(s, getpgrp());
  p = JOB(signal(SIGINT, SIG_DFL); pause());
  tcsetpgrp(s, p);
  type("\003");
  WAIT(p);
  p = JOB(pause());
  tcsetpgrp(s, p);
  type("\034");
  WAIT(p);
}

static void orphans(void) {
  int ready[2];
  pipe(ready);
  pid_t p = JOB({
    // The grandchild stays behind in the job's group, whose only link to the session's leader ends.
    if (!fork()) {
      signal(SIGHUP, note);
      signal(SIGCONT, note);
      while (getppid() == getpgrp()) usleep(1000);
      usleep(60000);
      reads(s);
      TRY(tcflush(s, TCIFLUSH));
      TRY(tcsetpgrp(s, getpgrp()));
      kill(getpid(), SIGTSTP);
      kill(getpid(), SIGTTIN);
      puts("not stopped");
      notes();
      _exit(0);
    }
  });
  close(ready[1]);
  WAIT(p);
  char c;
  read(ready[0], &c, 1);
  // Stopped members are told.
  pipe(ready);
  int told[2];
  pipe(told);
  p = JOB({
    pid_t q = fork();
    if (!q) { signal(SIGHUP, note); signal(SIGCONT, note); close(ready[1]); kill(getpid(), SIGSTOP); usleep(60000); notes(); write(told[1], "x", 1); _exit(0); }
    int st;
    waitpid(q, &st, WUNTRACED);
    printf("stopped %d\n", WSTOPSIG(st));
  });
  WAIT(p);
  read(told[0], &c, 1);
  // By a reparenting: the parent of a group of its own ends.
  p = fork();
  if (!p) {
    pid_t q = JOB({ signal(SIGHUP, note); signal(SIGCONT, note); kill(getpid(), SIGSTOP); usleep(60000); notes(); write(told[1], "x", 1); });
    int st;
    waitpid(q, &st, WUNTRACED);
    _exit(0);
  }
  WAIT(p);
  read(told[0], &c, 1);
  // Nothing happens to those that are not stopped, or that somebody else looks after.
  p = fork();
  if (!p) { JOB({ signal(SIGHUP, note); signal(SIGCONT, note); usleep(50000); printf("left alone:"); notes(); write(told[1], "x", 1); }); _exit(0); }
  WAIT(p);
  read(told[0], &c, 1);
}

static void leader_ends(void) {
  signal(SIGHUP, SIG_DFL);
  pid_t p = JOB(signal(SIGHUP, note); signal(SIGCONT, note); pause(); usleep(100000); printf("front:"); notes(); TRY(open("/dev/tty", O_RDWR)); TRY(tcgetpgrp(s)); TRY(tcgetsid(s)); TRY(tcgetsid(m)); TRY(tcgetpgrp(m)));
  pid_t q = JOB(signal(SIGHUP, note); usleep(700000); printf("back:"); notes(); TRY(open("/dev/tty", O_RDWR)));
  signal(SIGTTOU, SIG_IGN);
  tcsetpgrp(s, p);
  usleep(300000);
}

static void master_ends(void) {
  int go[2];
  pipe(go);
  signal(SIGHUP, note);
  signal(SIGCONT, note);
  signal(SIGTTOU, SIG_IGN);
  int t = open("/dev/tty", O_RDWR);
  pid_t p = JOB(close(m); usleep(90000); printf("front:"); notes());
  tcsetpgrp(s, p);
  close(m);
  write(go[1], "x", 1);
  usleep(40000);
  printf("leader:");
  notes();
  reads(s);
  reads(t);
  writes(s);
  TRY(tcgetpgrp(s));
  TRY(tcsetpgrp(s, p));
  TRY(open("/dev/tty", O_RDWR));
  TRY(open(name, O_RDWR));
  WAIT(p);
  p = JOB(orders = 0; usleep(100000); printf("front, after the leader's end:"); notes());
}

static void owners(void) {
  char *first = name;
  int m1 = m, s1 = s;
  TRY(ioctl(s, TIOCSCTTY, 0));
  TRY(tcgetsid(s) == getpid());
  terminal();
  int s2 = open(name, O_RDWR);
  TRY(tcgetsid(s2));
  TRY(tcgetpgrp(s2));
  TRY(tcsetpgrp(s2, getpid()));
  TRY(ioctl(s2, TIOCSCTTY, 0));
  TRY(ioctl(s2, TIOCNOTTY));
  fflush(stdout);
  // A child does not get what its leader gets later, and gives up only its own.
  pid_t p = fork();
  if (!p) {
    TRY(ioctl(s, TIOCSCTTY, 0));
    TRY(ioctl(s, TIOCNOTTY));
    TRY(open("/dev/tty", O_RDWR));
    TRY(tcgetpgrp(s));
    TRY(tcgetattr(s, &(struct termios){0}));
    fflush(stdout);
    _exit(0);
  }
  WAIT(p);
  TRY(close(open("/dev/tty", O_RDWR)));
  // Another session cannot have it, unless it takes it away.
  p = fork();
  if (!p) {
    setsid();
    TRY(close(open(first, O_RDWR)));
    TRY(open("/dev/tty", O_RDWR));
    TRY(ioctl(s, TIOCSCTTY, 0));
    TRY(ioctl(s, TIOCSCTTY, 1));
    TRY(tcgetsid(s) == getpid());
    fflush(stdout);
    _exit(0);
  }
  WAIT(p);
  TRY(open("/dev/tty", O_RDWR));
  TRY(tcgetpgrp(s));
  int w = open(first, O_WRONLY);
  TRY(open("/dev/tty", O_RDWR));
  TRY(ioctl(s, TIOCSCTTY, 0));
  TRY(tcgetsid(s) == getpid());
  signal(SIGHUP, note);
  signal(SIGCONT, note);
  TRY(ioctl(s, TIOCNOTTY));
  notes();
  TRY(open("/dev/tty", O_RDWR));
  TRY(close(open(first, O_RDWR | O_NOCTTY)));
  TRY(open("/dev/tty", O_RDWR));
  TRY(close(open(first, O_RDWR)));
  TRY(close(open("/dev/tty", O_RDWR)));
  TRY(tcsetpgrp(s, 999999));
  TRY(tcsetpgrp(s, -1));
  TRY(tcsetpgrp(s, getppid()));
  TRY(tcgetpgrp(m1) == getpid());
  TRY(tcgetsid(m1) == getpid());
  TRY(vhangup());
  notes();
  reads(s);
  TRY(open("/dev/tty", O_RDWR));
  int again = open(first, O_RDWR);
  TRY(tcgetsid(again) == getpid());
  writes(again);
  struct pollfd ps[2] = {{s, POLLIN}, {again, POLLIN | POLLOUT}};
  int ready = poll(ps, 2, 0);
  printf("poll %d %x %x\n", ready, ps[0].revents, ps[1].revents);
  setresuid(1000, 1000, 1000);
  TRY(vhangup());
}

static void flow(void) {
  struct termios t;
  signal(SIGTTOU, SIG_IGN);
  tcgetattr(s, &t);
  t.c_lflag &= ~ECHO;
  tcsetattr(s, TCSANOW, &t);
  fcntl(s, F_SETFL, O_NONBLOCK);
  type("\023");
  usleep(40000);
  writes(s);
  shown();
  type("\021");
  usleep(40000);
  writes(s);
  shown();
  t.c_iflag |= IXANY;
  tcsetattr(s, TCSANOW, &t);
  type("\023");
  usleep(40000);
  writes(s);
  type("a\n");
  usleep(40000);
  writes(s);
  shown();
  reads(s);
  TRY(tcflow(s, TCOOFF));
  writes(s);
  TRY(tcflow(s, TCOON));
  writes(s);
  shown();
  t.c_iflag &= ~IXON;
  tcsetattr(s, TCSANOW, &t);
  type("\023\021\n");
  usleep(40000);
  reads(s);
  t.c_lflag &= ~ICANON;
  t.c_cc[VMIN] = 3;
  t.c_cc[VTIME] = 0;
  tcsetattr(s, TCSANOW, &t);
  struct pollfd p = {s, POLLIN};
  char b[100];
  type("ab");
  usleep(40000);
  printf("poll %d\n", poll(&p, 1, 0));
  errno = 0;
  printf("read %zd", read(s, b, 2));
  printf(" %zd", read(s, b, 100));
  printf(" %s\n", errno == EAGAIN ? "EAGAIN" : "");
  type("abcd");
  usleep(40000);
  printf("poll %d\n", poll(&p, 1, 0));
  printf("read %zd\n", read(s, b, 100));
  t.c_cc[VMIN] = 0;
  tcsetattr(s, TCSANOW, &t);
  fcntl(s, F_SETFL, 0);
  printf("read %zd\n", read(s, b, 100));
}

int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  SESSION(background());
  SESSION(orphans());
  SESSION(leader_ends());
  usleep(700000);
  SESSION(master_ends());
  usleep(250000);
  SESSION(owners());
  SESSION(flow());
  return 0;
}
