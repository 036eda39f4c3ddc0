/*
 * Where everything stands when nothing is random: /proc/self/maps without devices and inodes, the auxiliary vector, and the
 * registers' neighbourhood. Run once more by itself with ADDR_NO_RANDOMIZE.
 */
#include "attempt.h"
#include <sys/personality.h>
#include <elf.h>

extern char **environ;
static char bss[100000];
static int data = 1;

static void maps(void) {
  FILE *f = fopen("/proc/self/maps", "r");
  char line[512];
  while (fgets(line, sizeof line, f)) {
    unsigned long start, end, offset, inode;
    char rights[8], device[16], name[256] = "";
    sscanf(line, "%lx-%lx %7s %lx %15s %lu %255s", &start, &end, rights, &offset, device, &inode, name);
    if (!strcmp(name, "[vsyscall]")) continue;
    char *base = strrchr(name, '/');
    printf("%lx-%lx %s %lx %s %s\n", start, end, rights, offset, inode ? "file" : "none", base ? base + 1 : name);
  }
  fclose(f);
}

static void vector(void) {
  char **p = environ;
  while (*p) p++;
  for (Elf64_auxv_t *a = (void *)(p + 1); ; a++) {
    switch (a->a_type) {
    case AT_HWCAP: case AT_HWCAP2: case AT_MINSIGSTKSZ: case AT_UID: case AT_EUID: case AT_GID: case AT_EGID:
      printf("aux %ld\n", a->a_type);
      break;
    case AT_EXECFN: case AT_PLATFORM:
      printf("aux %ld %lx %s\n", a->a_type, a->a_un.a_val, (char *)a->a_un.a_val);
      break;
    default:
      printf("aux %ld %lx\n", a->a_type, a->a_un.a_val);
    }
    if (a->a_type == AT_NULL) break;
  }
}

int main(int argc, char **argv) {
  char *arguments[] = {"self", "one", "two", 0}, *variables[] = {"A=1", "LONG=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 0};
  if (argc == 1) {
    copy_self("self");
    setenv("X", "Y", 1);
    personality(ADDR_NO_RANDOMIZE);
    execve("./self", arguments, variables);
    perror("exec");
    return 1;
  }
  printf("personality %x\n", personality(0xffffffff));
  printf("argv %p environ %p argv[0] %p env[0] %p\n", argv, environ, argv[0], environ[0]);
  printf("brk %p data %p bss %p main %p\n", (char *)0 + (((long)sbrk(0)) & 0xfff), &data, bss, main);
  vector();
  fflush(stdout);
  maps();
  return 0;
}
