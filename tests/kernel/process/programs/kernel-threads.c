/* What a program sees of kthreadd and of the threads that it has made, whose numbers are the arguments. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static int is_shown(const char *line) {
  static const char *rows[] = {"Name", "Umask", "State", "PPid", "Uid", "Groups", "NSpgid", "NSsid", "Kthread", "Threads",
                               "SigIgn", "SigCgt", "SigPnd", "ShdPnd", "CapPrm", "CapEff", "THP_enabled", "CoreDumping", "Vm"};
  for (int i = 0; i < sizeof rows / sizeof *rows; i++)
    if (!strncmp(line, rows[i], strlen(rows[i]))) return 1;
  return 0;
}

static void show(const char *pid, const char *file) {
  char path[64], text[4096];
  snprintf(path, sizeof path, "/proc/%s/%s", pid, file);
  FILE *f = fopen(path, "r");
  if (!f) { printf("%s: %s\n", file, strerror(errno)); return; }
  size_t n = fread(text, 1, sizeof text - 1, f);
  text[n] = 0;
  printf("%s: %s%zu\n", file, strcmp(file, "stat") == 0 || strcmp(file, "status") == 0 ? "" : text, n ? (size_t)1 : 0);
  if (strcmp(file, "status") == 0)
    for (char *line = strtok(text, "\n"); line; line = strtok(0, "\n"))
      if (is_shown(line)) puts(line);
  if (strcmp(file, "stat") == 0) {
    int field = 0;
    for (char *word = strtok(text, " "); word; word = strtok(0, " "))
      if (++field != 10 && field != 14 && field != 15 && field != 22 && field != 25 && field != 39) printf("%s ", word);
    puts("");
  }
  fclose(f);
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    const char *files[] = {"comm", "status", "stat", "statm", "cmdline", "maps", "smaps_rollup", "environ", "auxv", "pagemap", "mem", "oom_score"};
    int pid = atoi(argv[i]);
    char path[64], to[64];
    for (int k = 0; k < sizeof files / sizeof *files; k++) show(argv[i], files[k]);
    snprintf(path, sizeof path, "/proc/%d/exe", pid);
    printf("exe: %s\n", readlink(path, to, sizeof to) < 0 ? strerror(errno) : "leads somewhere");
    int signals[] = {0, SIGTERM, SIGSTOP, SIGKILL, SIGCONT};
    for (int k = 0; k < 5; k++) printf("kill %d: %d\n", signals[k], kill(pid, signals[k]) ? errno : 0);
    usleep(10000);
    show(argv[i], "status");
    printf("getpgid %d getsid %d nice %d\n", getpgid(pid), getsid(pid), getpriority(PRIO_PROCESS, pid));
  }
  return 0;
}
