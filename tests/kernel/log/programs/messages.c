// The kernel's log: what programs write into it comes out of it, and what syslog refuses.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/klog.h>
#include <time.h>
#include <unistd.h>

#define TRY(call) do { errno = 0; long r = (long)(call); printf("%s = %ld %s\n", #call, r < 0 ? -1L : r, r < 0 ? strerrorname_np(errno) : ""); } while (0)

// Lines of this run: the real log has those of earlier ones, too.
static char own[32];

static void find(const char *what) {
  char mark[64];
  sprintf(mark, "%s%s", own, what);
  char line[8192];
  int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK), n;
  long last = -1;
  while ((n = read(fd, line, sizeof line - 1)) > 0 || (n < 0 && errno == EPIPE)) {
    if (n < 0) continue;
    line[n] = 0;
    int priority;
    long number;
    unsigned long long time;
    if (sscanf(line, "%d,%ld,%llu,", &priority, &number, &time) != 3) printf("strange: %s", line);
    if (number <= last) printf("not ascending\n");
    last = number;
    char *text = strchr(line, ';');
    if (text && strstr(text, mark)) printf("%d %s", priority, text + 1 + strlen(own));
  }
  printf("then %s\n", strerrorname_np(errno));
  close(fd);
}

int main(void) {
  char all[1 << 17];
  int fd = open("/dev/kmsg", O_WRONLY);
  sprintf(own, "%d-%ld:", getpid(), (long)time(0));
  const char *lines[] = {"<3>%sone: an error\n", "%stwo: no level\\", "<14>%sthree: of facility 1\n\n"};
  for (int i = 0; i < 3; i++) {
    char line[100];
    int n = sprintf(line, lines[i], own);
    printf("%d\n", write(fd, line, n) == n);
  }
  memset(all, 'x', sizeof all);
  TRY(write(fd, all, 1025));
  find("one");
  find("two");
  find("three");
  int small = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
  TRY(read(small, all, 3));
  int n = klogctl(3, all, sizeof all - 1);
  all[n > 0 ? n : 0] = 0;
  char mark[64];
  sprintf(mark, "%sone", own);
  char *at = strstr(all, mark);
  if (at) at += strlen(own);
  printf("%d %.*s", at != 0, at ? (int)(strchr(at, '\n') + 1 - at) : 0, at);
  TRY(klogctl(0, 0, 0));
  TRY(klogctl(1, 0, 0));
  TRY(klogctl(3, 0, 5));
  TRY(klogctl(3, all, -1));
  TRY(klogctl(8, 0, 9));
  TRY(klogctl(99, 0, 0));
  TRY(klogctl(10, 0, 0) > 0);
  if (setuid(65534)) return 1;
  TRY(klogctl(5, 0, 0));
  TRY(open("/dev/kmsg", O_WRONLY));
  return 0;
}
