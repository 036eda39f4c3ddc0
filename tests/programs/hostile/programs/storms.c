/* Storms of signals to oneself: nested, queued, by timers, in threads, on stacks that are too small, and out of frames that are none. */
#include "bystander.h"
#include <pthread.h>
#include <sys/time.h>

static volatile int depth, deepest, count;

static void catch(int signal, void (*handler)(int), int flags) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  sigaction(signal, &action, 0);
}

static void nested(int signal) {
  count++;
  if (++depth > deepest) deepest = depth;
  if (depth < 400) kill(getpid(), signal);
  depth--;
}

static void nesting(void) {
  catch(SIGUSR1, nested, SA_NODEFER);
  raise(SIGUSR1);
  printf("  %d handlers, %d deep\n", count, deepest);
  others_go_on();
}

static void counted(int signal) { count++; }

static void many(void) {
  catch(SIGUSR1, counted, 0);
  for (int n = 0; n < 5000; n++) n & 1 ? kill(getpid(), SIGUSR1) : syscall(SYS_tgkill, getpid(), getpid(), SIGUSR1);
  printf("  %d of 5000\n", count);
}

/* While blocked, a signal waits once, and a real-time signal as often as the limit allows. */
static int order[200];
static void ordered(int signal, siginfo_t *info, void *context) { order[count++ % 200] = signal * 1000 + info->si_value.sival_int; }

static void queued(void) {
  sigset_t all, before;
  become(54326);
  limit(RLIMIT_SIGPENDING, 100);
  struct sigaction action = {.sa_sigaction = ordered, .sa_flags = SA_SIGINFO};
  sigfillset(&action.sa_mask);
  for (int n = SIGRTMIN; n <= SIGRTMAX; n++) sigaction(n, &action, 0);
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  int sent = 0;
  while (sent < 1000 && sigqueue(getpid(), SIGRTMAX - sent % 20, (union sigval){.sival_int = sent}) == 0) sent++;
  printf("  %d waiting, then %s\n", sent, strerrorname_np(errno));
  printf("  kill of an ordinary one %d\n", kill(getpid(), SIGCHLD));
  others_go_on();
  sigprocmask(SIG_SETMASK, &before, 0);
  int right = 1;
  for (int n = 1; n < count; n++) right &= order[n] > order[n - 1];
  printf("  %d delivered, %s\n", count, right ? "in order" : "in disorder");
}

static void slow(int signal) {
  count++;
  for (volatile int n = 0; n < 100; n++) ;
}

static void timers(void) {
  catch(SIGALRM, slow, SA_NODEFER);
  catch(SIGVTALRM, slow, 0);
  catch(SIGPROF, slow, SA_NODEFER);
  struct itimerval often = {{0, 1000}, {0, 1000}};
  for (int n = ITIMER_REAL; n <= ITIMER_PROF; n++) setitimer(n, &often, 0);
  while (count < 60) ;
  others_go_on();
  puts("  60 times");
}

static void *sender(void *target) {
  for (int n = 0; n < 500; n++) {
    pthread_kill(*(pthread_t *)target, SIGUSR1);
    kill(getpid(), SIGUSR2);
  }
  return 0;
}

static void among_threads(void) {
  pthread_t threads[8];
  catch(SIGUSR1, counted, 0);
  catch(SIGUSR2, counted, SA_NODEFER);
  for (int n = 0; n < 8; n++) threads[n] = pthread_self();
  for (int n = 0; n < 8; n++) pthread_create(&threads[n], 0, sender, &threads[n]);
  for (int n = 0; n < 8; n++) pthread_join(threads[n], 0);
  puts(count > 8 ? "  all came back" : "  too few");
}

static void whole_group(void) {
  int ends[2];
  char byte;
  pipe(ends);
  catch(SIGUSR1, counted, 0);
  for (int n = 0; n < 20; n++)
    if (fork() == 0) {
      close(ends[1]);
      while (read(ends[0], &byte, 1) < 0 && errno == EINTR) ;
      _exit(count > 0 ? 0 : 1);
    }
  for (int n = 0; n < 200; n++) { kill(0, SIGUSR1); if (n % 50 == 0) nap(500); }
  others_go_on();
  close(ends[1]);
  int status, bad = 0;
  for (int n = 0; n < 20; n++) wait(&status) > 0 ? bad += status != 0 : n--;
  printf("  %d of 20 missed all\n", bad);
}

static char *stack_with_guard(long size) {
  char *memory = mmap(0, size + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(memory, 4096, PROT_NONE);
  stack_t stack = {.ss_sp = memory + 4096, .ss_size = size};
  sigaltstack(&stack, 0);
  return memory;
}

static void forever(int signal) { count++; kill(getpid(), signal); }

/* Each nested frame goes further down the alternate stack, until there is no room: SIGSEGV, and that one has no handler. */
static void alternate_overflow(void) {
  stack_with_guard(16384);
  catch(SIGUSR1, forever, SA_ONSTACK | SA_NODEFER);
  raise(SIGUSR1);
}

static void ordinary_overflow(void) {
  limit(RLIMIT_STACK, 256 << 10);
  catch(SIGUSR1, forever, SA_NODEFER);
  raise(SIGUSR1);
}

static void escape(int signal) { write(1, "  caught on the alternate stack\n", 32); _exit(6); }
static int deeper(volatile int n) { volatile char room[500]; room[n % 500] = n; return deeper(n + 1) + room[0]; }

static void overflow_caught(void) {
  limit(RLIMIT_STACK, 256 << 10);
  stack_with_guard(16384);
  catch(SIGSEGV, escape, SA_ONSTACK);
  deeper(0);
}

static void overflow_in_handler(int signal) { deeper(0); }

/* Below the alternate stack is not on it: the next frame begins at its top again, for ever. */
static void overflow_of_both(void) {
  alarm(1);
  limit(RLIMIT_STACK, 256 << 10);
  stack_with_guard(16384);
  catch(SIGSEGV, overflow_in_handler, SA_ONSTACK | SA_NODEFER);
  deeper(0);
}

static void faults_again(void) {
  catch(SIGSEGV, counted, SA_NODEFER);
  alarm(1);
  *(volatile int *)8 = 1;
}

static void blocked_fault(void) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, 0);
  catch(SIGSEGV, counted, 0);
  *(volatile int *)8 = 1;
}

static void ignored_fault(void) { catch(SIGSEGV, SIG_IGN, 0); *(volatile int *)8 = 1; }
static void handler_nowhere(void) { catch(SIGUSR1, (void (*)(int))0x7000, 0); raise(SIGUSR1); }
static void handler_in_kernel(void) { catch(SIGUSR1, (void (*)(int))0xffffffff81000000, 0); raise(SIGUSR1); }
static void handler_not_canonical(void) { catch(SIGUSR1, (void (*)(int))0x1234567812345678, 0); raise(SIGUSR1); }

static void no_restorer(void) {
  unsigned long action[4] = {(unsigned long)counted, 0, 0, 0};
  syscall(SYS_rt_sigaction, SIGUSR1, action, 0, 8);
  raise(SIGUSR1);
}

static unsigned seed;
static unsigned random_bits(void) { return (seed = seed * 1103515245 + 12345) >> 8; }

/* rt_sigreturn on bytes that are no frame, in one of many ways; the program ends by a signal, or goes on nowhere for a while. */
static void garbage_frame(int how) {
  static unsigned char bytes[8192] __attribute__((aligned(64)));
  seed = how;
  for (int n = 0; n < 8192; n++) bytes[n] = how == 0 ? 0 : how == 1 ? 255 : random_bits();
  __asm__ volatile("mov %0, %%rsp; mov $15, %%eax; syscall; hlt" ::"r"(bytes + 2048));
}

static void frames(void) {
  int killed[65] = {0};
  for (int how = 0; how < 100; how++) {
    pid_t child = fork();
    if (child == 0) garbage_frame(how);
    int status;
    waitpid(child, &status, 0);
    killed[WIFSIGNALED(status) ? WTERMSIG(status) : 0]++;
  }
  for (int n = 0; n < 65; n++) if (killed[n]) printf("  %d times %d\n", killed[n], n);
}

static void stack_gone(void) {
  catch(SIGUSR1, counted, 0);
  __asm__ volatile("xor %%esp, %%esp; mov %0, %%edi; mov $10, %%esi; mov $62, %%eax; syscall; hlt" ::"r"(getpid()));
}

static void stack_unaligned(void) {
  catch(SIGUSR1, escape, 0);
  static char room[65536];
  __asm__ volatile("lea 40003(%1), %%rsp; mov %0, %%edi; mov $10, %%esi; mov $62, %%eax; syscall; hlt" ::"r"(getpid()), "r"(room) : "rdi");
}

static void children_storm(void) {
  catch(SIGCHLD, counted, SA_NODEFER | SA_RESTART);
  for (int n = 0; n < 200; n++) if (fork() == 0) _exit(0);
  int gone = 0;
  while (gone < 200) if (waitpid(-1, 0, 0) > 0) gone++;
  puts("  200 children");
}

int main(void) {
  begin();
  attempt("nested handlers", nesting);
  attempt("5 000 signals", many);
  attempt("more than may wait", queued);
  attempt("timers whose handlers meet", timers);
  attempt("threads that send each other signals", among_threads);
  attempt("signals to a whole group", whole_group);
  attempt("children that die in heaps", children_storm);
  attempt("an alternate stack overflows", alternate_overflow);
  attempt("the stack overflows by frames", ordinary_overflow);
  attempt("the stack overflows, which is caught", overflow_caught);
  attempt("both stacks overflow", overflow_of_both);
  attempt("a fault whose handler mends nothing", faults_again);
  attempt("a fault while blocked", blocked_fault);
  attempt("a fault while ignored", ignored_fault);
  attempt("a handler where nothing is", handler_nowhere);
  attempt("a handler in the kernel", handler_in_kernel);
  attempt("a handler at no address", handler_not_canonical);
  attempt("no restorer", no_restorer);
  attempt("garbage for a frame", frames);
  attempt("no stack", stack_gone);
  attempt("an odd stack", stack_unaligned);
  return end();
}
