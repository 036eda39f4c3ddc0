// Two that compute on one CPU, with nice 0 and 5: the shares follow the weights 1024 and 335.
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double cpu(pid_t child) {
  struct rusage u;
  int status;
  wait4(child, &status, 0, &u);
  return u.ru_utime.tv_sec + u.ru_utime.tv_usec / 1e6 + u.ru_stime.tv_sec + u.ru_stime.tv_usec / 1e6;
}

int main(void) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  sched_setaffinity(0, sizeof one, &one);
  struct timespec end, now;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += 3;
  pid_t children[2];
  for (int n = 0; n < 2; n++)
    if (!(children[n] = fork())) {
      setpriority(PRIO_PROCESS, 0, 5 * n);
      do clock_gettime(CLOCK_MONOTONIC, &now);
      while (now.tv_sec < end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec < end.tv_nsec));
      _exit(0);
    }
  double a = cpu(children[0]), b = cpu(children[1]);
  double ratio = a / b;
  printf("about three times as much: %d\n", ratio > 2.5 && ratio < 3.7);
  if (!(ratio > 2.5 && ratio < 3.7)) printf("%f %f\n", a, b);
  return 0;
}
