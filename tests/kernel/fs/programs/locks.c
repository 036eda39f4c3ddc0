/* Locks between two processes that take turns over pipes; prints each result. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHOW(x) do { errno = 0; long got = (long)(x); printf("%s = %ld %d\n", #x, got, got < 0 ? errno : 0); } while (0)
static pid_t parent;
static int lock(int fd, int cmd, int type, long start, long len) {
  struct flock l = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len};
  return fcntl(fd, cmd, &l);
}
static void ask(int fd, int cmd, int type, long start, long len) {
  struct flock l = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len};
  int r = fcntl(fd, cmd, &l);
  printf("ask %ld+%ld: %d, type %d at %ld+%ld by %s\n", start, len, r, l.l_type, (long)l.l_start, (long)l.l_len,
         l.l_pid == parent ? "parent" : l.l_pid == -1 ? "-1" : l.l_pid ? "other" : "0");
}
int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  parent = getpid();
  int f = open("f", O_RDWR | O_CREAT, 0600), r = open("f", O_RDONLY), go[2], back[2];
  char c;
  pipe(go);
  pipe(back);
  SHOW(lock(f, F_SETLK, F_WRLCK, 10, 10));
  SHOW(lock(f, F_SETLK, F_RDLCK, 13, 2));
  SHOW(lock(f, F_SETLK, F_RDLCK, 30, 10));
  SHOW(lock(f, F_SETLK, F_RDLCK, 40, 0));
  SHOW(lock(r, F_SETLK, F_WRLCK, 0, 1));
  SHOW(lock(f, F_SETLK, 5, 0, 1));
  SHOW(lock(f, F_SETLK, F_RDLCK, -1, 1));
  ask(f, F_GETLK, F_WRLCK, 0, 0);
  if (!fork()) {
    ask(f, F_GETLK, F_WRLCK, 0, 0);
    ask(f, F_GETLK, F_RDLCK, 0, 0);
    ask(f, F_GETLK, F_WRLCK, 13, 1);
    ask(f, F_GETLK, F_WRLCK, 20, 10);
    ask(f, F_GETLK, F_WRLCK, 45, 1);
    SHOW(lock(f, F_SETLK, F_WRLCK, 12, 1));
    SHOW(lock(f, F_SETLK, F_RDLCK, 13, 2));
    SHOW(lock(f, F_SETLK, F_UNLCK, 0, 0));
    write(back[1], "1", 1);
    SHOW(lock(f, F_SETLKW, F_WRLCK, 10, 3));
    write(back[1], "2", 1);
    _exit(0);
  }
  read(back[0], &c, 1);
  usleep(20000);
  puts("parent closes another descriptor");
  close(dup(f));
  read(back[0], &c, 1);
  wait(0);
  SHOW(lock(f, F_OFD_SETLK, F_WRLCK, 0, 5));
  int g = open("f", O_RDWR);
  SHOW(lock(g, F_OFD_SETLK, F_WRLCK, 4, 5));
  SHOW(lock(g, F_SETLK, F_RDLCK, 0, 1));
  ask(g, F_OFD_GETLK, F_WRLCK, 0, 0);
  SHOW(flock(f, LOCK_EX));
  SHOW(flock(g, LOCK_SH | LOCK_NB));
  SHOW(flock(f, LOCK_SH));
  SHOW(flock(g, LOCK_SH | LOCK_NB));
  SHOW(flock(f, LOCK_EX | LOCK_NB));
  SHOW(flock(g, LOCK_EX | LOCK_NB));
  SHOW(flock(g, 77));
  SHOW(flock(99, LOCK_UN));
  if (!fork()) { SHOW(flock(g, LOCK_UN)); _exit(0); }
  wait(0);
  SHOW(flock(f, LOCK_EX | LOCK_NB));
  close(f);
  SHOW(flock(g, LOCK_EX | LOCK_NB));
}
