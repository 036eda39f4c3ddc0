/*
 * Obeys a script of file operations, one a line, and prints each result as tests/kernel/fs/replay.ts does: the
 * number that the system call returned (negative errno), then what it delivered. Run in an empty directory; with
 * user 0 the directory becomes the root, so that absolute paths stay inside.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <signal.h>
#include <unistd.h>

static char *words[8], expanded[8][1 << 17];
static int count;
static char buffer[1 << 20];

/* a{300} stands for 300 times a; '' for nothing; \s for a blank */
static void split(char *line) {
  count = 0;
  for (int i = 0; i < 8; i++) words[i] = "";
  for (char *w = strtok(line, " \n"); w && count < 8; w = strtok(0, " \n")) {
    char *to = expanded[count];
    if (strcmp(w, "''"))
      for (; *w; w++) {
        char *end;
        if (w[1] == '{') { long n = strtol(w + 2, &end, 10); while (n--) *to++ = *w; w = end; }
        else if (*w == '\\') *to++ = (*++w == 's') ? ' ' : *w;
        else *to++ = *w;
      }
    *to = 0;
    words[count] = expanded[count];
    count++;
  }
}

static long number(int i) { return strtol(words[i], 0, 0); }
static int mode(int i) { return strtol(words[i], 0, 8); }

static int flags(int i) {
  static const struct { const char *name; int value; } names[] = {
    {"r", O_RDONLY}, {"w", O_WRONLY}, {"rw", O_RDWR}, {"creat", O_CREAT}, {"excl", O_EXCL}, {"trunc", O_TRUNC},
    {"append", O_APPEND}, {"nonblock", O_NONBLOCK}, {"dir", O_DIRECTORY}, {"nofollow", O_NOFOLLOW},
    {"cloexec", O_CLOEXEC}, {"path", O_PATH}, {"tmpfile", O_TMPFILE}, {"remove", AT_REMOVEDIR},
    {"lnofollow", AT_SYMLINK_NOFOLLOW}, {"empty", AT_EMPTY_PATH}, {"noreplace", 1}, {"exchange", 2}, {0}};
  int value = 0;
  char copy[256];
  strcpy(copy, words[i]);
  char *save;
  for (char *f = strtok_r(copy, "|", &save); f; f = strtok_r(0, "|", &save))
    for (int k = 0; names[k].name; k++)
      if (!strcmp(names[k].name, f)) value |= names[k].value;
  return value;
}

static int at(int i) { return strcmp(words[i], "cwd") ? number(i) : AT_FDCWD; }

static void result(long r) { printf("%ld", r < 0 ? -(long)errno : r); }

static void bytes(long n) {
  if (n > 0) putchar(' ');
  if (n > 40) { printf("[%ld]", n); return; }
  for (long i = 0; i < n; i++) buffer[i] ? putchar(buffer[i]) : printf("\\0");
}

static void status(long r, struct stat *s) {
  result(r);
  if (r < 0) return;
  printf(" %o links=%ld", s->st_mode, (long)s->st_nlink);
  if (!S_ISDIR(s->st_mode)) printf(" size=%ld", (long)s->st_size);
  printf(" uid=%d", s->st_uid);
}

static int byName(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }

static void list(int fd) {
  char *names[1000];
  int n = 0;
  long r, total = 0;
  static char all[1 << 18];
  lseek(fd, 0, SEEK_SET);
  while ((r = syscall(SYS_getdents64, fd, all + total, sizeof all - total)) > 0) total += r;
  int error = errno;
  lseek(fd, 0, SEEK_SET);
  errno = error;
  result(r);
  for (long i = 0; i < total; i += *(unsigned short *)(all + i + 16)) {
    char *name;
    asprintf(&name, "%s:%d", all + i + 19, all[i + 18]);
    names[n++] = name;
  }
  qsort(names, n, sizeof *names, byName);
  for (int i = 0; i < n; i++) printf(" %s", names[i]);
}

static int is(const char *name) { return !strcmp(words[0], name); }

static void obey(void) {
  struct stat s;
  int fds[2];
  if (is("mkdir")) result(syscall(SYS_mkdirat, AT_FDCWD, words[1], mode(2)));
  else if (is("rmdir")) result(rmdir(words[1]));
  else if (is("unlink")) result(unlink(words[1]));
  else if (is("unlinkat")) result(syscall(SYS_unlinkat, at(1), words[2], flags(3)));
  else if (is("open")) result(syscall(SYS_openat, AT_FDCWD, words[1], flags(2), count > 3 ? mode(3) : 0));
  else if (is("openat")) result(syscall(SYS_openat, at(1), words[2], flags(3), count > 4 ? mode(4) : 0));
  else if (is("close")) result(close(number(1)));
  else if (is("read")) { long n = read(number(1), buffer, number(2)); result(n); bytes(n); }
  else if (is("pread")) { long n = pread(number(1), buffer, number(2), number(3)); result(n); bytes(n); }
  else if (is("write")) result(write(number(1), words[2], strlen(words[2])));
  else if (is("pwrite")) result(pwrite(number(1), words[2], strlen(words[2]), number(3)));
  else if (is("sendfile")) {
    off_t offset = number(3);
    result(sendfile(number(1), number(2), offset < 0 ? 0 : &offset, number(4)));
  }
  else if (is("lseek")) result(lseek(number(1), number(2), number(3)));
  else if (is("stat")) status(stat(words[1], &s), &s);
  else if (is("lstat")) status(lstat(words[1], &s), &s);
  else if (is("fstat")) status(fstat(number(1), &s), &s);
  else if (is("fstatat")) status(fstatat(at(1), words[2], &s, flags(3)), &s);
  else if (is("link")) result(linkat(AT_FDCWD, words[1], AT_FDCWD, words[2], 0));
  else if (is("symlink")) result(symlink(words[1], words[2]));
  else if (is("readlink")) { long n = readlink(words[1], buffer, 4096); result(n); bytes(n); }
  else if (is("rename")) result(rename(words[1], words[2]));
  else if (is("renameat2")) result(syscall(SYS_renameat2, AT_FDCWD, words[1], AT_FDCWD, words[2], flags(3)));
  else if (is("truncate")) result(truncate(words[1], number(2)));
  else if (is("ftruncate")) result(ftruncate(number(1), number(2)));
  else if (is("chmod")) result(syscall(SYS_fchmodat, AT_FDCWD, words[1], mode(2)));
  else if (is("fchmod")) result(fchmod(number(1), mode(2)));
  else if (is("chown")) result(syscall(SYS_fchownat, AT_FDCWD, words[1], number(2), number(3), 0));
  else if (is("access")) result(syscall(SYS_faccessat, AT_FDCWD, words[1], number(2)));
  else if (is("mkfifo")) result(mknod(words[1], S_IFIFO | mode(2), 0));
  else if (is("chdir")) result(chdir(words[1]));
  else if (is("fchdir")) result(fchdir(number(1)));
  else if (is("getcwd")) { long n = syscall(SYS_getcwd, buffer, 4096); result(n); bytes(n - 1); }
  else if (is("dup")) result(dup(number(1)));
  else if (is("dup2")) result(dup2(number(1), number(2)));
  else if (is("dup3")) result(syscall(SYS_dup3, number(1), number(2), flags(3)));
  else if (is("fcntl")) result(syscall(SYS_fcntl, number(1), number(2), number(3)));
  else if (is("setfl")) result(fcntl(number(1), F_SETFL, flags(2)));
  else if (is("fionread")) { int n = 0, r = ioctl(number(1), FIONREAD, &n); result(r); printf(" %d", n); }
  else if (is("isatty")) { int n[20], r = ioctl(number(1), TCGETS, n); result(r); }
  else if (is("pipe")) { int r = pipe2(fds, flags(1)); result(r); if (!r) printf(" %d %d", fds[0], fds[1]); }
  else if (is("poll")) {
    struct pollfd p = {number(1), POLLIN | POLLOUT, 0};
    result(poll(&p, 1, 0));
    printf(" %x", p.revents);
  }
  else if (is("umask")) result(umask(mode(1)));
  else if (is("list")) list(number(1));
  else if (is("getdents")) { long n = syscall(SYS_getdents64, number(1), buffer, number(2)); result(n); }
  else if (is("user")) {
    syscall(SYS_setresuid, -1, 0, -1);
    syscall(SYS_setresgid, -1, number(1), -1);
    result(syscall(SYS_setresuid, -1, number(1), -1));
  }
  else printf("unknown operation %s", words[0]);
}

int main(int argc, char **argv) {
  static char script[1 << 22];
  long n = fread(script, 1, sizeof script - 1, stdin);
  script[n] = 0;
  close_range(3, ~0u, 0);
  setvbuf(stdout, 0, _IOLBF, 0);
  setgroups(0, 0);
  umask(022);
  signal(SIGPIPE, SIG_IGN);
  if (chroot(".") || chdir("/")) { perror("chroot"); return 1; }
  for (char *line = script; line && *line;) {
    char *end = strchr(line, '\n');
    if (end) *end = 0;
    char *next = end ? end + 1 : 0;
    split(line);
    if (count) { obey(); putchar('\n'); }
    line = next;
  }
  return 0;
}
