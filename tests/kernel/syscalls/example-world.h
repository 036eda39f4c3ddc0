/*
 * The world in which examples of system calls run: each in a child of its own, in a folder with notes.txt and letters/, with one
 * pointer bent if so wanted, by SYSCALL or by INT 0x80. Prints what came of it.
 */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <linux/futex.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>
#include <utime.h>

enum { BY_SYSCALL, BY_INT80 };
/* What the children tell. */
static volatile struct { long result; int returned; } *told;
/* Two pages of which the second is gone; one that may only be read; one that may not be touched. */
static char *edge, *fixed, *closed, *gone;

/* Bad pointers: fixed ones, and the last n bytes before a hole. */
static const long BENT[] = {0, 8, 0x7ffffffff000, 0x800000000000, 0xffff888000000000, 0xffffffff81000000, -1, -4096};
enum { FIXED = sizeof BENT / sizeof *BENT, GONE = FIXED, CLOSED, READ_ONLY, STRADDLING };
static const int STRADDLES[] = {1, 2, 4, 5, 8, 12, 15, 16, 24, 32, 48, 64, 128};
enum { KINDS = STRADDLING + sizeof STRADDLES / sizeof *STRADDLES };
/* Copies what can be read of `length` bytes. */
static void copy_readable(char *to, const void *from, int length) {
  int p[2];
  if (pipe(p)) return;
  while (length > 0 && write(p[1], from, length) != length) length--;
  memcpy(to, from, length);
  close(p[0]);
  close(p[1]);
}
static long bent(int kind, long was) {
  if (kind < FIXED) return BENT[kind];
  if (kind == GONE) return (long)gone;
  if (kind == CLOSED) return (long)closed;
  char *at = kind == READ_ONLY ? fixed : edge + 4096 - STRADDLES[kind - STRADDLING];
  int length = kind == READ_ONLY ? 128 : STRADDLES[kind - STRADDLING];
  if (kind == READ_ONLY) mprotect(fixed, 4096, PROT_READ | PROT_WRITE);
  copy_readable(at, (void *)was, length);
  if (kind == READ_ONLY) mprotect(fixed, 4096, PROT_READ);
  return (long)at;
}

/* A child of the call ends at once, before it could change what it shares. */
static inline __attribute__((always_inline)) long enter(long number, const long *a, int door, int forks) {
  long result = number;
  if (door == BY_SYSCALL) {
    register long r10 __asm__("r10") = a[3], r8 __asm__("r8") = a[4], r9 __asm__("r9") = a[5];
    __asm__ volatile("syscall" : "+a"(result) : "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  } else {
    __asm__ volatile("push %%rbp; mov %6, %%rbp; int $0x80; pop %%rbp"
                     : "+a"(result)
                     : "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4]), "r"(a[5])
                     : "r8", "r9", "r10", "r11", "memory");
    result = (int)result;
  }
  if (forks && result == 0) {
    register long status __asm__("rdi") = 0;
    __asm__ volatile("syscall" : : "a"(SYS_exit_group), "r"(status) : "rcx", "r11", "memory");
  }
  return result;
}

static void on_alarm(int signal) {}

struct example {
  const char *name;
  int number, number32;
  /* Its result is a number of a process, a time, an address. */
  int varies;
  /* Bits of the arguments that are pointers. */
  int pointers;
  /* Calls with argument `which` bent by `kind`; none for -1. */
  long (*run)(int which, int kind, int door);
};

/* A folder of its own for each, with a file and a folder in it: whatever the one before has done cannot matter. */
static void fresh_folder(void) {
  static int number;
  static char place[4096];
  if (number == 0) getcwd(place, sizeof place);
  chdir(place);
  char name[16];
  sprintf(name, "%06d", number++);
  mkdir(name, 0755);
  chdir(name);
  mkdir("letters", 0755);
  int fd = open("notes.txt", O_WRONLY | O_CREAT | O_TRUNC, 0644);
  write(fd, "Hello, reader.\n", 15);
  close(fd);
}

static struct { const struct example *of; int which, kind, door; } now;
static void run_now(void) {
  told->result = now.of->run(now.which, now.kind, now.door);
  told->returned = 1;
  _exit(0);
}

/* Pages that 32 bits can point to. */
static char *low_pages(int count, int protection) {
  static char *next = (char *)0x60000000;
  char *at = next;
  next += (count + 1) * 4096L;
  return mmap(at, count * 4096L, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
}

/* On a stack that INT 0x80 can point to. */
static void on_low_stack(void) {
  static ucontext_t context;
  getcontext(&context);
  context.uc_stack.ss_size = 1 << 16;
  context.uc_stack.ss_sp = low_pages(16, PROT_READ | PROT_WRITE);
  makecontext(&context, run_now, 0);
  setcontext(&context);
}

static void one(const struct example *of, int which, int kind, int door) {
  fresh_folder();
  told->returned = 0;
  now.of = of;
  now.which = which;
  now.kind = kind;
  now.door = door;
  fflush(stdout);
  int status, pid = fork();
  if (pid == 0) {
    alarm(3);
    if (door == BY_INT80) on_low_stack();
    run_now();
  }
  waitpid(pid, &status, 0);
  printf("%s%s", of->name, door == BY_INT80 ? " by int 0x80" : "");
  if (which >= 0) {
    printf(", argument %d ", which + 1);
    if (kind < FIXED) printf("= %#lx", BENT[kind]);
    else if (kind < STRADDLING) printf("%s", kind == GONE ? "unmapped" : kind == CLOSED ? "closed" : "read-only");
    else printf("%d bytes before a hole", STRADDLES[kind - STRADDLING]);
  }
  if (WIFSIGNALED(status)) printf(": signal %d\n", WTERMSIG(status));
  else if (!told->returned) printf(": exit %d\n", WEXITSTATUS(status));
  else if (told->result < 0 && told->result >= -4095) printf(": %s\n", strerrorname_np(-told->result));
  else if (of->varies || told->result < 0 || told->result > 0xffff) printf(": done\n");
  else printf(": %ld\n", told->result);
}

static void prepare(void) {
  told = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  edge = low_pages(2, PROT_READ | PROT_WRITE);
  munmap(edge + 4096, 4096);
  fixed = low_pages(1, PROT_READ);
  closed = low_pages(1, PROT_NONE);
  gone = edge + 4096;
  umask(0);
}

/* Whether this one of the storm's cases is in the sample. */
static int is_chosen(unsigned stride, unsigned seed) {
  static unsigned number;
  unsigned mixed = ++number * 0x45d9f3bu;
  return (mixed ^ mixed >> 16) % stride == seed;
}

/* What the program does: "examples", "storm" STRIDE SEED of bad pointers, or nothing, when an example has run it. */
static int run_all(const struct example *all, int count, int argc, char **argv) {
  if (argc < 2) return 0;
  int is_storm = !strcmp(argv[1], "storm");
  unsigned stride = is_storm ? atoi(argv[2]) : 1, seed = is_storm ? atoi(argv[3]) : 0;
  prepare();
  for (int i = 0; i < count; i++) {
    for (int door = BY_SYSCALL; door <= BY_INT80; door++) {
      if ((door == BY_SYSCALL ? all[i].number : all[i].number32) < 0) continue;
      if (!is_storm) one(&all[i], -1, 0, door);
      else
        for (int which = 0; which < 6; which++)
          for (int kind = 0; all[i].pointers & 1 << which && kind < KINDS; kind++)
            if (is_chosen(stride, seed)) one(&all[i], which, kind, door);
    }
  }
  return 0;
}
