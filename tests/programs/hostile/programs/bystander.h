/*
 * A process that does its work beside one that means no good. It beats: sleeps a moment, reckons, writes a byte; a program in its
 * worst state waits for a few beats, which shows that others go on; and in the end the bystander tells whether its work is right.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct shared {
  volatile int beats, stop;
  /* What the hostile processes count together. */
  volatile int made, refused, spare[61];
} *shared;
static pid_t bystander;

static void nap(long microseconds) {
  struct timespec time = {microseconds / 1000000, microseconds % 1000000 * 1000};
  while (nanosleep(&time, &time) < 0 && errno == EINTR) ;
}

static unsigned mixed(unsigned sum, int beat) { return (sum ^ beat) * 16777619u; }

/* What the OOM killer leaves alone, as an administrator protects sshd. */
static void protect(void) {
  int fd = open("/proc/self/oom_score_adj", O_WRONLY);
  if (fd >= 0) write(fd, "-1000", 5), close(fd);
}

static void unprotect(void) {
  int fd = open("/proc/self/oom_score_adj", O_WRONLY);
  if (fd >= 0) write(fd, "0", 1), close(fd);
}

static void beat(int file) {
  unsigned sum = 1, again = 1;
  int count = 0, right = 1;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  while (!shared->stop) {
    nap(500);
    sum = mixed(sum, count++);
    char byte = sum;
    right &= pwrite(file, &byte, 1, count - 1) == 1;
    shared->beats = count;
  }
  for (int n = 0; n < count; n++) {
    char byte = 0;
    again = mixed(again, n);
    right &= pread(file, &byte, 1, n) == 1 && byte == (char)again;
  }
  printf("the bystander's work is %s\n", right && sum == again ? "right" : "wrong");
  fflush(stdout);
  _exit(0);
}

static void begin(void) {
  setvbuf(stdout, 0, _IOLBF, 0);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  shared = mmap(0, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  protect();
  fflush(stdout);
  bystander = fork();
  if (bystander == 0) beat(memfd_create("work", 0));
}

/* Returns when the bystander has beaten a few times more. */
static void others_go_on(void) {
  int until = shared->beats + 5;
  while (shared->beats < until) nap(300);
}

/* Runs one attempt in a process of its own group, says how it ended, and clears away what it left. */
static void attempt(const char *what, void (*body)(void)) {
  printf("%s\n", what);
  fflush(stdout);
  memset((void *)&shared->made, 0, sizeof *shared - 2 * sizeof(int));
  pid_t child = fork();
  if (child == 0) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    unprotect();
    body();
    fflush(stdout);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  kill(-child, SIGKILL);
  while (waitpid(-child, 0, 0) > 0 || errno == EINTR) ;
  if (WIFSIGNALED(status)) printf("  killed by %d\n", WTERMSIG(status));
  else printf("  exit %d\n", WEXITSTATUS(status));
  others_go_on();
}

static int end(void) {
  shared->stop = 1;
  waitpid(bystander, 0, 0);
  puts(waitpid(-1, 0, 0) < 0 && errno == ECHILD ? "nothing is left" : "somebody is left");
  return 0;
}

static void limit(int what, rlim_t most) { struct rlimit l = {most, most}; if (setrlimit(what, &l)) perror("limit"); }
static void become(int uid) { setgroups(0, 0); if (setresgid(uid, uid, uid) || setresuid(uid, uid, uid)) perror("become"); }
