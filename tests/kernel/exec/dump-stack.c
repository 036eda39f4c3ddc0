/*
 * Writes its own initial stack to standard output: rsp and the stack's end as two 64-bit numbers, then all bytes
 * between. Called as "launch" it first runs itself without address randomisation: launch RANDOMISE NAME [ARG...] [-- ENV...].
 * Built with -nostartfiles -static.
 */
#include <string.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <unistd.h>

static long call(long n, long a, long b, long c) {
  long r;
  __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return r;
}

static int same(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

static void launch(char **argv) {
  if (argv[1][0] == '0') call(SYS_personality, ADDR_NO_RANDOMIZE, 0, 0);
  char **args = argv + 3, **p = args;
  while (*p && !same(*p, "--")) p++;
  char **env = *p ? p + 1 : p;
  *p = 0;
  call(SYS_execve, (long)argv[2], (long)args, (long)env);
  call(SYS_exit, 1, 0, 0);
}

static unsigned long stackEnd(unsigned long inside) {
  static char maps[1 << 16];
  long fd = call(SYS_open, (long)"/proc/self/maps", 0, 0), n = 0, k;
  while ((k = call(SYS_read, fd, (long)maps + n, sizeof maps - n)) > 0) n += k;
  for (char *p = maps; *p; p++) {
    unsigned long range[2] = {0, 0};
    for (int i = 0; i < 2; i++, p++)
      for (; *p != '-' && *p != ' '; p++) range[i] = range[i] * 16 + (*p <= '9' ? *p - '0' : *p - 'a' + 10);
    if (range[0] <= inside && inside < range[1]) return range[1];
    while (*p != '\n') p++;
  }
  return inside;
}

void begin(unsigned long *sp) {
  char **argv = (char **)(sp + 1);
  if (sp[0] > 0 && same(argv[0], "launch")) launch(argv);
  unsigned long end = stackEnd((unsigned long)sp), head[2] = {(unsigned long)sp, end};
  call(SYS_write, 1, (long)head, sizeof head);
  call(SYS_write, 1, (long)sp, end - (unsigned long)sp);
  call(SYS_exit, 0, 0, 0);
}

__asm__(".globl _start\n_start: mov %rsp, %rdi\n and $-16, %rsp\n call begin");
