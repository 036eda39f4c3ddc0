// /proc/self/status, stat and statm: which fields there are, and what they tell of a process that knows itself.
#include "memory.h"
#include <grp.h>
#include <sys/stat.h>

extern char **environ;
extern char etext, edata, end;
static char stat_line[4096], *fields[64];
static int field_count;

static void read_stat(const char *path) {
  int fd = open(path, O_RDONLY);
  ssize_t length = read(fd, stat_line, sizeof stat_line - 1);
  close(fd);
  if (length < 0) length = 0;
  stat_line[length] = 0;
  fields[1] = stat_line;
  char *next = strrchr(stat_line, ')');
  if (!next) { field_count = 0; return; }
  field_count = 2;
  for (char *word = strtok(next + 1, " \n"); word; word = strtok(0, " \n")) fields[++field_count] = word;
}
static unsigned long number(int field) { return strtoul(fields[field], 0, 10); }

static void names(void) {
  char line[512];
  FILE *file = fopen("/proc/self/status", "r");
  while (fgets(line, sizeof line, file)) {
    char *colon = strchr(line, ':');
    // Of masks only the beginning is the same on machines with more processors and nodes.
    int shown = !strncmp(line, "Name", 4) || !strncmp(line, "Umask", 5) || !strncmp(line, "State", 5) || !strncmp(line, "Uid", 3) || !strncmp(line, "Gid", 3) || !strncmp(line, "Sig", 3) || !strncmp(line, "ShdPnd", 6) || !strncmp(line, "NoNew", 5) || !strncmp(line, "Threads", 7) || !strncmp(line, "Groups", 6) || !strncmp(line, "VmPin", 5) || !strncmp(line, "untag", 5);
    if (!strncmp(line, "SigQ", 4)) shown = 0;
    if (shown) fputs(line, stdout);
    else printf("%.*s\n", (int)(colon - line), line);
    // The table may be larger than it need be: it was copied from a parent's. It has whole words of bits, and room for 100.
    if (!strncmp(line, "FDSize", 6)) printf("room %d\n", atol(colon + 1) > 100 && atol(colon + 1) % 64 == 0);
  }
  fclose(file);
}

static void ignore(int signal) {}

int main(int argc, char **argv) {
  setvbuf(stdout, 0, _IOFBF, 1 << 16);
  if (getuid() == 0) setgroups(3, (gid_t[]){3, 1, 2});
  umask(027);
  signal(SIGUSR1, SIG_IGN), signal(SIGPIPE, SIG_IGN), signal(SIGALRM, ignore);
  sigset_t set;
  sigemptyset(&set), sigaddset(&set, SIGUSR2), sigaddset(&set, SIGRTMIN), sigprocmask(SIG_BLOCK, &set, 0);
  raise(SIGUSR2);
  dup2(0, 100);
  names();
  close(100);
  read_stat("/proc/self/stat");
  printf("%d fields\n", field_count);
  printf("state %s, ppid %d, pgrp %d, session %d\n", fields[3], number(4) == getppid(), number(5) == getpgrp(), number(6) == getsid(0));
  printf("exit signal %s, processor %d, nice %s, priority %s, threads %s, policy %s %s\n", fields[38], number(39) < 1024, fields[19], fields[18], fields[20], fields[40], fields[41]);
  printf("signals %s %s %s %s\n", fields[31], fields[32], fields[33], fields[34]);
  printf("size %d, resident %d\n", number(23) == (unsigned long)field("/proc/self/status", "VmSize") * 1024, labs((long)number(24) * 4 - field("/proc/self/status", "VmRSS")) < 400);
  printf("limit %s\n", fields[25]);
  printf("code %d %d\n", number(26) <= (unsigned long)main && (unsigned long)main < number(27), number(27) - number(26) > 100000);
  printf("stack %d\n", number(28) <= (unsigned long)argv && number(28) % 16 == 0);
  printf("data %d %d, heap %d\n", number(45) <= (unsigned long)&edata, number(46) >= (unsigned long)&edata && number(46) <= (unsigned long)&end, number(47) >= (unsigned long)&end);
  char *last = 0;
  for (char **e = environ; *e; e++) last = *e + strlen(*e) + 1;
  printf("arguments %d %d\n", number(48) == (unsigned long)argv[0], number(49) == (unsigned long)argv[argc - 1] + strlen(argv[argc - 1]) + 1);
  printf("environment %d %d\n", number(50) == number(49), last == 0 || number(51) == (unsigned long)last);
  printf("faults %d\n", labs(minor_faults() - (long)number(10)) < 40);
  unsigned long size, resident, shared, text, lib, data, dirty;
  FILE *statm = fopen("/proc/self/statm", "r");
  fscanf(statm, "%lu %lu %lu %lu %lu %lu %lu", &size, &resident, &shared, &text, &lib, &data, &dirty);
  printf("statm %d %d %d %d %lu %d %lu\n", size == (unsigned long)field("/proc/self/status", "VmSize") / 4, labs((long)resident * 4 - field("/proc/self/status", "VmRSS")) < 400, labs((long)shared * 4 - field("/proc/self/status", "RssFile")) < 400, text == (unsigned long)field("/proc/self/status", "VmExe") / 4, lib, data == (unsigned long)(field("/proc/self/status", "VmData") + field("/proc/self/status", "VmStk")) / 4, dirty);
  take_region(3000);
  map_at(0, 2500, RW);
  memset(at(0), 1, 2500 * PAGE);
  munmap(at(0), 2500 * PAGE);
  printf("peaks %d %d\n", field("/proc/self/status", "VmPeak") >= field("/proc/self/status", "VmSize") + 9000, field("/proc/self/status", "VmHWM") >= field("/proc/self/status", "VmRSS") + 9000);
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("maxrss %d\n", usage.ru_maxrss >= 10000);
  fflush(stdout);
  int pid = fork();
  if (!pid) {
    read_stat("/proc/self/stat");
    printf("a child's flags %lx, faults of children %s\n", number(9) & 0x40, fields[11]);
    fflush(stdout);
    map_at(0, 500, RW);
    memset(at(0), 1, 500 * PAGE);
    _exit(0);
  }
  siginfo_t info;
  waitid(P_PID, pid, &info, WEXITED | WNOWAIT);
  char path[64];
  sprintf(path, "/proc/%d/stat", pid);
  read_stat(path);
  printf("a zombie: %s, size %s, resident %s, code %s, exit code %s\n", fields[3], fields[23], fields[24], fields[26], fields[52]);
  sprintf(path, "/proc/%d/status", pid);
  printf("VmSize %ld, Threads %ld\n", field(path, "VmSize"), field(path, "Threads"));
  sprintf(path, "/proc/%d/maps", pid);
  FILE *maps = fopen(path, "r");
  printf("maps %s\n", maps && fgetc(maps) == EOF ? "empty" : "there");
  sprintf(path, "/proc/%d/statm", pid);
  char line[128] = "";
  fgets(line, sizeof line, fopen(path, "r"));
  printf("statm %s", line);
  wait(0);
  read_stat("/proc/self/stat");
  printf("faults of children %d\n", number(11) >= 500 && number(11) < 900);
  getrusage(RUSAGE_CHILDREN, &usage);
  printf("maxrss of children %d, faults %d\n", usage.ru_maxrss >= 2000, (long)usage.ru_minflt == (long)number(11));
  usleep(1000); // one at least
  printf("switches %d\n", field("/proc/self/status", "voluntary_ctxt_switches") > 0);
}
