// Nice values, classes and priorities: what may be set, what is told, and who runs first.
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TRY(call) do { errno = 0; long r = (call); printf("%s = %ld %s\n", #call, r, r < 0 && errno ? strerrorname_np(errno) : ""); } while (0)

int main(void) {
  struct sched_param p = {0};
  struct timespec t;
  TRY(getpriority(PRIO_PROCESS, 0));
  TRY(getpriority(PRIO_PROCESS, 999999));
  TRY(getpriority(7, 0));
  TRY(setpriority(PRIO_PROCESS, 0, 5));
  TRY(getpriority(PRIO_PROCESS, 0));
  TRY(nice(3));
  TRY(nice(100));
  TRY(setpriority(PRIO_PROCESS, 0, -100));
  TRY(getpriority(PRIO_PROCESS, 0));
  TRY(setpriority(PRIO_PROCESS, 999999, 0));
  TRY(setpriority(PRIO_PROCESS, 0, 0));
  TRY(sched_getscheduler(0));
  TRY(sched_getscheduler(-1));
  TRY(sched_getscheduler(999999));
  TRY(sched_getparam(0, &p));
  printf("priority %d\n", p.sched_priority);
  TRY(sched_getparam(0, 0));
  TRY(sched_setscheduler(0, SCHED_FIFO, &p));
  TRY(sched_setscheduler(0, 77, &p));
  TRY(sched_setscheduler(0, -1, &p));
  TRY(sched_setscheduler(0, SCHED_OTHER, 0));
  p.sched_priority = 5;
  TRY(sched_setscheduler(0, SCHED_OTHER, &p));
  TRY(sched_get_priority_max(SCHED_FIFO));
  TRY(sched_get_priority_min(SCHED_RR));
  TRY(sched_get_priority_max(SCHED_OTHER));
  TRY(sched_get_priority_max(99));
  p.sched_priority = 0;
  TRY(sched_setscheduler(0, SCHED_BATCH, &p));
  TRY(sched_getscheduler(0));
  TRY(sched_setscheduler(0, SCHED_IDLE, &p));
  TRY(sched_setscheduler(0, SCHED_OTHER, &p));
  TRY(sched_yield());
  TRY(sched_rr_get_interval(-1, &t));
  cpu_set_t set;
  TRY(sched_getaffinity(999999, sizeof set, &set));
  TRY(syscall(SYS_sched_getaffinity, 0, 4, &set));
  CPU_ZERO(&set);
  TRY(sched_setaffinity(0, sizeof set, &set));
  TRY(syscall(SYS_sched_setaffinity, 0, 8, (void *)8));
  fflush(stdout);
  if (!fork()) {
    setpriority(PRIO_PROCESS, 0, 4);
    setresuid(1000, 1000, 1000);
    TRY(nice(1));
    TRY(nice(-2));
    TRY(setpriority(PRIO_PROCESS, 0, 3));
    TRY(setpriority(PRIO_PROCESS, getppid(), 9));
    p.sched_priority = 1;
    TRY(sched_setscheduler(0, SCHED_RR, &p));
    TRY(getpriority(PRIO_USER, 1000));
    fflush(stdout);
    _exit(0);
  }
  wait(0);
  return 0;
}
