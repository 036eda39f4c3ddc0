/* Vectors, copies within the kernel, allocation and holes; prints each result. Runs in an empty folder. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

#define SHOW(x) do { errno = 0; long got = (long)(x); printf("%s = %ld %d\n", #x, got, got < 0 ? errno : 0); } while (0)
static void dump(int fd) {
  char b[64];
  long n = pread(fd, b, 60, 0);
  printf("content %ld:", n);
  for (long i = 0; i < n; i++) printf("%c", b[i] ? b[i] : '.');
  puts("");
}
static void blocks(int fd) {
  struct stat s;
  fstat(fd, &s);
  printf("size %ld blocks %ld\n", (long)s.st_size, (long)s.st_blocks);
}
int main(void) {
  int a = open("a", O_RDWR | O_CREAT, 0644), b = open("b", O_RDWR | O_CREAT, 0644), p[2], q[2];
  char x[8] = "xxxxxxx", y[8] = "yyyyyyy", big[5000];
  struct iovec v[2] = {{"hello ", 6}, {"world", 5}}, w[2] = {{x, 3}, {y, 7}};
  SHOW(writev(a, v, 2));
  SHOW(pwritev(a, v, 2, 20));
  SHOW(preadv(a, w, 2, 2));
  printf("%.3s %.7s\n", x, y);
  SHOW(preadv(a, w, 2, -1));
  SHOW(preadv2(a, w, 2, -1, 0));
  SHOW(pwritev2(a, v, 1, 0, RWF_APPEND));
  SHOW(pwritev2(a, v, 1, 0, 0x4000));
  SHOW(readv(a, w, 1025));
  SHOW(readv(a, w, -1));
  SHOW(writev(a, (struct iovec *)1, 1));
  dump(a);
  loff_t from = 3, to = 1;
  SHOW(copy_file_range(a, &from, b, &to, 10, 0));
  printf("%ld %ld\n", (long)from, (long)to);
  SHOW(copy_file_range(a, &from, b, &to, 10, 1));
  from = 0; to = 2;
  SHOW(copy_file_range(a, &from, a, &to, 10, 0));
  from = 1000;
  SHOW(copy_file_range(a, &from, b, &to, 10, 0));
  dump(b);
  SHOW(pipe(p));
  SHOW(pipe(q));
  SHOW(copy_file_range(p[0], 0, b, 0, 10, 0));
  from = 0;
  SHOW(splice(a, &from, p[1], 0, 11, 0));
  SHOW(splice(a, 0, b, 0, 11, 0));
  SHOW(splice(a, 0, p[1], &from, 11, 0));
  SHOW(splice(p[0], 0, p[1], 0, 11, 0));
  SHOW(tee(p[0], q[1], 5, 0));
  SHOW(tee(p[0], p[1], 5, 0));
  SHOW(splice(p[0], 0, q[1], 0, 100, 0));
  SHOW(splice(p[0], 0, q[1], 0, 100, SPLICE_F_NONBLOCK));
  SHOW(lseek(b, 0, SEEK_SET));
  SHOW(splice(q[0], 0, b, 0, 100, 0));
  dump(b);
  SHOW(sendfile(b, a, 0, 4));
  SHOW(ftruncate(b, 0));
  blocks(b);
  SHOW(fallocate(b, FALLOC_FL_KEEP_SIZE, 0, 8192));
  blocks(b);
  SHOW(fallocate(b, 0, 4096, 12288));
  blocks(b);
  memset(big, 'z', sizeof big);
  SHOW(pwrite(b, big, sizeof big, 4000));
  SHOW(fallocate(b, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 4010, 4186));
  blocks(b);
  SHOW(pread(b, big, 20, 4000));
  for (int i = 0; i < 20; i++) putchar(big[i] ? big[i] : '.');
  puts("");
  SHOW(lseek(b, 4096, SEEK_HOLE));
  SHOW(lseek(b, 4096, SEEK_DATA));
  SHOW(fallocate(b, FALLOC_FL_PUNCH_HOLE, 0, 1));
  SHOW(fallocate(b, 0, -1, 1));
  SHOW(fallocate(b, 0, 0, 0));
  SHOW(fallocate(p[1], 0, 0, 1));
  SHOW(fallocate(p[0], 0, 0, 1));
  SHOW(fallocate(b, FALLOC_FL_COLLAPSE_RANGE, 0, 4096));
  SHOW(fallocate(b, 0x1000, 0, 4096));
  SHOW(fsync(a));
  SHOW(fsync(p[0]));
  SHOW(fdatasync(99));
  SHOW(posix_fadvise(p[0], 0, 0, 0));
  SHOW(posix_fadvise(a, 0, 0, 9));
  SHOW(readahead(a, 0, 10));
  SHOW(readahead(p[0], 0, 10));
  SHOW(sync_file_range(a, 0, 10, 2));
  SHOW(sync_file_range(p[0], 0, 10, 2));
  SHOW(listxattr("a", big, 100));
  SHOW(getxattr("nothing", "user.x", big, 100));
  SHOW(syscall(SYS_close_range, 100, 50, 0));
  SHOW(syscall(SYS_close_range, p[0], q[1], 4));
  SHOW(fcntl(p[0], F_GETFD));
  SHOW(syscall(SYS_close_range, p[0], ~0U, 0));
  SHOW(fcntl(p[0], F_GETFD));
  SHOW(fcntl(a, F_GETFD));
}
