// /proc/PID/oom_score_adj: what may be written, who may lower it, and what children get.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int fd;
static void show(const char *what) {
  char text[20] = {0};
  int f = open("/proc/self/oom_score_adj", O_RDONLY);
  int n = read(f, text, 19);
  close(f);
  printf("%s: %.*s\n", what, n > 0 ? n - 1 : 0, text);
}
static void set(const char *text) {
  errno = 0;
  int n = pwrite(fd, text, strlen(text), 0);
  printf("[%s] %d %s: ", text, n, n < 0 ? strerrorname_np(errno) : "");
  show("now");
}
static int score(void) {
  char text[20] = {0};
  int f = open("/proc/self/oom_score", O_RDONLY);
  read(f, text, 19);
  close(f);
  return atoi(text);
}

int main(void) {
  // Without rights from here on: user 0 may lack the right to lower it, too.
  fd = open("/proc/self/oom_score_adj", O_RDWR);
  setuid(65534);
  const char *texts[] = {"0", "1000", "1001", "-1000", "-1001", "500", " 7 ", "0x10", "010", "08", "+5", "--5", "", "x", "5x",
                         "5\n", "5 6", "123456789012345", "000000000000009", "-", "12\n\n", "-0"};
  for (int i = 0; i < sizeof texts / sizeof *texts; i++) set(texts[i]);
  set("1000");
  printf("gladly killed: %d\n", score() >= 1300);
  set("0");
  printf("neither: %d\n", score() >= 600 && score() < 700);
  set("300");
  fflush(stdout);
  if (!fork()) {
    show("child");
    set("400");
    fflush(stdout);
    _exit(0);
  }
  wait(0);
  show("parent");
  fflush(stdout);
  printf("%d\n", open("/proc/self/oom_score", O_WRONLY));
  return 0;
}
