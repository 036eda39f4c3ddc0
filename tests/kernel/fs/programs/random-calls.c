/*
 * Calls on files drawn by lot, in several processes at once, each with a seed, a folder and a log of its own: what one does must not be
 * seen by the others. Each call is logged with its result, and at the end what the folder has become. Nothing is drawn that waits, or
 * whose answer is the machine's own affair (times, numbers of inodes, the order of names). Left out: sendfile, splice, sockets of
 * packets, and holes of files.
 *
 *     random-calls SEED CALLS PROCESSES
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST = 20, DESCRIPTORS = 14, LONGEST = 9000, LARGEST = 1 << 18 };

static uint64_t state;
static unsigned lot(unsigned below) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return (state * 0x2545f4914f6cdd1dull >> 33) % below;
}

static FILE *notes;
static char buffer[LONGEST + 8];

static unsigned hash(const char *bytes, long length) {
  unsigned value = 2166136261u;
  for (long n = 0; n < length; n++) value = (value ^ (unsigned char)bytes[n]) * 16777619u;
  return value;
}

/* What came of it; `shown` bytes of the buffer belong to the answer. */
static long told(long result, long shown) {
  if (result < 0) fprintf(notes, " = %s\n", strerrorname_np(errno));
  else if (shown > 0) fprintf(notes, " = %ld %08x\n", result, hash(buffer, shown));
  else fprintf(notes, " = %ld\n", result);
  return result;
}

static const char *const NAMES[] = {
  "a", "b", "c", "one/a", "one/b", "one/two/a", "one", "two", "one/two", "one/three", "link", "link/a", "two/link", "absent/a", "a/b", ".", "..", "one/..", "two/", "a/", "", "queue", "one/queue",
};
static const char *name(void) { return NAMES[lot(sizeof NAMES / sizeof *NAMES)]; }
static int fd(void) { return lot(30) ? FIRST + lot(DESCRIPTORS) : lot(2) ? -1 : 500; }
static long size(void) { static const long sizes[] = {0, 1, 7, 512, 4095, 4096, 4097, LONGEST}; return lot(3) ? sizes[lot(8)] : lot(LONGEST); }
static long place(void) { return lot(20) ? lot(4) ? lot(20000) : lot(LARGEST) : -(long)lot(3); }

static void fill(long length) {
  unsigned value = lot(1u << 30);
  for (long n = 0; n < length; n++) buffer[n] = value >> n % 24;
}

/* A new descriptor takes one of the numbers that are drawn, as dup2 does. */
static void keep(int made) {
  if (made < 0) return;
  int number = FIRST + lot(DESCRIPTORS);
  dup2(made, number);
  close(made);
  fprintf(notes, "  as %d\n", number);
}

static void pair(int *ends, int result) {
  told(result, 0);
  if (result < 0) return;
  keep(ends[0]);
  keep(ends[1]);
}

static void describe(const struct stat *s) {
  fprintf(notes, "  %06o %ld links", s->st_mode, (long)s->st_nlink);
  if (S_ISREG(s->st_mode) || S_ISLNK(s->st_mode)) fprintf(notes, ", %ld bytes", (long)s->st_size);
  fprintf(notes, "\n");
}

#define LOG(...) fprintf(notes, __VA_ARGS__)
#define ONE(words, call, shown) do { LOG words; errno = 0; long r = (call); told(r, shown); } while (0)

/* How much room a pipe or a socket has for many small pieces is Linux's own affair: they are not filled. */
static long little(int fd, long wanted) {
  struct stat s;
  int held = 0;
  if (fstat(fd, &s) < 0) return wanted;
  if (S_ISFIFO(s.st_mode) && ioctl(fd, FIONREAD, &held) == 0 && held > 16384) return 0;
  return S_ISSOCK(s.st_mode) && wanted > 512 ? 512 : wanted;
}

static void draw(void) {
  struct stat s;
  int ends[2], a = fd(), b = fd(), flags;
  long n = size(), at = place();
  const char *from = name(), *to = name();
  switch (lot(48)) {
    case 0: case 1: case 2: case 3:
      flags = (int[]){O_RDONLY, O_WRONLY, O_RDWR, O_RDWR}[lot(4)] | O_NONBLOCK;
      if (lot(2)) flags |= O_CREAT;
      if (!lot(5)) flags |= O_EXCL;
      if (!lot(5)) flags |= O_TRUNC;
      if (!lot(5)) flags |= O_APPEND;
      if (!lot(8)) flags |= O_DIRECTORY;
      if (!lot(8)) flags |= O_NOFOLLOW;
      if (!lot(12)) flags |= O_PATH;
      LOG("open %s %#o", from, flags);
      errno = 0;
      a = open(from, flags, 0600 | lot(0200));
      told(a < 0 ? a : 0, 0);
      keep(a);
      break;
    case 4: ONE(("close %d", a), close(a), 0); break;
    case 5: case 6: case 7: { LOG("read %d %ld", a, n); errno = 0; long r = read(a, buffer, n); told(r, r); break; }
    case 8: case 9: case 10: case 11: n = little(a, n); fill(n); ONE(("write %d %ld", a, n), write(a, buffer, n), 0); break;
    case 12: { LOG("pread %d %ld %ld", a, n, at); errno = 0; long r = pread(a, buffer, n, at); told(r, r); break; }
    case 13: fill(n); ONE(("pwrite %d %ld %ld", a, n, at), pwrite(a, buffer, n, at), 0); break;
    case 14: case 15: flags = lot(3); ONE(("lseek %d %ld %d", a, at, flags), lseek(a, at, flags), 0); break;
    case 16: b = FIRST + lot(DESCRIPTORS); ONE(("dup2 %d %d", a, b), dup2(a, b), 0); break;
    case 17: LOG("dup %d", a); errno = 0; b = dup(a); told(b < 0 ? b : 0, 0); keep(b); break;
    case 18: at = lot(10) ? (long)lot(LARGEST) : -1; ONE(("ftruncate %d %ld", a, at), ftruncate(a, at), 0); break;
    case 19: at = lot(20000); ONE(("truncate %s %ld", from, at), truncate(from, at), 0); break;
    case 20: case 21: ONE(("rename %s %s", from, to), rename(from, to), 0); break;
    case 22: flags = lot(4); ONE(("renameat2 %s %s %d", from, to, flags), syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags), 0); break;
    case 23: ONE(("link %s %s", from, to), link(from, to), 0); break;
    case 24: from = NAMES[lot(18)]; ONE(("symlink %s %s", from, to), symlink(from, to), 0); break;
    case 25: case 26: ONE(("unlink %s", from), unlink(from), 0); break;
    case 27: case 28: ONE(("mkdir %s", from), mkdir(from, 0700 | lot(0100)), 0); break;
    case 29: ONE(("rmdir %s", from), rmdir(from), 0); break;
    case 30: flags = lot(010000); ONE(("chmod %s %o", from, flags), chmod(from, flags), 0); break;
    case 31: LOG("stat %s", from); errno = 0; if (told(stat(from, &s), 0) == 0) describe(&s); break;
    case 32: LOG("lstat %s", from); errno = 0; if (told(lstat(from, &s), 0) == 0) describe(&s); break;
    case 33: LOG("fstat %d", a); errno = 0; if (told(fstat(a, &s), 0) == 0) describe(&s); break;
    case 34: { LOG("readlink %s", from); errno = 0; long r = readlink(from, buffer, lot(12) + 1); told(r, r); break; }
    case 35: LOG("pipe"); errno = 0; pair(ends, pipe2(ends, O_NONBLOCK)); break;
    case 36: flags = lot(2) ? SOCK_STREAM : SOCK_DGRAM; LOG("socketpair %d", flags); errno = 0; pair(ends, socketpair(AF_UNIX, flags | SOCK_NONBLOCK, 0, ends)); break;
    case 37: ONE(("F_GETFL %d", a), fcntl(a, F_GETFL), 0); break;
    case 38: flags = O_NONBLOCK | (lot(2) ? O_APPEND : 0); ONE(("F_SETFL %d %#o", a, flags), fcntl(a, F_SETFL, flags), 0); break;
    case 39: {
      struct pollfd all[DESCRIPTORS];
      for (int k = 0; k < DESCRIPTORS; k++) all[k] = (struct pollfd){FIRST + k, POLLIN | POLLOUT | POLLRDHUP};
      LOG("poll"); errno = 0; told(poll(all, DESCRIPTORS, 0), 0);
      for (int k = 0; k < DESCRIPTORS; k++) if (all[k].revents) LOG("  %d %#x\n", FIRST + k, all[k].revents);
      break;
    }
    case 40: { int left = 0; LOG("FIONREAD %d", a); errno = 0; if (told(ioctl(a, FIONREAD, &left), 0) == 0) LOG("  %d\n", left); break; }
    case 41: flags = (int[]){0, 1, 3}[lot(3)]; at = lot(20000); n = lot(9000) + 1; ONE(("fallocate %d %d %ld %ld", a, flags, at, n), fallocate(a, flags, at, n), 0); break;
    case 42: at = lot(9000); ONE(("copy_file_range %d %d %ld", a, b, n), copy_file_range(a, lot(2) ? &at : 0, b, 0, n, 0), 0); break;
    case 43: fsync(a); ONE(("access %s", from), access(from, X_OK), 0); break;
    case 44: flags = lot(01000); ONE(("fchmod %d %o", a, flags), fchmod(a, flags), 0); break;
    case 45: flags = (int[]){LOCK_SH, LOCK_EX, LOCK_UN}[lot(3)] | LOCK_NB; ONE(("flock %d %d", a, flags), flock(a, flags), 0); break;
    case 46: {
      n = little(a, n);
      fill(n);
      struct iovec parts[3] = {{buffer, n / 3}, {buffer + n / 3, n / 3}, {buffer + 2 * (n / 3), n / 3}};
      if (lot(2)) { ONE(("writev %d %ld", a, n), writev(a, parts, 3), 0); }
      else { LOG("readv %d %ld", a, n); errno = 0; long r = readv(a, parts, 3); told(r, r); }
      break;
    }
    case 47: ONE(("mkfifo %s", from), mkfifo(from, 0644), 0); break;
  }
}

static int by_name(const struct dirent **one, const struct dirent **other) { return strcmp((*one)->d_name, (*other)->d_name); }

/* The folder as it was left, in the order of the names. */
static void list(const char *path) {
  struct dirent **entries;
  int count = scandir(path, &entries, 0, by_name);
  for (int n = 0; n < count; n++) {
    const char *entry = entries[n]->d_name;
    if (!strcmp(entry, ".") || !strcmp(entry, "..")) continue;
    char below[4096];
    snprintf(below, sizeof below, "%s/%s", path, entry);
    struct stat s;
    if (lstat(below, &s) < 0) continue;
    LOG("%s", below);
    describe(&s);
    if (S_ISDIR(s.st_mode)) list(below);
    if (!S_ISREG(s.st_mode)) continue;
    int file = open(below, O_RDONLY);
    unsigned sum = 0;
    for (long got; (got = read(file, buffer, LONGEST)) > 0;) sum = sum * 31 + hash(buffer, got);
    LOG("  %08x\n", sum);
    close(file);
  }
}

static void play(unsigned seed, int calls) {
  char folder[32];
  sprintf(folder, "folder %u", seed);
  mkdir(folder, 0755);
  sprintf(folder, "log %u", seed);
  notes = fopen(folder, "w");
  int log = fcntl(fileno(notes), F_DUPFD_CLOEXEC, 100);
  fclose(notes);
  notes = fdopen(log, "w");
  sprintf(folder, "folder %u", seed);
  /* No link leads out of it. */
  if (chroot(folder) || chdir("/") || mkdir("in", 0755) || chdir("in")) _exit(1);
  state = seed * 0x9e3779b97f4a7c15ull + 1;
  signal(SIGPIPE, SIG_IGN);
  umask(022);
  for (int n = 0; n < calls; n++) {
    LOG("%d ", n);
    draw();
  }
  list(".");
  fclose(notes);
}

int main(int argc, char **argv) {
  unsigned seed = atoi(argv[1]);
  int calls = atoi(argv[2]), processes = atoi(argv[3]);
  for (int n = 0; n < processes; n++) if (fork() == 0) { play(seed + n, calls); _exit(0); }
  while (wait(0) > 0) ;
  for (int n = 0; n < processes; n++) {
    char path[32];
    sprintf(path, "log %u", seed + n);
    printf("--- %u\n", seed + n);
    fflush(stdout);
    int log = open(path, O_RDONLY);
    for (long got; (got = read(log, buffer, LONGEST)) > 0;) write(1, buffer, got);
    close(log);
  }
  return 0;
}
