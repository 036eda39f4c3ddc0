// Who sleeps gives the CPU away, who computes loses it: getrusage and /proc tell.
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long field(const char *file, const char *name) {
  FILE *f = fopen(file, "r");
  char line[256];
  long value = -1;
  while (fgets(line, sizeof line, f))
    if (!strncmp(line, name, strlen(name))) { value = atol(strchr(line, ':') + 1); break; }
  fclose(f);
  return value;
}

int main(void) {
  struct rusage u;
  struct timespec t = {0, 2000000};
  for (int n = 0; n < 10; n++) nanosleep(&t, 0);
  getrusage(RUSAGE_SELF, &u);
  printf("sleeps: voluntary at least 10: %d\n", u.ru_nvcsw >= 10);
  getrusage(RUSAGE_THREAD, &u);
  printf("thread: voluntary at least 10: %d\n", u.ru_nvcsw >= 10);
  printf("status: voluntary at least 10: %d\n", field("/proc/self/status", "voluntary_ctxt_switches") >= 10);
  printf("sched: voluntary at least 10: %d\n", field("/proc/self/sched", "nr_voluntary_switches") >= 10);
  printf("policy %ld prio %ld weight %ld\n", field("/proc/self/sched", "policy"), field("/proc/self/sched", "prio"), field("/proc/self/sched", "se.load.weight"));
  setpriority(PRIO_PROCESS, 0, 5);
  printf("policy %ld prio %ld weight %ld\n", field("/proc/self/sched", "policy"), field("/proc/self/sched", "prio"), field("/proc/self/sched", "se.load.weight"));
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  sched_setaffinity(0, sizeof one, &one);
  fflush(stdout);
  pid_t children[2];
  for (int n = 0; n < 2; n++)
    if (!(children[n] = fork())) {
      struct timespec now, end;
      clock_gettime(CLOCK_MONOTONIC, &end);
      end.tv_sec += 1;
      do clock_gettime(CLOCK_MONOTONIC, &now);
      while (now.tv_sec < end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec < end.tv_nsec));
      getrusage(RUSAGE_SELF, &u);
      _exit(u.ru_nivcsw > 2);
    }
  int status;
  for (int n = 0; n < 2; n++) { waitpid(children[n], &status, 0); printf("two that compute on one CPU lose it: %d\n", WEXITSTATUS(status)); }
  getrusage(RUSAGE_CHILDREN, &u);
  printf("children: involuntary more than 4: %d\n", u.ru_nivcsw > 4);
  long ran, waited, turns;
  FILE *f = fopen("/proc/self/schedstat", "r");
  printf("schedstat has %d numbers, turns at least 10: %d\n", fscanf(f, "%ld %ld %ld", &ran, &waited, &turns), turns >= 10);
  return 0;
}
