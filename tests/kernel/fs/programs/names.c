/* Calls on names, modes and times that the replayed scripts do not make; prints each result. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>
#include <utime.h>

#define SHOW(x) do { errno = 0; long got = (long)(x); printf("%s = %ld %d\n", #x, got, got < 0 ? errno : 0); } while (0)
static void show(const char *p) {
  struct stat s;
  int r = lstat(p, &s);
  if (s.st_mtim.tv_sec > 1000) memset(&s.st_atim, 0, 32); /* the time of day */
  printf("%s: %d %o %ld.%ld %ld.%ld\n", p, r, s.st_mode, (long)s.st_atim.tv_sec, (long)s.st_atim.tv_nsec,
         (long)s.st_mtim.tv_sec, (long)s.st_mtim.tv_nsec);
}
int main(void) {
  struct { unsigned long flags, mode, resolve, more; } how = {O_RDWR | O_CREAT, 0640, 0, 0};
  struct utimbuf u = {5, 6};
  struct timeval t[2] = {{7, 8}, {9, 10}}, bad[2] = {{7, 1000000}, {9, 10}};
  char b[100];
  umask(0);
  mkdir("d", 0755);
  symlink("f", "l");
  SHOW(syscall(SYS_openat2, AT_FDCWD, "f", &how, 24));
  SHOW(syscall(SYS_openat2, AT_FDCWD, "f", &how, 32));
  how.more = 1;
  SHOW(syscall(SYS_openat2, AT_FDCWD, "f", &how, 32));
  SHOW(syscall(SYS_openat2, AT_FDCWD, "f", &how, 8));
  how.mode = 0xffff;
  SHOW(syscall(SYS_openat2, AT_FDCWD, "f", &how, 24));
  how.mode = 0; how.flags = 1L << 40;
  SHOW(syscall(SYS_openat2, AT_FDCWD, "f", &how, 24));
  SHOW(syscall(SYS_utime, "f", &u)); show("f");
  SHOW(syscall(SYS_utimes, "f", t)); show("f");
  SHOW(syscall(SYS_utimes, "f", bad));
  SHOW(syscall(SYS_futimesat, AT_FDCWD, "l", t)); show("f");
  SHOW(syscall(SYS_utime, "nothing", &u));
  SHOW(syscall(SYS_utimes, "f", (void *)1));
  SHOW(syscall(452, AT_FDCWD, "l", 0700, 0)); show("f");
  SHOW(syscall(452, AT_FDCWD, "l", 0700, AT_SYMLINK_NOFOLLOW)); show("l");
  SHOW(syscall(452, AT_FDCWD, "f", 0600, AT_SYMLINK_NOFOLLOW)); show("f");
  SHOW(syscall(452, AT_FDCWD, "f", 0600, 1));
  SHOW(syscall(SYS_memfd_create, "x", 0x100));
  int m = syscall(SYS_memfd_create, "secret", MFD_CLOEXEC);
  printf("%d %x %d\n", m, fcntl(m, F_GETFL), fcntl(m, F_GETFD));
  sprintf(b, "/proc/self/fd/%d", m);
  SHOW(write(m, "kept", 4));
  char link[100] = "";
  SHOW(readlink(b, link, 99));
  printf("%s\n", link);
  struct stat s;
  fstat(m, &s);
  printf("%o %d %ld\n", s.st_mode, (int)s.st_nlink, (long)s.st_size);
  int again = open(b, O_RDONLY);
  SHOW(read(again, b, 10));
  SHOW(chroot("nothing"));
  SHOW(chroot("f"));
  SHOW(chroot("d"));
  SHOW(getcwd(b, 100) != 0);
  SHOW(chdir("/"));
  SHOW(syscall(SYS_getcwd, b, 100L));
  printf("%s\n", b);
  SHOW(access("/f", F_OK));
  SHOW(access("..//../f", F_OK));
  SHOW(mknod("/pipe", S_IFIFO | 0600, 0));
  SHOW(mknod("/file", S_IFREG | 0600, 0));
  SHOW(mknod("/socket", S_IFSOCK | 0600, 0));
  SHOW(mknod("/null", S_IFCHR | 0666, 0x103));
  SHOW(mknod("/dir", S_IFDIR | 0600, 0));
  SHOW(mknod("/odd", 0150000 | 0600, 0));
  int n = open("/null", O_RDWR);
  SHOW(write(n, "gone", 4));
  SHOW(read(n, b, 4));
  show("/null");
  SHOW(stat("/null", &s));
  printf("%lx\n", (long)s.st_rdev);
  SHOW(mknod("/none", S_IFCHR | 0666, 0xffff));
  SHOW(open("/none", O_RDWR));
  SHOW(mknod("/disk", S_IFBLK | 0666, 0xffff));
  SHOW(open("/disk", O_RDWR));
}
