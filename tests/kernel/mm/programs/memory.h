// What the programs of this folder have in common: calls with their results, and the mappings of a region as /proc tells them,
// by page numbers within it.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096UL
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

// The result of a call: an error by name, a pointer as "ok" or as pages from `region`, a number as it is.
static char *region;
static unsigned long region_pages;

static void say(const char *call, long result) {
  if (result == -1) printf("%s = %s\n", call, strerrorname_np(errno));
  else if (region && (char *)result >= region && (char *)result < region + region_pages * PAGE)
    printf("%s = page %lu\n", call, ((char *)result - region) / PAGE);
  else if (result > 1000000 || result < 0) printf("%s = ok\n", call);
  else printf("%s = %ld\n", call, result);
}
#define TRY(call) do { errno = 0; say(#call, (long)(call)); } while (0)

static sigjmp_buf back;
static int fault_code;
static void on_fault(int number, siginfo_t *info, void *context) {
  fault_code = number * 100 + info->si_code;
  siglongjmp(back, 1);
}
static void catch_faults(void) {
  static char stack[65536];
  stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&alternate, 0);
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK};
  sigaction(SIGSEGV, &action, 0);
  sigaction(SIGBUS, &action, 0);
}
// The byte, or minus signal * 100 + code.
static int peek(volatile char *at) { return sigsetjmp(back, 1) ? -fault_code : *at; }
static int poke(volatile char *at, char value) {
  if (sigsetjmp(back, 1)) return -fault_code;
  *at = value;
  return 0;
}

// The lines of /proc/self/maps that lie in the region.
static void maps(const char *title) {
  char line[512];
  printf("%s:\n", title);
  fflush(stdout);
  FILE *file = fopen("/proc/self/maps", "r");
  while (fgets(line, sizeof line, file)) {
    unsigned long start, end, offset;
    char rights[8], name[256] = "";
    sscanf(line, "%lx-%lx %7s %lx %*s %*s %255[^\n]", &start, &end, rights, &offset, name);
    if (end <= (unsigned long)region || start >= (unsigned long)region + region_pages * PAGE) continue;
    char *slash = strrchr(name, '/');
    printf("  %ld-%ld %s %lx %s\n", (long)(start - (unsigned long)region) / 4096, (long)(end - (unsigned long)region) / 4096, rights, offset, slash ? slash + 1 : name);
  }
  fclose(file);
}

// A region of `pages` pages, unmapped, in which a program can do as it likes.
static void take_region(unsigned long pages) {
  region_pages = pages;
  // It begins with a page table of its own, wherever memory was found: how many tables it takes, and what a fault brings
  // along, does not depend on that.
  unsigned long table = 512 * PAGE, before = 512 * PAGE;
  char *all = mmap(0, pages * PAGE + 2 * table + before, PROT_NONE, ANON | MAP_NORESERVE, -1, 0);
  munmap(all, pages * PAGE + 2 * table + before);
  region = (char *)(((unsigned long)all + before + table - 1) & -table);
}
static char *at(unsigned long page) { return region + page * PAGE; }
static char *map_at(unsigned long page, unsigned long pages, int protection) {
  return mmap(at(page), pages * PAGE, protection, ANON | MAP_FIXED, -1, 0);
}

// The figure of a line "NAME: 12 kB" of a file under /proc; -1 without one.
static long field(const char *path, const char *name) {
  char line[512];
  long value = -1;
  FILE *file = fopen(path, "r");
  if (!file) return -2;
  while (fgets(line, sizeof line, file))
    if (!strncmp(line, name, strlen(name)) && line[strlen(name)] == ':') value = atol(line + strlen(name) + 1);
  fclose(file);
  return value;
}
static long minor_faults(void) { struct rusage u; getrusage(RUSAGE_SELF, &u); return u.ru_minflt; }
