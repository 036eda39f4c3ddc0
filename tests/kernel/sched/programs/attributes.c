// sched_setattr and sched_getattr: sizes, flags, what is cut and what is refused, and what a child inherits.
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct attr {
  uint32_t size, policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime, deadline, period;
  uint32_t util_min, util_max;
  uint32_t more[10];
};

#define TRY(call) do { errno = 0; long r = (call); printf("%s = %ld %s\n", #call, r, r < 0 ? strerrorname_np(errno) : ""); } while (0)
#define SET(pid, flags) syscall(SYS_sched_setattr, pid, &a, flags)
#define GET(pid, size, flags) syscall(SYS_sched_getattr, pid, &a, size, flags)

static struct attr a;

// What a thread has that never asked: it differs between machines.
static uint64_t ordinary;

static void reset(void) { memset(&a, 0, sizeof a); a.size = 56; }
static void show(int runtime) {
  memset(&a, 0xee, sizeof a);
  TRY(GET(0, 56, 0));
  printf("size %u policy %u flags %llx nice %d priority %u", a.size, a.policy, (unsigned long long)a.flags, a.nice, a.priority);
  if (runtime) printf(" runtime %llu", a.runtime == ordinary ? 0 : (unsigned long long)a.runtime);
  printf("\n");
}

int main(void) {
  GET(0, 56, 0);
  ordinary = a.runtime;
  reset();
  TRY(syscall(SYS_sched_setattr, 0, 0, 0));
  TRY(syscall(SYS_sched_setattr, 0, 8, 0));
  TRY(SET(-1, 0));
  TRY(SET(999999, 0));
  TRY(SET(0, 1));
  show(0);
  reset(); a.size = 40; TRY(SET(0, 0)); printf("size %u\n", a.size);
  reset(); a.size = 5000; TRY(SET(0, 0)); printf("size %u\n", a.size);
  reset(); a.size = 64; a.more[1] = 1; TRY(SET(0, 0)); printf("size %u\n", a.size);
  reset(); a.size = 64; TRY(SET(0, 0));
  reset(); a.size = 0; a.nice = 3; TRY(SET(0, 0)); show(0);
  reset(); a.policy = 77; TRY(SET(0, 0));
  reset(); a.policy = 0x80000000; TRY(SET(0, 0));
  reset(); a.priority = 1; TRY(SET(0, 0));
  reset(); a.flags = 1 << 20; TRY(SET(0, 0));
  reset(); a.flags = 0x20; a.size = 48; TRY(SET(0, 0));
  reset(); a.nice = 100; TRY(SET(0, 0)); show(0);
  reset(); a.nice = 4; a.runtime = 3000000; TRY(SET(0, 0)); show(1);
  reset(); a.nice = 4; a.runtime = 7; TRY(SET(0, 0)); show(1);
  reset(); a.nice = 4; a.runtime = 1ull << 40; TRY(SET(0, 0)); show(1);
  reset(); a.flags = 0x10; a.policy = SCHED_BATCH; TRY(SET(0, 0)); show(1);
  reset(); a.flags = 0x08; a.nice = 6; a.runtime = 2000000; TRY(SET(0, 0)); show(1);
  reset(); a.flags = 0x01; a.nice = 5; a.runtime = 5000000; TRY(SET(0, 0)); show(1);
  TRY(sched_getscheduler(0));
  TRY(setpriority(PRIO_PROCESS, 0, 7)); show(1);
  struct sched_param p = {0};
  TRY(sched_setscheduler(0, SCHED_OTHER, &p)); show(1);
  TRY(sched_setscheduler(0, SCHED_OTHER | SCHED_RESET_ON_FORK, &p)); show(1);
  memset(&a, 0xee, sizeof a);
  TRY(GET(0, 47, 0));
  TRY(GET(0, 4097, 0));
  TRY(GET(0, 56, 1));
  TRY(GET(-1, 56, 0));
  TRY(GET(999999, 56, 0));
  TRY(GET(0, 48, 0)); printf("size %u next %x\n", a.size, a.util_min);
  TRY(GET(0, 80, 0)); printf("size %u beyond %x %x\n", a.size, a.more[0], a.more[6]);
  fflush(stdout);
  if (!fork()) {
    printf("child\n");
    show(1);
    TRY(setpriority(PRIO_PROCESS, 0, -5));
    TRY(sched_setscheduler(0, SCHED_OTHER | SCHED_RESET_ON_FORK, &p));
    fflush(stdout);
    if (!fork()) { printf("grandchild\n"); show(1); fflush(stdout); _exit(0); }
    wait(0);
    setresuid(1000, 1000, 1000);
    reset(); a.nice = -5; TRY(SET(0, 0));
    reset(); a.nice = -5; a.flags = 1; TRY(SET(0, 0));
    reset(); a.nice = -6; a.flags = 1; TRY(SET(0, 0));
    reset(); a.nice = 1; a.flags = 1; a.runtime = 1000000; TRY(SET(0, 0)); show(1);
    reset(); a.policy = SCHED_FIFO; a.priority = 1; a.flags = 1; TRY(SET(0, 0));
    reset(); a.policy = SCHED_IDLE; a.nice = 1; a.flags = 1; TRY(SET(0, 0)); show(0);
    reset(); a.policy = SCHED_OTHER; a.nice = 1; a.flags = 1; TRY(SET(0, 0)); show(0);
    reset(); a.nice = 9; TRY(SET(getppid(), 0));
    fflush(stdout);
    _exit(0);
  }
  wait(0);
  return 0;
}
