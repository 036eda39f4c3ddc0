/* Locks that the kernel hands on: pthread mutexes with priority inheritance, and the same by hand. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TELL(call) do { errno = 0; long r = (call); printf("%s = %ld %s\n", #call, r, r < 0 ? strerrorname_np(errno) : ""); } while (0)

static pthread_mutex_t mutex;
static int shared_count;

static long futex(int *at, int operation, const struct timespec *limit) {
  return syscall(SYS_futex, at, operation, 0, limit, 0, 0);
}

static void *counts(void *unused) {
  for (int n = 0; n < 200; n++) {
    pthread_mutex_lock(&mutex);
    int seen = shared_count;
    if (n % 50 == 0) usleep(100);
    shared_count = seen + 1;
    pthread_mutex_unlock(&mutex);
  }
  return 0;
}

static void make(int robust) {
  pthread_mutexattr_t kind;
  pthread_mutexattr_init(&kind);
  pthread_mutexattr_setprotocol(&kind, PTHREAD_PRIO_INHERIT);
  pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ERRORCHECK);
  if (robust) pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);
  printf("init %d\n", pthread_mutex_init(&mutex, &kind));
}

static void *dies_with_it(void *unused) {
  pthread_mutex_lock(&mutex);
  usleep(20000);
  return 0;
}

static void by_threads(void) {
  make(0);
  pthread_t threads[4];
  for (int n = 0; n < 4; n++) pthread_create(&threads[n], 0, counts, 0);
  for (int n = 0; n < 4; n++) pthread_join(threads[n], 0);
  printf("counted %d\n", shared_count);
  pthread_mutex_lock(&mutex);
  printf("again %s\n", strerrorname_np(pthread_mutex_lock(&mutex)));
  printf("try %s\n", strerrorname_np(pthread_mutex_trylock(&mutex)));
  printf("unlock %d, once more %s\n", pthread_mutex_unlock(&mutex), strerrorname_np(pthread_mutex_unlock(&mutex)));
}

static void owner_dies(int waits) {
  make(1);
  pthread_t thread;
  pthread_create(&thread, 0, dies_with_it, 0);
  if (waits) usleep(5000);
  else pthread_join(thread, 0);
  printf("left by its owner: %s\n", strerrorname_np(pthread_mutex_lock(&mutex)));
  printf("consistent %d\n", pthread_mutex_consistent(&mutex));
  printf("unlock %d\n", pthread_mutex_unlock(&mutex));
  printf("lock %d\n", pthread_mutex_lock(&mutex));
  if (waits) pthread_join(thread, 0);
}

static void by_hand(void) {
  int *word = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  TELL(futex(word, FUTEX_LOCK_PI, 0));
  printf("the word is mine: %d\n", *word == gettid());
  TELL(futex(word, FUTEX_LOCK_PI, 0));
  int child = fork();
  if (child == 0) {
    struct timespec soon;
    clock_gettime(CLOCK_REALTIME, &soon);
    soon.tv_nsec += 20000000;
    if (soon.tv_nsec >= 1000000000) soon.tv_nsec -= 1000000000, soon.tv_sec++;
    TELL(futex(word, FUTEX_TRYLOCK_PI, 0));
    TELL(futex(word, FUTEX_UNLOCK_PI, 0));
    TELL(futex(word, FUTEX_LOCK_PI, &soon));
    fflush(stdout);
    long result = futex(word, FUTEX_LOCK_PI, 0);
    printf("given %ld, and the word says so: %d, others wait: %d\n", result, (*word & FUTEX_TID_MASK) == gettid(), *word < 0);
    fflush(stdout);
    _exit(0);
  }
  usleep(60000);
  printf("somebody waits: %d\n", *word < 0);
  fflush(stdout);
  TELL(futex(word, FUTEX_UNLOCK_PI, 0));
  waitpid(child, 0, 0);
  printf("it ended with the lock: %d\n", (*word & FUTEX_TID_MASK) == child);
  TELL(futex(word, FUTEX_LOCK_PI, 0));
}

int main(void) {
  setvbuf(stdout, 0, _IOLBF, 0);
  by_threads();
  owner_dies(0);
  owner_dies(1);
  by_hand();
  return 0;
}
