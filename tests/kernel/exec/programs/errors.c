/* Which error exec gives, which of two when both apply, and who may write a file that runs. */
#include "attempt.h"
#include <sys/mman.h>
#include <signal.h>

static void raw(const char *label, const char *path, char **argv, char **envp) {
  printf("%s: ", label);
  fflush(stdout);
  int pid = fork();
  if (!pid) {
    syscall(SYS_execve, path, argv, envp);
    printf("errno %d\n", errno);
    fflush(stdout);
    _exit(0);
  }
  waited(pid);
}

static char *plain[] = {"A", 0};

static void paths(void) {
  raw("null path", 0, plain, show);
  raw("bad path", (char *)8, plain, show);
  raw("empty path", "", plain, show);
  static char path[5000];
  memset(path, 'a', 4999);
  raw("long path", path, plain, show);
  path[300] = 0;
  raw("long name", path, plain, show);
  mkdir("dir", 0755);
  raw("directory", "dir", plain, show);
  raw("directory/", "dir/", plain, show);
  raw("file/", "./echo/", plain, show);
  raw("file/x", "./echo/x", plain, show);
  raw("missing", "./nothing", plain, show);
  symlink("echo", "link"), symlink("loop", "loop"), symlink("nothing", "dangling");
  raw("link", "./link", plain, show);
  raw("loop", "./loop", plain, show);
  raw("dangling", "./dangling", plain, show);
  mkfifo("fifo", 0777);
  raw("fifo", "./fifo", plain, show);
  raw("device", "/dev/null", plain, show);
  put("nox", "#!./echo\n", 9, 0644);
  raw("no x", "./nox", plain, show);
  put("empty", "", 0, 0755);
  raw("empty", "./empty", plain, show);
  raw("proc text", "/proc/self/status", plain, show);
  raw("proc exe", "/proc/self/exe", plain, show);
}

static void lists(void) {
  raw("no argv", "./echo", 0, show);
  char *none[] = {0};
  raw("empty argv", "./echo", none, show);
  raw("bad argv", "./echo", (char **)8, show);
  raw("bad envp", "./echo", plain, (char **)8);
  char *bad[] = {"A", (char *)8, 0};
  raw("bad argument", "./echo", bad, show);
  raw("bad variable", "./echo", plain, bad);
  raw("bad argv and missing file", "./nothing", (char **)8, show);
  raw("bad argv and no x", "./nox", (char **)8, show);
  raw("bad argv and empty file", "./empty", (char **)8, show);
  char *page = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(page + 4096, 4096);
  char **end = (char **)(page + 4096 - 16);
  end[0] = "A", end[1] = "B";
  raw("argv runs off its page", "./echo", end, show);
  end[1] = 0;
  raw("argv ends with its page", "./echo", end, show);
  memset(page, 'x', 4096);
  char *cut[] = {page + 4090, 0};
  raw("argument runs off its page", "./echo", cut, show);
}

static void sizes(void) {
  static char *argv[400000];
  char *big = malloc(200000);
  memset(big, 'x', 200000);
  for (int size = 131070; size <= 131073; size++) {
    char label[64];
    char *one[] = {"A", strndup(big, size), 0};
    sprintf(label, "argument of %d", size);
    raw(label, "./echo", one, show);
  }
  big[131000] = 0;
  for (int count = 14; count <= 17; count++) {
    char label[64];
    for (int i = 0; i < count; i++) argv[i] = big;
    argv[count] = 0;
    sprintf(label, "%d arguments of 131000", count);
    printf("%s: ", label), fflush(stdout);
    int pid = fork();
    if (!pid) {
      int done = syscall(SYS_execve, "./dir/../nox2", argv, show);
      printf("errno %d\n", errno), fflush(stdout);
      _exit(0);
    }
    waited(pid);
  }
  for (int i = 0; i < 399999; i++) argv[i] = "";
  static const int counts[] = {232900, 233000, 233010, 233020, 233030, 240000, 262143, 262144, 399999};
  for (int i = 0; i < 9; i++) {
    argv[counts[i]] = 0;
    char label[64];
    sprintf(label, "%d empty arguments", counts[i]);
    raw(label, "./nox2", argv, show);
    argv[counts[i]] = "";
  }
}

static void at(void) {
  int dir = open("dir", O_RDONLY | O_DIRECTORY);
  copy_self("dir/inner");
  puts_file("dir/script", "#!./echo\n");
  try_at("dirfd", dir, "inner", 0);
  try_at("dirfd script", dir, "script", 0);
  try_at("dirfd missing", dir, "nothing", 0);
  try_at("dirfd ..", dir, "../echo", 0);
  try_at("bad dirfd", 99, "inner", 0);
  try_at("bad dirfd, absolute", 99, "/nothing", 0);
  try_at("dirfd itself", dir, "", AT_EMPTY_PATH);
  try_at("dirfd, empty path", dir, "", 0);
  int file = open("echo", O_RDONLY);
  try_at("fd of a file with a path", file, "inner", 0);
  try_at("fd", file, "", AT_EMPTY_PATH);
  try_at("bad fd", 99, "", AT_EMPTY_PATH);
  try_at("unknown flag", file, "", AT_EMPTY_PATH | 1);
  try_at("link", AT_FDCWD, "link", 0);
  try_at("link, nofollow", AT_FDCWD, "link", AT_SYMLINK_NOFOLLOW);
  try_at("check", AT_FDCWD, "./echo", 0x10000);
  try_at("check, no x", AT_FDCWD, "./nox", 0x10000);
  try_at("check, empty", AT_FDCWD, "./empty", 0x10000);
  int kept = open("dir/script", O_RDONLY), lost = open("dir/script", O_RDONLY | O_CLOEXEC);
  try_at("script by fd", kept, "", AT_EMPTY_PATH);
  try_at("script by close-on-exec fd", lost, "", AT_EMPTY_PATH);
  int lostdir = open("dir", O_RDONLY | O_CLOEXEC);
  try_at("script by close-on-exec dirfd", lostdir, "script", 0);
  try_at("program by close-on-exec dirfd", lostdir, "inner", 0);
  int lostfile = open("dir/inner", O_RDONLY | O_CLOEXEC);
  try_at("program by close-on-exec fd", lostfile, "", AT_EMPTY_PATH);
  int path = open("dir/inner", O_PATH), pathlost = open("dir/script", O_PATH | O_CLOEXEC), scriptpath = open("dir/script", O_PATH);
  try_at("O_PATH", path, "", AT_EMPTY_PATH);
  try_at("O_PATH script", scriptpath, "", AT_EMPTY_PATH);
  try_at("O_PATH close-on-exec script", pathlost, "", AT_EMPTY_PATH);
  char name[32];
  sprintf(name, "/dev/fd/%d", file);
  try("/dev/fd/N", name);
  sprintf(name, "/dev/fd/%d", kept);
  try("/dev/fd/N of a script", name);
  sprintf(name, "/proc/self/fd/%d", lost);
  try("/proc/self/fd/N of a close-on-exec script", name);
  unlink("dir/inner");
  try_at("unlinked", file, "", AT_EMPTY_PATH);
  try_at("unlinked itself", path, "", AT_EMPTY_PATH);
  int memory = syscall(SYS_memfd_create, "inmemory", 0);
  write(memory, "#!./echo in memory\n", 19);
  try_at("memfd that is open for writing", memory, "", AT_EMPTY_PATH);
}

static void writers(void) {
  copy_self("busy");
  int writer = open("busy", O_WRONLY);
  raw("open for writing", "./busy", plain, show);
  raw("open for writing, bad argv", "./busy", (char **)8, show);
  close(writer);
  puts_file("busyscript", "#!./echo\n");
  writer = open("busyscript", O_RDWR);
  raw("script open for writing", "./busyscript", plain, show);
  close(writer);
  puts_file("tobusy", "#!./busy\n");
  writer = open("busy", O_WRONLY);
  raw("interpreter open for writing", "./tobusy", plain, show);
  close(writer);
  int ends[2], back[2];
  pipe(ends), pipe(back);
  int pid = fork();
  if (!pid) {
    char *argv[] = {"sleeper", 0}, *env[] = {0};
    dup2(ends[0], 0), dup2(back[1], 1);
    execve("./busy", argv, env);
  }
  char c;
  read(back[0], &c, 1);
  printf("write a running program: %d", open("busy", O_WRONLY)), printf(" errno %d\n", errno);
  printf("truncate it: %d", truncate("busy", 0)), printf(" errno %d\n", errno);
  printf("read it: %s\n", open("busy", O_RDONLY) >= 0 ? "yes" : "no");
  printf("unlink it: %d\n", unlink("busy"));
  write(ends[1], "x", 1);
  waited(pid);
}

static void rights(void) {
  mkdir("noexec", 0777);
  if (mount("none", "noexec", "tmpfs", MS_NOEXEC, "")) perror("mount");
  copy_self("noexec/echo");
  raw("noexec mount", "./noexec/echo", plain, show);
  puts_file("tonoexec", "#!./noexec/echo\n");
  raw("script to a noexec mount", "./tonoexec", plain, show);
  int fd = open("noexec/echo", O_RDONLY);
  try_at("fd on a noexec mount", fd, "", AT_EMPTY_PATH);
  close(fd);
  umount("noexec");
  chmod(".", 0777), chmod("echo", 0711);
  put("owner", "#!./echo\n", 9, 0700), put("other", "#!./echo\n", 9, 0011), put("xonly", "#!./echo\n", 9, 0111);
  fflush(stdout);
  int pid = fork();
  if (!pid) {
    setgid(1000), setuid(1000);
    raw("x for others, no r", "./echo", plain, show);
    raw("x for the owner only", "./owner", plain, show);
    raw("x only, no r: a script", "./xonly", plain, show);
    mkdir("mine", 0777);
    put("mine/f", "#!./echo\n", 9, 0055);
    raw("not for me, but for others", "./mine/f", plain, show);
    chmod("mine", 0);
    raw("directory without x", "./mine/f", plain, show);
    chmod("mine", 0777), unlink("mine/f"), rmdir("mine");
    _exit(0);
  }
  waited(pid);
  raw("root, x for others only", "./other", plain, show);
}

int main(int argc, char **argv) {
  if (shown(argc, argv)) return 0;
  if (!strcmp(argv[0], "sleeper")) {
    char c;
    write(1, "x", 1), read(0, &c, 1);
    return 0;
  }
  copy_self("echo");
  puts_file("nox2", "#!./missing\n");
  paths(), lists(), sizes(), at(), writers(), rights();
  return 0;
}
