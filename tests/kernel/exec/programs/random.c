/*
 * What chance does to the places of stack, libraries, program and heap in twenty runs: whether they differ, how far they
 * reach, and that personality switches it off. Then what READ_IMPLIES_EXEC and MMAP_PAGE_ZERO do.
 */
#include "attempt.h"
#include <sys/mman.h>
#include <sys/personality.h>

enum { STACK, ARGUMENTS, MAPPED, VDSO, PROGRAM, HEAP, CANARY, PLACES };
static const char *names[] = {"stack", "arguments", "mapped", "vdso", "program", "heap", "random bytes"};

static void report(char **argv) {
  unsigned long p[PLACES] = {0};
  char line[512];
  FILE *f = fopen("/proc/self/maps", "r");
  unsigned long start, end;
  while (fgets(line, sizeof line, f)) {
    sscanf(line, "%lx-%lx", &start, &end);
    if (strstr(line, "[stack]")) p[STACK] = end;
    if (strstr(line, "[heap]")) p[HEAP] = start;
    if (strstr(line, "/self") && !p[PROGRAM]) p[PROGRAM] = start;
  }
  fclose(f);
  p[ARGUMENTS] = (unsigned long)argv;
  p[MAPPED] = (unsigned long)mmap(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  p[VDSO] = getauxval(AT_SYSINFO_EHDR);
  p[CANARY] = *(unsigned long *)getauxval(AT_RANDOM);
  write(3, p, sizeof p);
}

static void run(unsigned long *p, int persona) {
  int ends[2];
  pipe(ends);
  fflush(stdout);
  int pid = fork();
  if (!pid) {
    char *argv[] = {"self", "report", 0}, *none[] = {0};
    dup2(ends[1], 3);
    if (persona) personality(persona);
    execve("./self", argv, none);
    _exit(1);
  }
  read(ends[0], p, PLACES * sizeof *p);
  close(ends[0]), close(ends[1]);
  waited(pid);
}

static void compare(const char *label, int persona) {
  unsigned long first[PLACES], next[PLACES];
  int differs[PLACES] = {0}, aligned[PLACES] = {0}, inside = 1, order = 1, near = 1;
  run(first, persona);
  for (int i = 0; i < 20; i++) {
    run(next, persona);
    for (int k = 0; k < PLACES; k++) differs[k] += next[k] != first[k], aligned[k] |= next[k] & 4095;
    inside &= 0x7ffffffff000 - next[STACK] <= (1L << 34) + 8192;
    inside &= next[MAPPED] < 0x7fff00000000 && next[MAPPED] > 0x7fff00000000 - (1L << 41) || persona;
    inside &= next[HEAP] - next[PROGRAM] < (1L << 31) || next[PROGRAM] > 0x700000000000;
    near &= next[STACK] - next[ARGUMENTS] < 12288 + 4096;
    order &= next[VDSO] < next[STACK] && next[HEAP] < next[MAPPED];
  }
  printf("%s: inside %d order %d near %d", label, inside, order, near);
  for (int k = 0; k < PLACES; k++) printf(", %s %s%s", names[k], differs[k] > 15 ? "differs" : differs[k] ? "sometimes" : "same", k == STACK || k == MAPPED || k == VDSO || k == PROGRAM || k == HEAP ? aligned[k] ? " unaligned" : " aligned" : "");
  puts("");
}

static const char *rights_at(void *at) {
  static char rights[8];
  unsigned long start, end;
  char line[512];
  FILE *f = fopen("/proc/self/maps", "r");
  strcpy(rights, "none");
  while (fgets(line, sizeof line, f)) {
    char here[8];
    sscanf(line, "%lx-%lx %7s", &start, &end, here);
    if (start <= (unsigned long)at && (unsigned long)at < end) strcpy(rights, here);
  }
  fclose(f);
  return rights;
}

static void implied(void) {
  printf("personality %x", personality(READ_IMPLIES_EXEC)), printf(" then %x\n", personality(0xffffffff));
  void *p = mmap(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  printf("mapped for reading: %s", rights_at(p));
  mprotect(p, 4096, PROT_WRITE), printf(" then %s", rights_at(p));
  mprotect(p, 4096, PROT_READ | PROT_WRITE), printf(" then %s\n", rights_at(p));
  char *end = sbrk(0);
  sbrk(1 << 20), printf("heap %s\n", rights_at(end + 8192));
}

int main(int argc, char **argv) {
  if (argc > 1 && !strcmp(argv[1], "report")) { sbrk(4096); report(argv); return 0; }
  if (argc > 1 && !strcmp(argv[1], "zero")) {
    printf("after exec: %x, at null: %s\n", personality(0xffffffff), rights_at(0));
    return 0;
  }
  copy_self("self");
  chmod(".", 0777);
  compare("usual", 0);
  compare("without chance", ADDR_NO_RANDOMIZE);
  fflush(stdout);
  for (int user = 0; user < 2; user++) {
    int pid = fork();
    if (!pid) {
      char *args[] = {"self", "zero", 0}, *none[] = {0};
      if (user) setuid(1000);
      personality(MMAP_PAGE_ZERO | READ_IMPLIES_EXEC | ADDR_NO_RANDOMIZE);
      execve("./self", args, none);
    }
    waited(pid);
  }
  chown("self", 3000, 0), chmod("self", 04755);
  int pid = fork();
  if (!pid) {
    char *args[] = {"self", "zero", 0}, *none[] = {0};
    personality(MMAP_PAGE_ZERO | READ_IMPLIES_EXEC | ADDR_NO_RANDOMIZE);
    execve("./self", args, none);
  }
  waited(pid);
  implied();
  return 0;
}
