// Order of delivery, queues, masks, stacks, taking signals without a handler, and what handlers are told.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define TRY(call) do { errno = 0; long r = (call); printf("%s = %ld %s\n", #call, r, r < 0 ? strerrorname_np(errno) : ""); } while (0)

static char text[4096];
static int used;
static void say(const char *format, int a, int b, int c) { used += snprintf(text + used, sizeof text - used, format, a, b, c); }
static void flush(void) { fputs(text, stdout); used = 0; text[0] = 0; }
static void tell(int s, siginfo_t *i, void *c) { say("[%d %d %d]", s, i->si_code, s >= SIGRTMIN ? i->si_value.sival_int : 0); }
static sigjmp_buf back;
static void fault(int s, siginfo_t *i, void *context) {
  ucontext_t *u = context;
  long err = u->uc_mcontext.gregs[REG_ERR], trap = u->uc_mcontext.gregs[REG_TRAPNO];
  printf("signal %d code %d addr %p err %lx trap %ld\n", s, i->si_code, s == SIGFPE || s == SIGILL || s == SIGTRAP ? 0 : i->si_addr, err, trap);
  siglongjmp(back, 1);
}
static char alternate[65536];
static void where(int s) { char here; say("on the other stack %d %d\n", &here > alternate && &here < alternate + sizeof alternate, 0, 0); }
static void nested(int s) { say("(%d", s, 0, 0); if (s == SIGUSR1) raise(SIGUSR2); say(")", 0, 0, 0); }

int main(void) {
  struct sigaction a = {.sa_sigaction = tell, .sa_flags = SA_SIGINFO};
  sigset_t all, none, pending, set;
  sigfillset(&all);
  sigemptyset(&none);
  for (int s = 1; s <= 64; s++) if (s != SIGKILL && s != SIGSTOP && s != 32 && s != 33) sigaction(s, &a, 0);
  TRY(sigaction(SIGKILL, &a, 0));
  TRY(syscall(SYS_rt_sigaction, 65, 0, 0, 8));
  TRY(syscall(SYS_rt_sigaction, 1, 0, 0, 4));
  sigprocmask(SIG_SETMASK, &all, 0);
  union sigval v;
  int order[] = {SIGRTMAX, SIGRTMIN + 1, SIGUSR2, SIGRTMIN, SIGUSR1, SIGRTMIN + 1, SIGUSR1, SIGHUP, SIGRTMIN};
  for (int i = 0; i < 9; i++) { v.sival_int = i; sigqueue(getpid(), order[i], v); }
  pthread_kill(pthread_self(), SIGTERM);
  sigpending(&pending);
  say("pending %d %d %d\n", sigismember(&pending, SIGUSR1), sigismember(&pending, SIGTERM), sigismember(&pending, SIGINT));
  sigprocmask(SIG_SETMASK, &none, 0);
  flush();
  puts("");

  sigprocmask(SIG_SETMASK, &all, 0);
  v.sival_int = 77;
  sigqueue(getpid(), SIGRTMIN + 3, v);
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN + 3);
  siginfo_t info;
  struct timespec soon = {0, 20000000}, bad = {0, -1};
  TRY(sigtimedwait(&set, &info, &soon));
  printf("code %d value %d same %d\n", info.si_code, info.si_value.sival_int, info.si_pid == getpid());
  TRY(sigtimedwait(&set, &info, &soon));
  TRY(sigtimedwait(&set, &info, &bad));
  fflush(stdout);
  pid_t parent = getpid();
  if (!fork()) { usleep(20000); v.sival_int = 5; sigqueue(parent, SIGRTMIN + 3, v); _exit(0); }
  TRY(sigwaitinfo(&set, &info));
  printf("value %d\n", info.si_value.sival_int);
  wait(0);
  sigprocmask(SIG_SETMASK, &none, 0);
  flush();
  puts("");
  TRY(syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR1, 0));
  info.si_code = 1;
  TRY(syscall(SYS_rt_sigqueueinfo, 1, SIGUSR1, &info));
  info.si_code = SI_QUEUE;
  TRY(syscall(SYS_rt_sigqueueinfo, 999999, SIGUSR1, &info));
  TRY(syscall(SYS_rt_sigqueueinfo, getpid(), 65, &info));
  TRY(syscall(SYS_rt_tgsigqueueinfo, getpid(), 0, 1, &info));

  a.sa_flags = 0;
  a.sa_handler = nested;
  sigaction(SIGUSR1, &a, 0);
  sigaction(SIGUSR2, &a, 0);
  raise(SIGUSR1);
  sigaddset(&a.sa_mask, SIGUSR2);
  sigaction(SIGUSR1, &a, 0);
  raise(SIGUSR1);
  flush();
  puts("");
  a.sa_flags = SA_RESETHAND | SA_NODEFER;
  sigaction(SIGUSR2, &a, 0);
  raise(SIGUSR2);
  sigaction(SIGUSR2, 0, &a);
  flush();
  printf(" default again %d\n", a.sa_handler == SIG_DFL);

  stack_t stack = {alternate, 0, 100}, old;
  TRY(sigaltstack(&stack, 0));
  stack.ss_size = sizeof alternate;
  stack.ss_flags = 8;
  TRY(sigaltstack(&stack, 0));
  stack.ss_flags = 0;
  TRY(sigaltstack(&stack, 0));
  TRY(sigaltstack(0, &old));
  printf("same %d flags %d size %zu\n", old.ss_sp == alternate, old.ss_flags, old.ss_size);
  a.sa_handler = where;
  a.sa_flags = SA_ONSTACK;
  sigemptyset(&a.sa_mask);
  sigaction(SIGUSR1, &a, 0);
  raise(SIGUSR1);
  a.sa_flags = 0;
  sigaction(SIGUSR1, &a, 0);
  raise(SIGUSR1);
  flush();

  a.sa_sigaction = fault;
  a.sa_flags = SA_SIGINFO;
  int kinds[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
  for (int i = 0; i < 5; i++) sigaction(kinds[i], &a, 0);
  volatile int zero = 0, sum = 0;
  char *page = mmap(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *fixed = (char *)0x10000000;
  mmap(fixed, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  sum += *(volatile char *)fixed;
  if (!sigsetjmp(back, 1)) *(volatile int *)16 = 1;
  if (!sigsetjmp(back, 1)) *(volatile int *)16;
  if (!sigsetjmp(back, 1)) *fixed = 1;
  if (!sigsetjmp(back, 1)) ((void (*)(void))fixed)();
  if (!sigsetjmp(back, 1)) *(volatile long *)0x8000000000000000;
  if (!sigsetjmp(back, 1)) zero = 1 / zero;
  if (!sigsetjmp(back, 1)) __asm__ volatile("ud2");
  if (!sigsetjmp(back, 1)) __asm__ volatile("int3");
  if (!sigsetjmp(back, 1)) __asm__ volatile("hlt");
  if (!sigsetjmp(back, 1)) __asm__ volatile("int $0x30");
  fflush(stdout);
  int status;
  if (!fork()) { sigprocmask(SIG_SETMASK, &all, 0); *(volatile int *)16 = 1; }
  wait(&status);
  printf("blocked fault kills: %d\n", status & 0x7f);
  fflush(stdout);
  if (!fork()) { signal(SIGSEGV, SIG_IGN); *(volatile int *)16 = 1; }
  wait(&status);
  printf("ignored fault kills: %d\n", status & 0x7f);
  signal(SIGUSR1, SIG_IGN);
  sigprocmask(SIG_SETMASK, &all, 0);
  raise(SIGUSR1);
  sigpending(&pending);
  printf("ignored and blocked is pending %d\n", sigismember(&pending, SIGUSR1));
  return 0;
}
