/* Mounts, a full disk, a read-only one, and what the tree is like then; prints each result. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#define SHOW(x) do { errno = 0; long got = (long)(x); printf("%s = %ld %d\n", #x, got, got < 0 ? errno : 0); } while (0)
static void line(const char *file, const char *with) {
  FILE *f = fopen(file, "r");
  char b[500], *at;
  while (f && fgets(b, 500, f))
    if ((at = strstr(b, with))) printf("%s", at);
  if (f) fclose(f);
}
int main(void) {
  char cwd[200], b[70000], path[300];
  struct statfs s;
  struct stat st;
  unshare(CLONE_NEWNS);
  mount(0, "/", 0, MS_REC | MS_PRIVATE, 0);
  mkdir("d", 0755);
  mkdir("e", 0755);
  mkdir("d/below", 0755);
  close(open("f", O_CREAT | O_RDWR, 0644));
  SHOW(mount("x", "d", "nonsense", 0, 0));
  SHOW(mount("x", "nothing", "tmpfs", 0, 0));
  SHOW(mount("x", "f", "tmpfs", 0, 0));
  SHOW(mount("x", "d", "tmpfs", 0, "size=huge"));
  SHOW(mount("x", "d", "tmpfs", 0, "color=red"));
  SHOW(umount("d"));
  SHOW(mount("small", "d", "tmpfs", MS_NOSUID | MS_NODEV, "size=64k,mode=750"));
  line("/proc/mounts", "/d tmpfs");
  line("/proc/self/mountinfo", "/d rw");
  SHOW(access("d/below", F_OK));
  SHOW(statfs("d", &s));
  printf("%lx %ld %ld %ld\n", (long)s.f_type, (long)s.f_bsize, (long)s.f_blocks, (long)s.f_bfree);
  stat("d", &st);
  printf("%o %d\n", st.st_mode, (int)st.st_nlink);
  SHOW(rename("f", "d/f"));
  SHOW(link("f", "d/f"));
  SHOW(rename("d", "other"));
  SHOW(rmdir("d"));
  int f = open("d/kept", O_CREAT | O_RDWR, 0644), g = open("d/filled", O_CREAT | O_RDWR, 0644);
  memset(b, 'k', sizeof b);
  SHOW(write(f, b, 8192));
  SHOW(write(g, b, 70000));
  SHOW(write(g, b, 70000));
  SHOW(write(g, b, 1));
  SHOW(pwrite(g, b, 100, 0));
  SHOW(mkdir("d/dir", 0755));
  SHOW(ftruncate(g, 1 << 20));
  SHOW(pwrite(g, b, 1, 1 << 19));
  SHOW(fallocate(g, 0, 0, 1 << 18));
  SHOW(pread(f, b, 8192, 0));
  printf("%c %c\n", b[0], b[8191]);
  SHOW(umount("d"));
  close(f); close(g);
  SHOW(unlink("d/filled"));
  SHOW(statfs("d", &s));
  printf("%ld\n", (long)s.f_bfree);
  SHOW(chdir("d/dir"));
  getcwd(cwd, 200);
  printf("%s\n", strrchr(cwd, '/'));
  SHOW(umount(".."));
  SHOW(chdir("../.."));
  SHOW(access("f", F_OK));
  SHOW(mount(0, "d", 0, MS_REMOUNT | MS_RDONLY, 0));
  SHOW(open("d/new", O_CREAT | O_RDWR, 0644));
  SHOW(open("d/kept", O_RDWR));
  SHOW(open("d/kept", O_RDONLY));
  close(3);
  SHOW(chmod("d/kept", 0600));
  SHOW(unlink("d/kept"));
  SHOW(mkdir("d/more", 0755));
  SHOW(truncate("d/kept", 0));
  SHOW(umount2("d", MNT_DETACH));
  SHOW(access("d/below", F_OK));
  SHOW(mount("d", "e", 0, MS_BIND, 0));
  SHOW(access("e/below", F_OK));
  SHOW(close(open("e/written", O_CREAT | O_RDWR, 0644)));
  SHOW(access("d/written", F_OK));
  SHOW(umount("e"));
  SHOW(access("e/below", F_OK));
  SHOW(mount("f", "d/written", 0, MS_BIND, 0));
  SHOW(umount("d/written"));
  SHOW(mount("p", "e", "proc", 0, 0));
  SHOW(access("e/self/status", F_OK));
  SHOW(umount("e"));
  SHOW(umount("e"));
  SHOW(umount2("e", 0x100));
}
