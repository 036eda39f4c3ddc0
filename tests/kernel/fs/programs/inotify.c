// inotify: what each operation on files tells, to whom watches the file and to whom watches its folder; errors, merging, overflow.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define TRY(call) do { errno = 0; long r = (call); printf("%s = %ld %s\n", #call, r < 0 ? r : r > 0, r < 0 ? strerrorname_np(errno) : ""); } while (0)
#define BAD ((void *)8)
static int n;
static unsigned last, cookies[64];
static int cookie(unsigned c) { if (!c) return 0; for (int i = 1; i < 64; i++) { if (cookies[i] == c) return i; if (!cookies[i]) { cookies[i] = c; return i; } } return -1; }
static const char *names[] = {"ACCESS", "MODIFY", "ATTRIB", "CLOSE_WRITE", "CLOSE_NOWRITE", "OPEN", "MOVED_FROM", "MOVED_TO", "CREATE", "DELETE", "DELETE_SELF", "MOVE_SELF", 0, "UNMOUNT", "Q_OVERFLOW", "IGNORED"};
static void events(const char *what) {
  char b[65536] __attribute__((aligned(8)));
  printf("%s:\n", what);
  for (ssize_t got; (got = read(n, b, sizeof b)) > 0;)
    for (char *at = b; at < b + got;) {
      struct inotify_event *e = (void *)at;
      printf("  %d", e->wd);
      for (int i = 0; i < 16; i++) if (e->mask >> i & 1) printf(" %s", names[i]);
      if (e->mask & IN_ISDIR) printf(" ISDIR");
      if (e->mask & 0xbfff1000 & ~IN_ISDIR) printf(" %x", e->mask);
      if (e->cookie) printf(" cookie %d", cookie(e->cookie));
      if (e->len) printf(" %s (%d)", e->name, e->len);
      puts("");
      at += sizeof *e + e->len;
    }
}
#define SHOW(call) do { call; events(#call); } while (0)
static char buf[5000];

int main(void) {
  setvbuf(stdout, 0, _IONBF, 0);
  chmod(".", 0755);
  mkdir("d", 0755);
  mkdir("e", 0755);
  TRY(inotify_init1(1));
  TRY(inotify_init1(-1));
  n = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  printf("%x %x\n", fcntl(n, F_GETFL), fcntl(n, F_GETFD));
  readlink("/proc/self/fd/3", buf, 100);
  puts(buf);
  TRY(read(n, buf, 100));
  TRY(write(n, buf, 100));
  TRY(lseek(n, 0, SEEK_SET));
  TRY(inotify_add_watch(n, "d", 0));
  TRY(inotify_add_watch(n, "d", 0x1000));
  TRY(inotify_add_watch(n, "none", IN_CREATE));
  TRY(inotify_add_watch(n, BAD, IN_CREATE));
  TRY(inotify_add_watch(n, "", IN_CREATE));
  TRY(inotify_add_watch(1, "d", IN_CREATE));
  TRY(inotify_add_watch(99, "d", IN_CREATE));
  TRY(inotify_add_watch(n, "d", IN_CREATE | IN_MASK_ADD | IN_MASK_CREATE));
  TRY(inotify_rm_watch(n, 1));
  TRY(inotify_rm_watch(n, -1));
  TRY(inotify_rm_watch(1, 1));
  TRY(inotify_rm_watch(99, 1));
  int d = inotify_add_watch(n, "d", IN_ALL_EVENTS);
  printf("d %d\n", d);
  int f;
  SHOW(f = open("d/f", O_RDWR | O_CREAT, 0644));
  SHOW(write(f, "hello", 5));
  SHOW(write(f, "", 0));
  SHOW(pwrite(f, "j", 1, 0));
  SHOW(read(f, buf, 10));
  SHOW(lseek(f, 0, SEEK_SET));
  SHOW(read(f, buf, 10));
  SHOW(pread(f, buf, 10, 0));
  SHOW(ftruncate(f, 3));
  SHOW(ftruncate(f, 3));
  SHOW(fchmod(f, 0600));
  SHOW(fchown(f, -1, -1));
  SHOW(fchown(f, 0, 0));
  SHOW(posix_fallocate(f, 0, 100));
  SHOW(fsync(f));
  SHOW(close(f));
  SHOW(chmod("d/f", 0644));
  SHOW(chown("d/f", 1, 1));
  SHOW(truncate("d/f", 10));
  SHOW(utimensat(AT_FDCWD, "d/f", 0, 0));
  struct timespec t[2] = {{5, 0}, {0, UTIME_OMIT}}, u[2] = {{0, UTIME_OMIT}, {5, 0}}, v[2] = {{1, 1}, {2, 2}};
  SHOW(utimensat(AT_FDCWD, "d/f", t, 0));
  SHOW(utimensat(AT_FDCWD, "d/f", u, 0));
  SHOW(utimensat(AT_FDCWD, "d/f", v, 0));
  SHOW(setxattr("d/f", "user.a", "b", 1, 0));
  SHOW(removexattr("d/f", "user.a"));
  SHOW(f = open("d/f", O_RDONLY));
  SHOW(close(f));
  SHOW(f = open("d/f", O_WRONLY | O_TRUNC));
  SHOW(close(f));
  SHOW(f = open("d/f", O_PATH));
  SHOW(close(f));
  SHOW(mkdir("d/sub", 0755));
  SHOW(symlink("f", "d/link"));
  SHOW(mknod("d/fifo", S_IFIFO | 0644, 0));
  SHOW(link("d/f", "d/hard"));
  SHOW(f = open("d/link", O_RDONLY));
  SHOW(close(f));
  SHOW(readlink("d/link", buf, 10));
  SHOW(stat("d/f", (void *)buf));
  SHOW(access("d/f", R_OK));
  SHOW(rename("d/f", "d/g"));
  SHOW(rename("d/g", "e/g"));
  SHOW(rename("e/g", "d/f"));
  SHOW(rename("d/f", "d/hard"));
  SHOW(close(open("d/other", O_CREAT | O_WRONLY, 0644)));
  SHOW(rename("d/other", "d/f"));
  SHOW(close(open("d/other", O_CREAT | O_WRONLY, 0644)));
  SHOW(rename("d/other", "d/f"));
  SHOW(syscall(SYS_renameat2, AT_FDCWD, "d/f", AT_FDCWD, "d/sub", 2));
  SHOW(syscall(SYS_renameat2, AT_FDCWD, "d/f", AT_FDCWD, "d/sub", 2));
  SHOW(rename("d/sub", "e/sub"));
  SHOW(rename("e/sub", "d/sub"));
  SHOW(f = open("d", O_RDONLY | O_DIRECTORY));
  SHOW(syscall(SYS_getdents64, f, buf, sizeof buf));
  SHOW(syscall(SYS_getdents64, f, buf, sizeof buf));
  SHOW(close(f));
  SHOW(chmod("d", 0700));
  SHOW(unlink("d/link"));
  SHOW(unlink("d/fifo"));
  SHOW(unlink("d/hard"));
  SHOW(rmdir("d/sub"));
  // The file itself.
  f = open("d/f", O_RDWR);
  write(f, "content", 7);
  events("before");
  int w = inotify_add_watch(n, "d/f", IN_ALL_EVENTS);
  printf("w %d\n", w);
  SHOW(write(f, "x", 1));
  SHOW(link("d/f", "e/l"));
  int g = open("e/l", O_RDWR);
  events("by another name");
  SHOW(write(g, "y", 1));
  SHOW(pread(g, buf, 1, 0));
  SHOW(close(g));
  SHOW(unlink("e/l"));
  SHOW(chmod("d/f", 0644));
  SHOW(rename("d/f", "d/h"));
  SHOW(unlink("d/h"));
  SHOW(write(f, "z", 1));
  SHOW(close(f));
  TRY(inotify_rm_watch(n, w));
  // A folder that goes.
  int s;
  mkdir("d/sub", 0755);
  events("sub");
  s = inotify_add_watch(n, "d/sub", IN_ALL_EVENTS);
  printf("s %d\n", s);
  SHOW(rename("d/sub", "d/bus"));
  SHOW(rename("d/bus", "e/bus"));
  SHOW(rename("e/bus", "d/sub"));
  SHOW(close(open("d/sub/x", O_CREAT | O_WRONLY, 0644)));
  SHOW(unlink("d/sub/x"));
  SHOW(rmdir("d/sub"));
  // Removal, changes of the mask, one shot.
  SHOW(inotify_rm_watch(n, d));
  TRY(inotify_rm_watch(n, d));
  d = inotify_add_watch(n, "d", IN_CREATE);
  printf("d %d\n", d);
  TRY(inotify_add_watch(n, "d", IN_DELETE | IN_MASK_CREATE));
  TRY(inotify_add_watch(n, "d", IN_DELETE | IN_MASK_ADD) == d);
  SHOW(close(open("d/a", O_CREAT | O_WRONLY, 0644)));
  SHOW(unlink("d/a"));
  TRY(inotify_add_watch(n, "d", IN_DELETE) == d);
  SHOW(close(open("d/a", O_CREAT | O_WRONLY, 0644)));
  TRY(inotify_add_watch(n, "d/a", IN_CREATE | IN_ONLYDIR));
  symlink("a", "d/s");
  int l = inotify_add_watch(n, "d/s", IN_ALL_EVENTS | IN_DONT_FOLLOW), a = inotify_add_watch(n, "d/s", IN_MODIFY | IN_ONESHOT);
  printf("l %d a %d\n", l, a);
  f = open("d/a", O_RDWR);
  SHOW(write(f, "1", 1));
  SHOW(write(f, "2", 1));
  TRY(inotify_rm_watch(n, a));
  SHOW(unlink("d/s"));
  // Equal events in a row are one; others are not.
  a = inotify_add_watch(n, "d/a", IN_ALL_EVENTS);
  for (int i = 0; i < 5; i++) write(f, "m", 1);
  events("merged");
  for (int i = 0; i < 3; i++) { pwrite(f, "m", 1, 0); pread(f, buf, 1, 0); }
  events("in turn");
  SHOW(sendfile(f, f, &(off_t){0}, 2));
  SHOW(copy_file_range(f, &(off_t){0}, f, &(off_t){10}, 3, 0));
  // Reading: the room must do for the first event.
  close(f);
  f = open("d/with-a-long-name", O_CREAT | O_WRONLY, 0644);
  unlink("d/with-a-long-name");
  int waiting = 0;
  ioctl(n, FIONREAD, &waiting);
  printf("waiting %d\n", waiting);
  TRY(read(n, buf, 15));
  printf("read %zd", read(n, buf, 16));
  printf(" %zd", read(n, buf, 33));
  printf(" %zd\n", read(n, buf, 100));
  struct pollfd p = {n, POLLIN | POLLOUT};
  printf("poll %d %x\n", poll(&p, 1, 0), p.revents & ~0);
  events("rest");
  // Who waits.
  close(f);
  fcntl(n, F_SETFL, 0);
  if (!fork()) { usleep(40000); close(open("d/wake", O_CREAT | O_WRONLY, 0644)); unlink("d/wake"); _exit(0); }
  printf("read %d\n", (int)read(n, buf, 100) > 0);
  wait(0);
  fcntl(n, F_SETFL, O_NONBLOCK);
  events("rest");
  int e = epoll_create1(0);
  struct epoll_event want = {EPOLLIN, {.u32 = 7}}, back;
  epoll_ctl(e, EPOLL_CTL_ADD, n, &want);
  printf("epoll %d\n", epoll_wait(e, &back, 1, 0));
  if (!fork()) { usleep(40000); unlink("d/a"); _exit(0); }
  printf("epoll %d\n", epoll_wait(e, &back, 1, 1000));
  wait(0);
  events("woken");
  // Unlinked children and IN_EXCL_UNLINK.
  inotify_rm_watch(n, d);
  events("removed");
  d = inotify_add_watch(n, "d", IN_ALL_EVENTS | IN_EXCL_UNLINK);
  f = open("d/u", O_CREAT | O_RDWR, 0644);
  unlink("d/u");
  events("unlinked");
  SHOW(write(f, "1", 1));
  SHOW(close(f));
  inotify_add_watch(n, "d", IN_ALL_EVENTS);
  f = open("d/u", O_CREAT | O_RDWR, 0644);
  unlink("d/u");
  events("unlinked");
  SHOW(write(f, "1", 1));
  SHOW(close(f));
  // Two watchers of one thing, and rights.
  int n2 = inotify_init1(IN_NONBLOCK);
  int d2 = inotify_add_watch(n2, "d", IN_CREATE);
  close(open("d/two", O_CREAT | O_WRONLY, 0644));
  printf("second %d %d\n", d2, (int)read(n2, buf, 100));
  events("first");
  close(open("d/three", O_CREAT | O_WRONLY, 0644));
  TRY(read(n2, BAD, 100));
  close(n2);
  chmod("e", 0300);
  chmod("d", 0755);
  events("chmod");
  if (!fork()) {
    setresuid(1000, 1000, 1000);
    TRY(inotify_add_watch(n, "e", IN_CREATE));
    TRY(inotify_add_watch(n, "d/two", IN_CREATE));
    _exit(0);
  }
  wait(0);
  // A run of a program, and overflow.
  events("rest");
  for (int i = 0; i < 20000; i++) { struct stat st; pwrite(f = open("d/two", O_RDWR), "x", 1, 0); close(f); if (i == 0) events("one round"); }
  int count = 0, overflow = 0;
  static char big[1 << 20];
  for (ssize_t got; (got = read(n, big, sizeof big)) > 0;)
    for (char *at = big; at < big + got;) { struct inotify_event *ev = (void *)at; count++; if (ev->mask & IN_Q_OVERFLOW) overflow = ev->wd * 1000 + (at + sizeof *ev + ev->len == big + got); at += sizeof *ev + ev->len; }
  printf("%d events, overflow %d\n", count, overflow);
  return 0;
}
