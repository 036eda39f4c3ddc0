/* The rights of user 0 one by one: told, given up, inherited, lent by files; prints each result. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define SHOW(x) do { errno = 0; long got = (long)(x); printf("%s = %ld %d\n", #x, got, got < 0 ? errno : 0); } while (0)
#define BIT(c) (1ull << (c))
typedef unsigned long long set;
static set all;
static int get(set *e, set *p, set *i) {
  struct __user_cap_header_struct h = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct d[2];
  if (syscall(SYS_capget, &h, d)) return -1;
  *e = d[0].effective | (set)d[1].effective << 32;
  *p = d[0].permitted | (set)d[1].permitted << 32;
  *i = d[0].inheritable | (set)d[1].inheritable << 32;
  return 0;
}
static int put(set e, set p, set i) {
  struct __user_cap_header_struct h = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct d[2] = {{e, p, i}, {e >> 32, p >> 32, i >> 32}};
  return syscall(SYS_capset, &h, d);
}
static const char *word(set s) {
  static char text[4][30];
  static int n;
  char *t = text[n++ % 4];
  if (s == all) strcpy(t, "all");
  else if ((all & ~s) && !((all & ~s) & ((all & ~s) - 1))) sprintf(t, "all but %d", __builtin_ctzll(all & ~s));
  else sprintf(t, "%llx", s);
  return t;
}
static void tell(const char *when) {
  set e, p, i, a = 0, b = 0;
  get(&e, &p, &i);
  for (int c = 0; c <= 40; c++) {
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, c, 0, 0) == 1) a |= BIT(c);
    if (prctl(PR_CAPBSET_READ, c, 0, 0, 0) == 1) b |= BIT(c);
  }
  printf("%s: effective %s permitted %s inheritable %s ambient %llx bounding %s secure %lx\n", when, word(e), word(p), word(i), a, word(b), (long)prctl(PR_GET_SECUREBITS));
}
static void status(void) {
  char line[200];
  FILE *f = fopen("/proc/self/status", "r");
  while (f && fgets(line, sizeof line, f)) if (!strncmp(line, "Cap", 3)) fputs(line, stdout);
  if (f) fclose(f);
}
static char self[4096];
/* Runs this program anew, which tells its sets. */
static void again(const char *path) {
  fflush(stdout);
  if (!fork()) {
    execl(path, path, "told", (char *)0);
    printf("exec %d\n", errno);
    fflush(stdout);
    _exit(1);
  }
  wait(0);
}
#define CHILD(...) do { puts("-- " #__VA_ARGS__); fflush(stdout); if (!fork()) { __VA_ARGS__; fflush(stdout); _exit(0); } wait(0); } while (0)
static void lend(const char *path, unsigned magic, set p, set i) {
  unsigned v[6] = {magic, p, i, p >> 32, i >> 32, 0};
  int size = magic >> 24 == 3 ? 24 : magic >> 24 == 1 ? 12 : 20;
  errno = 0;
  int got = setxattr(path, "security.capability", v, size, 0);
  printf("lend %x: %d %d\n", magic, got, got ? errno : 0);
}
static void headers(void) {
  struct __user_cap_header_struct h = {0x12345678, 0};
  struct __user_cap_data_struct d[2];
  SHOW(syscall(SYS_capget, &h, 0)); printf("%x\n", h.version);
  h.version = 1;
  SHOW(syscall(SYS_capget, &h, d)); printf("%x\n", h.version);
  h.version = 1;
  SHOW(syscall(SYS_capset, &h, d)); printf("%x\n", h.version);
  h = (struct __user_cap_header_struct){_LINUX_CAPABILITY_VERSION_1, 0};
  SHOW(syscall(SYS_capget, &h, d)); printf("%x %x\n", d[0].effective, d[0].inheritable);
  h = (struct __user_cap_header_struct){_LINUX_CAPABILITY_VERSION_3, -1};
  SHOW(syscall(SYS_capget, &h, d));
  SHOW(syscall(SYS_capset, &h, d));
  h.pid = 999999;
  SHOW(syscall(SYS_capget, &h, d));
  SHOW(syscall(SYS_capset, &h, d));
  h.pid = getpid();
  SHOW(syscall(SYS_capget, &h, (void *)8));
  SHOW(syscall(SYS_capset, &h, (void *)8));
  SHOW(syscall(SYS_capget, 8, d));
  SHOW(syscall(SYS_capset, 8, d));
  SHOW(syscall(SYS_capget, &h, 0));
}
static void users(void) {
  SHOW(seteuid(1000)); tell("effective 1000");
  SHOW(seteuid(0)); tell("again 0");
  SHOW(setresuid(1000, 1000, 0)); tell("saved 0");
  SHOW(setuid(0)); tell("effective 0");
  SHOW(setuid(0)); SHOW(setuid(1000)); tell("1000");
  SHOW(setuid(0));
}
static void keeps(void) {
  SHOW(prctl(PR_SET_KEEPCAPS, 2)); SHOW(prctl(PR_SET_KEEPCAPS, 1)); SHOW(prctl(PR_GET_KEEPCAPS));
  SHOW(setuid(1000)); tell("kept");
  SHOW(put(BIT(CAP_SETUID), BIT(CAP_SETUID) | BIT(CAP_KILL), 0)); tell("one taken");
  SHOW(put(BIT(CAP_CHOWN), BIT(CAP_SETUID), 0));
  SHOW(put(0, all, 0));
  SHOW(setuid(0)); tell("0 again");
  again(self);
}
static void inherits(void) {
  SHOW(prctl(PR_SET_KEEPCAPS, 1)); SHOW(setuid(1000));
  SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0));
  SHOW(put(all, all, BIT(CAP_KILL) | BIT(CAP_CHOWN)));
  SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0));
  SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SETUID, 0, 0));
  SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 64, 0, 0));
  SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_KILL, 1, 0));
  SHOW(prctl(PR_CAP_AMBIENT, 9, CAP_KILL, 0, 0));
  tell("raised"); again(self);
  SHOW(put(all, all, BIT(CAP_CHOWN))); tell("no longer inheritable");
  SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0));
  SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER, CAP_CHOWN, 0, 0)); tell("lowered");
  SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 1, 0, 0));
  SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0));
  again(self);
}
static void bounds(void) {
  SHOW(prctl(PR_CAPBSET_READ, 99)); SHOW(prctl(PR_CAPBSET_DROP, 99));
  SHOW(prctl(PR_CAPBSET_DROP, CAP_SYS_TIME)); tell("dropped"); again(self);
  SHOW(put(all & ~BIT(CAP_SETPCAP), all, 0)); SHOW(prctl(PR_CAPBSET_DROP, CAP_CHOWN));
  SHOW(put(all, all, BIT(CAP_SYS_TIME)));
}
static void secure(void) {
  SHOW(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED)); tell("no root"); again(self);
  SHOW(prctl(PR_SET_SECUREBITS, 0));
  SHOW(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_KEEP_CAPS_LOCKED));
  SHOW(prctl(PR_SET_KEEPCAPS, 1));
  SHOW(prctl(PR_SET_SECUREBITS, 0x1000));
}
static void fixed(void) {
  SHOW(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)); SHOW(setuid(1000)); tell("no fixup");
}
static void lent(void) {
  mkdir("/tmp/lent", 0755);
  int in = open(self, O_RDONLY), out = open("/tmp/lent/program", O_CREAT | O_WRONLY | O_TRUNC, 0755);
  char buffer[65536];
  long n;
  while ((n = read(in, buffer, sizeof buffer)) > 0) write(out, buffer, n);
  close(out);
  const char *p = "/tmp/lent/program";
#define AS(what) do { fflush(stdout); if (!fork()) { setgid(1000); setuid(1000); what; fflush(stdout); _exit(0); } wait(0); } while (0)
  lend(p, 0x02000001, BIT(CAP_KILL) | BIT(CAP_SYSLOG), 0); AS(again(p)); again(p);
  lend(p, 0x02000000, BIT(CAP_KILL), BIT(CAP_CHOWN)); AS(again(p));
  lend(p, 0x03000001, BIT(CAP_KILL), 0); AS(again(p));
  AS(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); again(p));
  lend(p, 0x01000001, BIT(CAP_KILL), 0); AS(again(p));
  lend(p, 0x02000001, BIT(CAP_KILL) | BIT(CAP_SYS_TIME), 0);
  CHILD(prctl(PR_CAPBSET_DROP, CAP_SYS_TIME); setuid(1000); again(p));
  lend(p, 0x02000000, BIT(CAP_KILL) | BIT(CAP_SYS_TIME), 0);
  CHILD(prctl(PR_CAPBSET_DROP, CAP_SYS_TIME); setuid(1000); again(p));
  chmod(p, 04755); AS(again(p));
  removexattr(p, "security.capability"); AS(again(p));
  AS(lend(p, 0x02000001, BIT(CAP_KILL), 0));
  CHILD(put(all & ~BIT(CAP_SETFCAP), all, 0); lend(p, 0x02000001, BIT(CAP_KILL), 0));
  unlink(p); rmdir("/tmp/lent");
}
static void without(int c) { printf("without %d: ", c); put(all & ~BIT(c), all & ~BIT(c), 0); }
static void rights(void) {
  int fd = open("/tmp/secret", O_CREAT | O_WRONLY, 0); fchown(fd, 5, 5); close(fd);
  mkdir("/tmp/closed", 0); chown("/tmp/closed", 5, 5);
  CHILD(without(CAP_DAC_OVERRIDE); SHOW(open("/tmp/secret", O_RDONLY) > 0); SHOW(open("/tmp/secret", O_WRONLY)); SHOW(open("/tmp/closed", O_RDONLY) > 0); SHOW(mkdir("/tmp/closed/x", 0)));
  CHILD(without(CAP_DAC_READ_SEARCH); SHOW(open("/tmp/secret", O_RDONLY) > 0));
  CHILD(put(0, all, 0); SHOW(open("/tmp/secret", O_RDONLY)); SHOW(access("/tmp/secret", R_OK)); SHOW(faccessat(AT_FDCWD, "/tmp/secret", R_OK, AT_EACCESS)));
  CHILD(without(CAP_FOWNER); SHOW(chmod("/tmp/secret", 0700)));
  CHILD(without(CAP_CHOWN); SHOW(chown("/tmp/secret", 6, 6)); SHOW(chown("/tmp/secret", -1, 0)));
  CHILD(int p = fork(); if (!p) { setuid(7); pause(); _exit(0); } usleep(30000); put(all & ~BIT(CAP_KILL), all, 0); SHOW(kill(p, 0)); put(all, all, 0); SHOW(kill(p, 9)); wait(0); );
  CHILD(without(CAP_SETUID); SHOW(setuid(5)); SHOW(setuid(0)); SHOW(setresuid(1, 2, 3)));
  CHILD(without(CAP_SETGID); SHOW(setgid(5)); SHOW(setgroups(0, 0)));
  CHILD(without(CAP_SYS_NICE); SHOW(nice(-1)); SHOW(setpriority(PRIO_PROCESS, 0, 1)));
  CHILD(without(CAP_SYS_CHROOT); SHOW(chroot("/")));
  CHILD(without(CAP_MKNOD); SHOW(mknod("/tmp/node", S_IFCHR, 0x103)));
  CHILD(without(CAP_SYS_ADMIN); SHOW(mount("x", "/tmp/closed", "tmpfs", 0, 0)); SHOW(setxattr("/tmp/secret", "trusted.x", "y", 1, 0)));
  CHILD(struct rlimit r = {1, 1}; setrlimit(RLIMIT_CORE, &r); r.rlim_max = 2; SHOW(setrlimit(RLIMIT_CORE, &r)));
  CHILD(without(CAP_SYS_TTY_CONFIG); SHOW(syscall(SYS_vhangup)));
  unlink("/tmp/secret"); umount("/tmp/closed"); rmdir("/tmp/closed"); unlink("/tmp/node");
}
int main(int argc, char **argv) {
  setvbuf(stdout, 0, _IOFBF, 65536);
  readlink("/proc/self/exe", self, sizeof self - 1);
  all = (BIT(41) - 1) & ~BIT(CAP_SYS_RESOURCE);
  if (argc > 1) {
    tell("  a program has");
    printf("  uid %d %d secure %ld\n", getuid(), geteuid(), getauxval(AT_SECURE));
    return 0;
  }
  /* Where this is asked, somebody may have taken this one already. */
  prctl(PR_CAPBSET_DROP, CAP_SYS_RESOURCE);
  put(all, all, 0);
  tell("at first");
  status();
  CHILD(headers()); CHILD(users()); CHILD(keeps()); CHILD(inherits()); CHILD(bounds()); CHILD(secure()); CHILD(fixed());
  lent();
  CHILD(rights());
  CHILD(setuid(1000); status());
  return 0;
}
