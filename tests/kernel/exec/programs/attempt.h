/*
 * What the programs here share: trying an exec in a child and printing what came of it. A child whose environment has SHOW
 * prints its arguments instead, so a copy of the program can serve as an interpreter that tells what it got.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
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
#include <unistd.h>

static char *show[] = {"SHOW=1", 0};

/* Prints a text with everything unusual as \xHH, runs of more than eight equal letters as a count. */
static void quote(const char *s) {
  putchar('[');
  for (const char *p = s; *p;) {
    int run = 1;
    while (p[run] == *p) run++;
    if (run > 8) { printf("%c*%d", *p, run); p += run; continue; }
    if (*p < 32 || *p > 126) printf("\\x%02x", (unsigned char)*p); else putchar(*p);
    p++;
  }
  putchar(']');
}

static int shown(int argc, char **argv) {
  if (!getenv("SHOW")) return 0;
  printf("argc %d:", argc);
  for (int i = 0; i < argc; i++) putchar(' '), quote(argv[i]);
  char comm[32] = "";
  prctl(PR_GET_NAME, comm);
  printf(" execfn "), quote((char *)getauxval(AT_EXECFN));
  printf(" comm "), quote(comm);
  if (getauxval(AT_FLAGS)) printf(" flags %lx", getauxval(AT_FLAGS));
  if (getauxval(AT_EXECFD)) {
    char name[256] = "";
    char link[64];
    sprintf(link, "/proc/self/fd/%ld", getauxval(AT_EXECFD));
    readlink(link, name, sizeof name - 1);
    printf(" execfd %ld %s", getauxval(AT_EXECFD), strrchr(name, '/') ?: name);
  }
  puts("");
  return 1;
}

static void put(const char *name, const void *bytes, long size, int mode) {
  unlink(name);
  int fd = open(name, O_CREAT | O_TRUNC | O_WRONLY, 0777);
  write(fd, bytes, size);
  close(fd);
  chmod(name, mode);
}

static void puts_file(const char *name, const char *text) { put(name, text, strlen(text), 0755); }

/* Copies this very program. */
static void copy_self(const char *name) {
  char bytes[16384];
  long size;
  int from = open("/proc/self/exe", O_RDONLY), to;
  put(name, "", 0, 0755);
  to = open(name, O_WRONLY);
  while ((size = read(from, bytes, sizeof bytes)) > 0) write(to, bytes, size);
  close(from), close(to);
}

static void waited(int pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  if (WIFSIGNALED(status)) printf("killed by %d\n", WTERMSIG(status));
  else if (WEXITSTATUS(status)) printf("exit %d\n", WEXITSTATUS(status));
  fflush(stdout);
}

/* execveat in a child with the arguments A B C and the environment SHOW=1. */
static void try_at(const char *label, int at, const char *path, int flags) {
  char *argv[] = {"A", "B", "C", 0};
  printf("%s: ", label);
  fflush(stdout);
  int pid = fork();
  if (!pid) {
    int done = syscall(SYS_execveat, at, path, argv, show, flags);
    if (done == 0) puts("checked"); else printf("errno %d\n", errno);
    fflush(stdout);
    _exit(0);
  }
  waited(pid);
}

static void try(const char *label, const char *path) { try_at(label, AT_FDCWD, path, 0); }
