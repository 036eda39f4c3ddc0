/* fork, exit and wait, argv[1] times, in a process that has argv[2] pages, of which argv[3] lie in each page table. */
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  long pages = atol(argv[2]), together = atol(argv[3]), tables = pages / together;
  char *memory = mmap(0, (tables + 1) << 21, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  madvise(memory, (tables + 1) << 21, MADV_NOHUGEPAGE);
  memory = (char *)(((long)memory + (1 << 21) - 1) & -(1L << 21));
  for (long table = 0; table < tables; table++)
    for (long page = 0; page < together; page++) memory[(table << 21) + (page << 12)] = 1;
  for (long n = atol(argv[1]); n > 0; n--) {
    int status, pid = fork();
    if (pid == 0) _exit(0);
    if (pid < 0 || waitpid(pid, &status, 0) != pid) return 1;
  }
  return 0;
}
