/* /proc/PID/task, thread-self, names that threads give each other, signals by /proc's directories, clocks of CPU time by number. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SHOW(x) do { errno = 0; long got = (long)(x); printf("%s = %ld %d\n", #x, got, got < 0 ? errno : 0); } while (0)
static pthread_barrier_t met;
static int own;
static pthread_t other;

static void show(const char *path) {
  char text[256] = "";
  int fd = open(path, O_RDONLY);
  int length = fd < 0 ? -errno : read(fd, text, sizeof text - 1);
  close(fd);
  printf("%d [%s]\n", length, text);
}
static int count(const char *path, int *others) {
  DIR *folder = opendir(path);
  int found = 0;
  *others = 0;
  for (struct dirent *one; folder && (one = readdir(folder)); )
    if (atoi(one->d_name)) { found++; if (atoi(one->d_name) == own) ++*others; }
  if (folder) closedir(folder);
  return found;
}
static void *thread(void *unused) {
  own = syscall(SYS_gettid);
  pthread_barrier_wait(&met);
  pthread_barrier_wait(&met);
  char path[64], expected[64];
  SHOW(readlink("/proc/thread-self", path, sizeof path) == sprintf(expected, "%d/task/%d", getpid(), own) && !strncmp(path, expected, strlen(expected)));
  struct timespec used;
  do clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used); while (used.tv_sec == 0 && used.tv_nsec < 100000000);
  pthread_barrier_wait(&met);
  pthread_barrier_wait(&met);
  return 0;
}
static long field_of(const char *path, int wanted) {
  char line[1024];
  FILE *file = fopen(path, "r");
  if (!file) return -errno;
  fgets(line, sizeof line, file);
  fclose(file);
  char *word = strtok(strrchr(line, ')') + 1, " ");
  for (int n = 3; n < wanted; n++) word = strtok(0, " ");
  return atol(word);
}
/* Ticks in user mode and in the kernel. */
static long ticks(const char *path) { return field_of(path, 14) + field_of(path, 15); }
static void handler(int s) { printf("signal %d\n", s); }

int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  char path[128], text[64];
  struct stat status;
  int listed;
  pthread_barrier_init(&met, 0, 2);
  pthread_create(&other, 0, thread, 0);
  pthread_barrier_wait(&met);
  SHOW(count("/proc/self/task", &listed));
  SHOW(listed);
  count("/proc", &listed);
  SHOW(listed);
  sprintf(path, "/proc/%d", own);
  SHOW(stat(path, &status));
  sprintf(path, "/proc/%d/task/%d/comm", getpid(), own);
  SHOW(truncate(path, 0));
  int fd = open(path, O_RDWR);
  SHOW(write(fd, "worker", 6));
  show(path);
  SHOW(write(fd, "a name that is too long", 23));
  show(path);
  SHOW(write(fd, "line\n", 5));
  show(path);
  SHOW(write(fd, "", 1));
  show(path);
  SHOW(pwrite(fd, "x", 1, 0));
  close(fd);
  pthread_setname_np(other, "set by name");
  show(path);
  show("/proc/self/comm");
  SHOW(pthread_getname_np(other, text, sizeof text));
  puts(text);
  sprintf(path, "/proc/self/task/%d/task", own);
  SHOW(stat(path, &status));
  SHOW(stat("/proc/self/children", &status));
  SHOW(stat("/proc/0", &status));
  SHOW(stat("/proc/01", &status));
  SHOW(stat("/proc/self/task/1", &status));
  pthread_barrier_wait(&met);
  pthread_barrier_wait(&met);
  sprintf(path, "/proc/self/task/%d/stat", own);
  long mine = ticks("/proc/thread-self/stat"), its = ticks(path), all = ticks("/proc/self/stat");
  printf("threads %ld, it used %d, I did not %d, together %d\n", field_of(path, 20), its > 0, mine <= its, all >= its);
  clockid_t clock;
  struct timespec used, process;
  SHOW(pthread_getcpuclockid(other, &clock));
  SHOW(clock_gettime(clock, &used));
  SHOW(clock_getcpuclockid(0, &clock));
  SHOW(clock_gettime(clock, &process));
  SHOW(used.tv_sec || used.tv_nsec);
  SHOW(process.tv_sec > used.tv_sec || process.tv_nsec >= used.tv_nsec || process.tv_sec == used.tv_sec);
  SHOW(clock_getcpuclockid(999999, &clock) == ESRCH);
  SHOW(clock_gettime((~999999 << 3) | 2, &used));
  SHOW(clock_gettime((~0 << 3) | 0, &used));
  SHOW(clock_gettime((~0 << 3) | 1, &used));
  SHOW(clock_gettime((~0 << 3) | 3, &used));
  pthread_barrier_wait(&met);
  pthread_join(other, 0);
  SHOW(count("/proc/self/task", &listed));
  sprintf(path, "/proc/%d", own);
  SHOW(stat(path, &status));

  int child = fork();
  if (!child) { pause(); _exit(0); }
  sprintf(path, "/proc/self/task/%d/children", getpid());
  fd = open(path, O_RDONLY);
  int length = read(fd, text, sizeof text - 1);
  text[length < 0 ? 0 : length] = 0;
  SHOW(atoi(text) == child && text[length - 1] == ' ');
  close(fd);
  sprintf(path, "/proc/%d/comm", child);
  fd = open(path, O_WRONLY);
  SHOW(write(fd, "stolen", 6));
  close(fd);
  SHOW(clock_gettime((~child << 3) | 6, &used));
  SHOW(clock_gettime((~child << 3) | 2, &used));
  signal(SIGUSR1, handler);
  sprintf(path, "/proc/%d", child);
  int folder = open(path, O_RDONLY | O_DIRECTORY), self = open("/proc/self", O_RDONLY), task = open("/proc/thread-self", O_RDONLY), top = open("/proc", O_RDONLY);
  SHOW(syscall(SYS_pidfd_send_signal, self, SIGUSR1, NULL, 0));
  SHOW(syscall(SYS_pidfd_send_signal, task, SIGUSR1, NULL, 0));
  SHOW(syscall(SYS_pidfd_send_signal, top, SIGUSR1, NULL, 0));
  SHOW(syscall(SYS_pidfd_send_signal, folder, SIGKILL, NULL, 0));
  int how;
  SHOW(waitpid(child, &how, 0) == child && WTERMSIG(how) == SIGKILL);
  SHOW(syscall(SYS_pidfd_send_signal, folder, 0, NULL, 0));

  /* Who closes what a listing of descriptors tells misses none, however small the pieces of the listing. */
  for (int n = 0; n < 60; n++) dup(1);
  int listing = open("/proc/self/fd", O_RDONLY | O_DIRECTORY), closed = 0;
  char entries[96];
  for (int got; (got = syscall(SYS_getdents64, listing, entries, sizeof entries)) > 0; )
    for (int at = 0; at < got; at += *(unsigned short *)(entries + at + 16)) {
      int number = atoi(entries + at + 19);
      if (number > 2 && number != listing && !close(number)) closed++;
    }
  int left = 0;
  for (int n = 3; n < 200; n++) if (n != listing && fcntl(n, F_GETFD) >= 0) left++;
  printf("closed %d, left %d\n", closed >= 60, left);
  return 0;
}
