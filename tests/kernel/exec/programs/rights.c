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
  return 0;
}
