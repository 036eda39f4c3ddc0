/* Takes more memory than there is, by the size in MiB that it is given, and touches all of it. */
#include "bystander.h"
static long megabytes;

static void touch(char *memory) {
  for (long at = 0; at < megabytes << 20; at += 4096) memory[at] = at >> 12;
  for (long at = 0; at < megabytes << 20; at += 4096) if (memory[at] != (char)(at >> 12)) _exit(9);
  puts("  all is there");
}

static void *map(int flags) {
  return mmap(0, megabytes << 20, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);
}

static void reserved(void) {
  char *memory = map(MAP_PRIVATE);
  if (memory == MAP_FAILED) printf("  %s\n", strerrorname_np(errno));
  else touch(memory);
}

static void not_reserved(void) { touch(map(MAP_PRIVATE | MAP_NORESERVE)); }
static void populated(void) { touch(map(MAP_PRIVATE | MAP_NORESERVE | MAP_POPULATE)); }
static void together(void) { touch(map(MAP_SHARED | MAP_NORESERVE)); }

static void read_only(void) {
  volatile char *memory = map(MAP_PRIVATE | MAP_NORESERVE);
  long sum = 0;
  for (long at = 0; at < megabytes << 20; at += 4096) sum += memory[at];
  printf("  read alone: %ld\n", sum);
}

/* Ten processes have one after the other what is left. */
static void by_many(void) {
  for (int n = 0; n < 10; n++) if (fork() == 0) { megabytes /= 8; not_reserved(); _exit(0); }
  while (waitpid(-1, 0, 0) > 0) ;
  puts("  ten have ended");
}

int main(int argc, char **argv) {
  megabytes = atol(argv[1]);
  begin();
  attempt("asked for at once", reserved);
  attempt("asked for without reserve", not_reserved);
  attempt("asked for with all pages", populated);
  attempt("shared", together);
  attempt("only read", read_only);
  attempt("by ten processes", by_many);
  return end();
}
