/* Set-user-ID and set-group-ID bits: who the program runs as, and AT_SECURE. */
#define show plain_show
#include "attempt.h"

static int told(void) {
  if (!getenv("SHOW")) return 0;
  int r[6];
  syscall(SYS_getresuid, r, r + 1, r + 2), syscall(SYS_getresgid, r + 3, r + 4, r + 5);
  printf("uid %d %d %d gid %d %d %d secure %lu aux %lu %lu %lu %lu\n", r[0], r[1], r[2], r[3], r[4], r[5], getauxval(AT_SECURE),
         getauxval(AT_UID), getauxval(AT_EUID), getauxval(AT_GID), getauxval(AT_EGID));
  return 1;
}

static void owned(const char *label, int uid, int gid, int mode, const char *path) {
  if (chown(path, uid, gid)) perror("chown");
  if (chmod(path, mode)) perror("chmod");
  try(label, path);
}

static void all(const char *who) {
  printf("as %s\n", who), fflush(stdout);
  try("plain", "./plain");
  try("setuid 3000", "./suid");
  try("setuid root", "./rootsuid");
  try("setgid 3001", "./sgid");
  try("setgid without x", "./sgidnox");
  try("both", "./both");
  try("setuid script", "./script");
  try("script to a setuid program", "./toscript");
  try("nosuid mount", "./nosuid/suid");
}

/* Every way to become another, tried from each of several identities. */
static void changes(void) {
  static const int ids[] = {-1, 0, 2000, 2003, 2004, 5};
  static const int starts[][3] = {{0, 0, 0}, {2000, 2003, 2004}, {2000, 0, 2004}, {0, 2003, 2004}, {2000, 2000, 0}};
  for (int s = 0; s < 5; s++)
    for (int way = 0; way < 6; way++)
      for (int i = 0; i < 6; i++)
        for (int k = 0; k < (way % 3 ? 6 : 1); k++) {
          fflush(stdout);
          int pid = fork();
          if (pid) { waited(pid); continue; }
          int r[3], done, group = way >= 3, a = ids[i], b = ids[k];
          const int *from = starts[s];
          if (group) syscall(SYS_setresgid, from[0], from[1], from[2]);
          syscall(SYS_setresuid, from[0], from[1], from[2]);
          errno = 0;
          if (way % 3 == 0) done = syscall(group ? SYS_setgid : SYS_setuid, a);
          if (way % 3 == 1) done = syscall(group ? SYS_setregid : SYS_setreuid, a, b);
          if (way % 3 == 2) done = syscall(group ? SYS_setresgid : SYS_setresuid, a, b, -1);
          syscall(group ? SYS_getresgid : SYS_getresuid, r, r + 1, r + 2);
          printf("start %d way %d (%d, %d): %d errno %d, %d %d %d\n", s, way, a, b, done, errno, r[0], r[1], r[2]);
          fflush(stdout), _exit(0);
        }
}

static void groups(void) {
  int list[4] = {30, 10, 20, 10}, got[8];
  printf("setgroups %d", (int)syscall(SYS_setgroups, 4, list));
  int count = syscall(SYS_getgroups, 8, got);
  printf(" count %d:", count);
  for (int i = 0; i < count; i++) printf(" %d", got[i]);
  printf(" asked %d", (int)syscall(SYS_getgroups, 0, 0)), printf(" too small %d", (int)syscall(SYS_getgroups, 3, got));
  printf(" bad %d", (int)syscall(SYS_setgroups, 2, 8)), printf(" %d\n", errno);
  printf("many %d", (int)syscall(SYS_setgroups, 65537, list)), printf(" %d", errno), printf(" none %d\n", (int)syscall(SYS_setgroups, 0, 0));
  setuid(2000), printf("as another %d", (int)syscall(SYS_setgroups, 0, 0)), printf(" %d\n", errno);
}

static void copy_as(const char *name, int uid, int gid, int mode) {
  copy_self(name);
  if (chown(name, uid, gid) || chmod(name, mode)) perror(name);
}

int main(int argc, char **argv) {
  if (told()) return 0;
  chmod(".", 0777);
  copy_as("plain", 0, 0, 0755);
  copy_as("suid", 3000, 0, 04755);
  copy_as("rootsuid", 0, 0, 04755);
  copy_as("sgid", 0, 3001, 02755);
  copy_as("sgidnox", 0, 3001, 02745);
  copy_as("both", 3000, 3001, 06755);
  puts_file("script", "#!./plain\n"), chown("script", 3000, 3001), chmod("script", 06755);
  puts_file("toscript", "#!./both\n");
  mkdir("nosuid", 0755);
  if (mount("none", "nosuid", "tmpfs", MS_NOSUID, "")) perror("mount");
  copy_as("nosuid/suid", 3000, 0, 04755);
  all("root");
  fflush(stdout);
  int pid = fork();
  if (!pid) {
    setgid(2001), setuid(2000), all("2000");
    printf("setuid back %d, to another %d\n", setuid(2000), setuid(2002)), fflush(stdout);
    _exit(0);
  }
  waited(pid);
  pid = fork();
  if (!pid) {
    setresgid(2001, 2003, 2004), setresuid(2000, 2003, 2004), all("real 2000, effective 2003, saved 2004");
    printf("setresuid %d %d\n", setresuid(2004, -1, 2000), setresuid(5, -1, -1));
    printf("setreuid %d %d %d\n", setreuid(-1, 2000), setreuid(2004, 2004), setreuid(2000, -1));
    fflush(stdout), _exit(0);
  }
  waited(pid);
  pid = fork();
  if (!pid) {
    printf("no new rights: %d", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    printf(" %d", prctl(PR_SET_NO_NEW_PRIVS, 2, 0, 0, 0)), printf(" %d", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    printf(" %d", prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0)), printf(" %d\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    setgid(2001), setuid(2000), all("2000 without new rights");
    _exit(0);
  }
  waited(pid);
  umount("nosuid");
  changes(), groups();
  return 0;
}
