/* What threads have in common, and what they make their own; and priorities of reads and writes. Prints each result. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHOW(x) do { errno = 0; long got = (long)(x); printf("%s = %ld %d\n", #x, got, got < 0 ? errno : 0); } while (0)
static int get(int which, int who) { return syscall(SYS_ioprio_get, which, who); }
static int set(int which, int who, int value) { return syscall(SYS_ioprio_set, which, who, value); }
static void where(const char *who) {
  char path[100];
  mode_t mask = umask(0);
  umask(mask);
  printf("%s: %s %o %d\n", who, getcwd(path, 100), mask, fcntl(20, F_GETFD));
}
static void *thread(void *how) {
  SHOW(unshare((long)how));
  SHOW(chdir("/"));
  umask(077);
  dup2(1, 20);
  where("thread");
  SHOW(unshare(CLONE_VM)); SHOW(unshare(CLONE_SIGHAND)); SHOW(unshare(CLONE_THREAD));
  close(20);
  return 0;
}
static void apart(int how) {
  pthread_t t;
  chdir("/tmp"); umask(022);
  dup2(1, 20);
  pthread_create(&t, 0, thread, (void *)(long)how);
  pthread_join(t, 0);
  where("after it");
}
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  apart(0); apart(CLONE_FS); apart(CLONE_FILES); apart(CLONE_FS | CLONE_FILES);
  usleep(50000);
  SHOW(unshare(CLONE_VM)); SHOW(unshare(CLONE_SIGHAND | CLONE_SYSVSEM)); SHOW(unshare(CLONE_PARENT));
  puts("-- priorities");
  int me = getpid();
  SHOW(get(1, 0)); SHOW(get(1, me)); SHOW(get(2, 0)); SHOW(get(0, 0)); SHOW(get(4, 0)); SHOW(get(1, 999999)); SHOW(get(2, 999999)); SHOW(get(3, 54321));
  SHOW(set(1, 0, 2 << 13 | 3)); SHOW(get(1, 0)); SHOW(get(2, 0) <= (2 << 13 | 4));
  SHOW(set(1, 0, 3 << 13)); SHOW(get(1, me));
  SHOW(set(1, 0, 0)); SHOW(get(1, me));
  SHOW(set(1, 0, 3)); SHOW(set(1, 0, 4 << 13)); SHOW(set(1, 999999, 2 << 13)); SHOW(set(7, 0, 2 << 13));
  SHOW(set(1, 0, 1 << 13 | 7));
  if (!fork()) {
    printf("inherited %d\n", get(1, 0));
    SHOW(setuid(1000));
    SHOW(set(1, 0, 1 << 13)); SHOW(set(1, 0, 2 << 13 | 1)); SHOW(set(1, me, 2 << 13)); SHOW(get(1, me)); SHOW(get(3, 1000));
    SHOW(unshare(CLONE_FS)); SHOW(unshare(CLONE_NEWUTS));
    _exit(0);
  }
  wait(0);
  nice(5);
  SHOW(set(1, 0, 0));
  if (!fork()) { setpgid(0, 0); SHOW(get(2, 0)); nice(10); SHOW(get(2, 0)); _exit(0); }
  wait(0);
  return 0;
}
