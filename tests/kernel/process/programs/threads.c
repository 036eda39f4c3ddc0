// Threads with locks, conditions, barriers, thread-local storage, cancellation; many of them; and the end of all.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ready = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static sem_t semaphore;
static int count, go;
static __thread int own;

static void *counter(void *unused) {
  for (int i = 0; i < 1000; i++) {
    pthread_mutex_lock(&lock);
    count++;
    own++;
    pthread_mutex_unlock(&lock);
  }
  pthread_barrier_wait(&barrier);
  pthread_mutex_lock(&lock);
  while (!go) pthread_cond_wait(&ready, &lock);
  pthread_mutex_unlock(&lock);
  return (void *)(long)own;
}
static void *sleeper(void *unused) { pause(); return 0; }
static void *empty(void *unused) { sem_post(&semaphore); return 0; }
static void cleanup(void *text) { puts(text); }
static void *cleaner(void *unused) {
  pthread_cleanup_push(cleanup, "cleaned up");
  pause();
  pthread_cleanup_pop(0);
  return 0;
}
static void *reader(void *sum) {
  pthread_rwlock_rdlock(&rw);
  __sync_fetch_and_add((int *)sum, 1);
  usleep(1000);
  pthread_rwlock_unlock(&rw);
  return 0;
}
static pthread_mutex_t robust;
static void *dies(void *unused) { pthread_mutex_lock(&robust); return 0; }
static int same_process(void) { return getpid() == (int)syscall(SYS_gettid); }
static void *numbers(void *unused) {
  printf("a thread is its process: %d\n", same_process());
  return 0;
}

int main(int argc, char **argv) {
  if (argc > 1) {
    printf("executed by the only thread %d\n", same_process());
    return 5;
  }
  pthread_t t[8];
  void *result;
  long sum = 0;
  pthread_barrier_init(&barrier, 0, 9);
  for (int i = 0; i < 8; i++) pthread_create(&t[i], 0, counter, 0);
  pthread_barrier_wait(&barrier);
  printf("count %d, own %d\n", count, own);
  pthread_mutex_lock(&lock);
  go = 1;
  pthread_cond_broadcast(&ready);
  pthread_mutex_unlock(&lock);
  for (int i = 0; i < 8; i++) {
    pthread_join(t[i], &result);
    sum += (long)result;
  }
  printf("sum %ld\n", sum);

  pthread_create(t, 0, cleaner, 0);
  usleep(2000);
  pthread_cancel(t[0]);
  pthread_join(t[0], &result);
  printf("cancelled %d\n", result == PTHREAD_CANCELED);

  struct timespec at;
  clock_gettime(CLOCK_REALTIME, &at);
  at.tv_nsec += 20000000;
  if (at.tv_nsec >= 1000000000) at.tv_sec++, at.tv_nsec -= 1000000000;
  pthread_mutex_lock(&lock);
  printf("timed wait %d\n", pthread_cond_timedwait(&ready, &lock, &at) == ETIMEDOUT);
  pthread_mutex_unlock(&lock);
  pthread_mutex_lock(&lock);
  printf("try %d, timed lock %d\n", pthread_mutex_trylock(&lock) == EBUSY, pthread_mutex_timedlock(&lock, &at) == ETIMEDOUT);

  int readers = 0;
  pthread_rwlock_wrlock(&rw);
  for (int i = 0; i < 4; i++) pthread_create(&t[i], 0, reader, &readers);
  usleep(2000);
  printf("readers before %d\n", readers);
  pthread_rwlock_unlock(&rw);
  for (int i = 0; i < 4; i++) pthread_join(t[i], 0);
  printf("readers after %d\n", readers);

  pthread_mutexattr_t attribute;
  pthread_mutexattr_init(&attribute);
  pthread_mutexattr_setrobust(&attribute, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&robust, &attribute);
  pthread_create(t, 0, dies, 0);
  pthread_join(t[0], 0);
  printf("owner died %d\n", pthread_mutex_lock(&robust) == EOWNERDEAD);

  sem_init(&semaphore, 0, 0);
  int made = 0;
  for (int i = 0; i < 2000; i++) {
    if (pthread_create(t, 0, empty, 0)) break;
    pthread_detach(t[0]);
    made++;
  }
  for (int i = 0; i < made; i++) sem_wait(&semaphore);
  printf("made %d\n", made);
  numbers(0);
  pthread_create(t, 0, numbers, 0);
  pthread_join(t[0], 0);

  fflush(stdout);
  int status;
  if (fork() == 0) {
    pthread_create(t, 0, sleeper, 0);
    abort();
  }
  wait(&status);
  printf("abort ends all: %d\n", WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
  fflush(stdout);
  if (fork() == 0) {
    pthread_create(t, 0, sleeper, 0);
    execl("/proc/self/exe", "again", "x", (char *)0);
    _exit(9);
  }
  wait(&status);
  printf("status %d\n", WEXITSTATUS(status));
  fflush(stdout);
  if (fork() == 0) {
    pthread_create(t, 0, empty, 0);
    pthread_exit(0);
  }
  wait(&status);
  printf("the last thread's end is the process's: %d\n", status);
  return 0;
}
