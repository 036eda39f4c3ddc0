/* Where openat2 may lead; and mounts that are moved, or have room for few names. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TELL(call) do { errno = 0; long r = (call); printf("%s = %s\n", #call, r < 0 ? strerrorname_np(errno) : "done"); } while (0)

static int root;

static void put(const char *path) {
  int fd = open(path, O_CREAT | O_WRONLY, 0644);
  write(fd, path, strlen(path));
  close(fd);
}

/* A rename or a mount anywhere else meanwhile is told by EAGAIN, too, and so is a name that the cache has lost. */
static int open_patiently(const char *path, struct open_how how) {
  int fd = -1;
  for (int tries = 0; tries < 100; tries++) {
    errno = 0;
    fd = syscall(SYS_openat2, root, path, &how, sizeof how);
    if (fd >= 0 || errno != EAGAIN) break;
    close(openat(root, path, O_RDONLY));
    errno = EAGAIN;
  }
  return fd;
}

static void open_in(const char *path, unsigned long resolve) {
  int fd = open_patiently(path, (struct open_how){.flags = O_RDONLY, .resolve = resolve});
  char text[64] = "";
  if (fd >= 0) { read(fd, text, 63); close(fd); }
  printf("  %#lx %s: %s\n", resolve, path, fd < 0 ? strerrorname_np(errno) : text[0] ? text : "opened");
}

static const char *const PATHS[] = {
  "file", "/file", "sub/../file", "../outside", "sub/../../outside", "up", "absolute", "inside", "/", "..", ".",
  "sub/deep", "mnt", "mnt/there", "mnt/..", "mnt/../file", "fdlink", "loop", "absent", "sub/self",
};

static void scopes(void) {
  static const unsigned long KINDS[] = {0, RESOLVE_BENEATH, RESOLVE_IN_ROOT, RESOLVE_NO_XDEV, RESOLVE_NO_SYMLINKS, RESOLVE_NO_MAGICLINKS, RESOLVE_CACHED, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
  for (int kind = 0; kind < 8; kind++)
    for (int n = 0; n < sizeof PATHS / sizeof *PATHS; n++)
      /* Whether "/" is another file system than this folder, and what of it is cached, is up to the machine. */
      if (KINDS[kind] & (RESOLVE_BENEATH | RESOLVE_IN_ROOT) || PATHS[n][0] != '/' && strcmp(PATHS[n], "absolute"))
        open_in(PATHS[n], KINDS[kind]);
}

int main(void) {
  char place[] = "/dev/shm/scopesXXXXXX";
  if (geteuid() == 0) unshare(CLONE_NEWNS), mount("none", "/", 0, MS_REC | MS_PRIVATE, 0);
  mkdtemp(place);
  chdir(place);
  put("outside");
  mkdir("top", 0755);
  chdir("top");
  put("file");
  mkdir("sub", 0755);
  put("sub/deep");
  mkdir("mnt", 0755);
  mkdir("other", 0755);
  symlink("../outside", "up");
  symlink("/file", "absolute");
  symlink("sub/deep", "inside");
  symlink("/proc/self/fd/0", "fdlink");
  symlink("loop", "loop");
  symlink(".", "sub/self");
  TELL(mount("tmpfs", "mnt", "tmpfs", 0, "nr_inodes=4,size=64k"));
  put("mnt/there");
  root = open(".", O_PATH);
  dup2(root, 0);
  scopes();

  puts("few names");
  TELL(mkdir("mnt/a", 0755));
  TELL(link("mnt/there", "mnt/a/again"));
  TELL(symlink("x", "mnt/b"));
  TELL(open("mnt/c", O_CREAT | O_RDWR, 0644));
  TELL(rename("mnt/there", "mnt/here"));
  TELL(unlink("mnt/here"));
  TELL(mknod("mnt/c", S_IFIFO | 0644, 0));
  TELL(mount("tmpfs", "other", "tmpfs", 0, "nr_inodes=x"));

  puts("moved");
  TELL(mount("mnt", "other", 0, MS_MOVE, 0));
  TELL(access("mnt/a", F_OK));
  TELL(access("other/a/again", F_OK));
  TELL(access("other/../file", F_OK));
  TELL(mount("sub", "mnt", 0, MS_MOVE, 0));
  TELL(mount("other", "other/a", 0, MS_MOVE, 0));
  TELL(mount("other", "file", 0, MS_MOVE, 0));
  TELL(mount("tmpfs", "other/a", "tmpfs", 0, 0));
  put("other/a/inner");
  TELL(mount("other", "mnt", 0, MS_MOVE, 0));
  TELL(access("mnt/a/inner", F_OK));
  TELL(umount("mnt"));
  TELL(umount("mnt/a"));
  TELL(umount("mnt"));
  TELL(access("mnt/a", F_OK));
  chdir("/");
  return 0;
}
