// The calls below the locks of threads: every operation, its errors, and words that processes share.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TRY(call) do { errno = 0; long r = (call); printf("%s = %ld %s\n", #call, r, r < 0 ? strerrorname_np(errno) : ""); } while (0)
static long futex(void *a, int op, int v, void *t, void *b, int v3) { return syscall(SYS_futex, a, op, v, t, b, v3); }
static void none(int s) {}

int main(void) {
  unsigned word = 1;
  struct timespec soon = {0, 20000000}, bad = {0, 1000000000}, past = {0, 0}, at;
  TRY(futex(&word, FUTEX_WAIT, 2, 0, 0, 0));
  TRY(futex(&word, FUTEX_WAIT, 1, &soon, 0, 0));
  TRY(futex(&word, FUTEX_WAIT, 1, &bad, 0, 0));
  TRY(futex(&word, FUTEX_WAIT, 1, (void *)8, 0, 0));
  TRY(futex((char *)&word + 1, FUTEX_WAIT, 1, 0, 0, 0));
  TRY(futex((void *)8, FUTEX_WAIT, 1, 0, 0, 0));
  TRY(futex(&word, FUTEX_WAIT_BITSET, 1, &past, 0, 1));
  TRY(futex(&word, FUTEX_WAIT_BITSET, 1, 0, 0, 0));
  TRY(futex(&word, FUTEX_WAKE_BITSET, 1, 0, 0, 0));
  clock_gettime(CLOCK_REALTIME, &at);
  at.tv_nsec = (at.tv_nsec + 20000000) % 1000000000;
  TRY(futex(&word, FUTEX_WAKE, 1, 0, 0, 0));
  TRY(futex(&word, FUTEX_REQUEUE, 1, (void *)1, &word + 1, 0));
  TRY(futex(&word, FUTEX_CMP_REQUEUE, 1, (void *)1, &word, 7));
  TRY(futex(&word, 99, 1, 0, 0, 0));
  TRY(futex(&word, FUTEX_WAKE_OP, 1, (void *)1, &word, FUTEX_OP(FUTEX_OP_ADD, 5, FUTEX_OP_CMP_EQ, 1)));
  printf("word %u\n", word);

  unsigned *shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int status;
  fflush(stdout);
  for (int i = 0; i < 3; i++)
    if (!fork()) _exit(futex(shared, FUTEX_WAIT, 0, 0, 0, 0) == 0 ? 20 + i : 1);
  usleep(100000);
  TRY(futex(shared, FUTEX_CMP_REQUEUE, 1, (void *)5, shared + 1, 0));
  TRY(futex(shared, FUTEX_WAKE, 5, 0, 0, 0));
  wait(&status);
  TRY(futex(shared + 1, FUTEX_WAKE, 5, 0, 0, 0));
  wait(&status);
  wait(&status);
  printf("status %d\n", WEXITSTATUS(status) >= 20);

  struct sigaction action = {.sa_handler = none};
  sigaction(SIGALRM, &action, 0);
  alarm(1);
  TRY(futex(&word, FUTEX_WAIT, word, 0, 0, 0));
  action.sa_flags = SA_RESTART;
  sigaction(SIGALRM, &action, 0);
  alarm(1);
  struct timespec two = {1, 500000000};
  TRY(futex(&word, FUTEX_WAIT, word, &two, 0, 0));
  return 0;
}
