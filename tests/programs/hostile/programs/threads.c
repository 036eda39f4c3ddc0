/* 2 000 threads at once, threads without end, and threads that fight for one lock. */
#include "bystander.h"
#include <pthread.h>

static pthread_barrier_t all_here;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static long sum;
static int waiting, open_now;

static void *one(void *number) {
  pthread_mutex_lock(&lock);
  sum += (long)number;
  waiting++;
  pthread_cond_broadcast(&changed);
  while (!open_now) pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
  return (void *)((long)number * 3);
}

static pthread_attr_t small(void) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 16384);
  return attributes;
}

static void many(void) {
  static pthread_t threads[2000];
  pthread_attr_t attributes = small();
  int made = 0;
  for (; made < 2000; made++)
    if (pthread_create(&threads[made], &attributes, one, (void *)(long)made)) break;
  pthread_mutex_lock(&lock);
  while (waiting < made) pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
  others_go_on();
  pthread_mutex_lock(&lock);
  open_now = 1;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  long back = 0;
  for (int n = 0; n < made; n++) {
    void *result;
    pthread_join(threads[n], &result);
    back += (long)result;
  }
  printf("  %d threads, sum %ld, returned %ld\n", made, sum, back);
}

static void *forever(void *unused) { for (;;) pause(); }

static void refused(void) {
  become(54325);
  limit(RLIMIT_NPROC, 50);
  pthread_attr_t attributes = small();
  int made = 0, error;
  pthread_t thread;
  while (!(error = pthread_create(&thread, &attributes, forever, 0))) made++;
  printf("  %d threads, then %s\n", made, strerrorname_np(error));
  others_go_on();
}

static void *fork_and_wait(void *unused) {
  for (int n = 0; n < 10; n++) {
    pid_t child = fork();
    if (child == 0) _exit(7);
    int status = 0;
    waitpid(child, &status, 0);
    pthread_mutex_lock(&lock);
    sum += WEXITSTATUS(status);
    pthread_mutex_unlock(&lock);
  }
  return 0;
}

static void forking(void) {
  pthread_t threads[16];
  sum = 0;
  for (int n = 0; n < 16; n++) pthread_create(&threads[n], 0, fork_and_wait, 0);
  for (int n = 0; n < 16; n++) pthread_join(threads[n], 0);
  printf("  16 threads with 10 children each: %ld\n", sum);
}

static void *leave_together(void *number) {
  pthread_barrier_wait(&all_here);
  if ((long)number % 7 == 3) syscall(SYS_exit_group, 9);
  for (;;) if ((long)number & 1) pause(); else sched_yield();
}

static void ending(void) {
  pthread_t thread;
  pthread_attr_t attributes = small();
  pthread_barrier_init(&all_here, 0, 101);
  for (long n = 0; n < 100; n++) pthread_create(&thread, &attributes, leave_together, (void *)n);
  pthread_barrier_wait(&all_here);
  for (;;) pause();
}

static void *exec_now(void *number) {
  pthread_barrier_wait(&all_here);
  if (number) execl("/proc/self/exe", "threads", "ended", (char *)0);
  for (;;) pause();
}

static void executing(void) {
  pthread_t thread;
  pthread_attr_t attributes = small();
  pthread_barrier_init(&all_here, 0, 51);
  for (long n = 0; n < 50; n++) pthread_create(&thread, &attributes, exec_now, (void *)(long)(n == 30));
  pthread_barrier_wait(&all_here);
  for (;;) pause();
}

int main(int argc, char **argv) {
  if (argc > 1) return 5;
  begin();
  attempt("2 000 threads", many);
  attempt("threads without end", refused);
  attempt("threads that fork", forking);
  attempt("several threads end the process at once", ending);
  attempt("one of 50 threads executes a program", executing);
  return end();
}
