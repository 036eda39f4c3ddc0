/*
 * The world in which examples of system calls run: each in a child of its own, in a folder with notes.txt and letters/, by SYSCALL
 * or by INT 0x80; as they are, with one argument bent, or in a situation that does not suit them. Prints what came of each.
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
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/sysmacros.h>
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

struct example {
  const char *name;
  int number, number32;
  /* Its result is a number of a process, a time, an address. */
  int varies;
  /* What each argument is: p pointer, s path, d descriptor, i number of a process, n another number. */
  const char *kinds;
  /* Calls with argument `which` bent; for -1 without, but `bend` is called all the same if there is one. */
  long (*run)(int which, long (*bend)(long), int door);
};

/* Pages that 32 bits can point to. */
static char *low_pages(int count, int protection) {
  static char *next = (char *)0x60000000;
  char *at = next;
  next += (count + 1) * 4096L;
  return mmap(at, count * 4096L, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
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

static void fresh_folder(void) {
  static const char *const made[] = {"notes.txt", "diary.txt", "copy.txt", "link", "queue", "socket"};
  umount2("letters", MNT_DETACH);
  for (int i = 0; i < sizeof made / sizeof *made; i++) unlink(made[i]);
  rmdir("pictures");
  rmdir("letters");
  unlink("letters");
  rmdir("notes.txt");
  mkdir("letters", 0755);
  int fd = open("notes.txt", O_WRONLY | O_CREAT | O_TRUNC, 0644);
  write(fd, "Hello, reader.\n", 15);
  close(fd);
}

static struct { const struct example *of; int which, door; long (*bend)(long); } now;
static void run_now(void) {
  told->result = now.of->run(now.which, now.bend, now.door);
  told->returned = 1;
  _exit(0);
}

/* On a stack that INT 0x80 can point to, and that lies at the same place in every run. */
static void on_low_stack(void) {
  static ucontext_t context;
  getcontext(&context);
  context.uc_stack.ss_size = 1 << 16;
  context.uc_stack.ss_sp = low_pages(16, PROT_READ | PROT_WRITE);
  makecontext(&context, run_now, 0);
  setcontext(&context);
}

static void one(const struct example *of, int door, const char *label, int which, long (*bend)(long)) {
  fresh_folder();
  told->returned = 0;
  now.of = of;
  now.which = which;
  now.door = door;
  now.bend = bend;
  fflush(stdout);
  int status, pid = fork();
  if (pid == 0) {
    setpgid(0, 0);
    alarm(2);
    on_low_stack();
  }
  waitpid(pid, &status, WUNTRACED);
  kill(-pid, SIGKILL);
  if (WIFSTOPPED(status)) waitpid(pid, 0, 0);
  while (waitpid(-1, 0, WNOHANG) > 0) {}
  printf("%s%s%s", of->name, door == BY_INT80 ? " by int 0x80" : "", label);
  if (WIFSTOPPED(status)) printf(": stopped by %d\n", WSTOPSIG(status));
  else if (WIFSIGNALED(status)) printf(": signal %d\n", WTERMSIG(status));
  else if (!told->returned) printf(": exit %d\n", WEXITSTATUS(status));
  else if (told->result < 0 && told->result >= -4095) printf(": %s\n", strerrorname_np(-told->result));
  else if (of->varies || told->result < 0 || told->result > 64) printf(": done\n");
  else printf(": %ld\n", told->result);
}

static void prepare(void) {
  told = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  umask(0);
  setrlimit(RLIMIT_NOFILE, &(struct rlimit){1024, 1024});
  mkdir("world", 0777);
  mount("tmpfs", "world", "tmpfs", 0, "size=4m");
  chdir("world");
}
