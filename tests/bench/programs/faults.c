/* Page faults and fork: new pages are zero, and what a child writes the parent does not see. */
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#define PAGES 64
int main(void) {
  for (int round = 0; round < ROUNDS; round++) {
    char *area = mmap(0, PAGES * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED) return 1;
    for (int n = 0; n < PAGES; n++)
      if (area[n * 4096]++ != 0) return 2;
    int child = fork(), status;
    if (child < 0) return 3;
    if (child == 0) {
      for (int n = 0; n < PAGES; n++) area[n * 4096]++;
      _exit(area[4096] == 2 ? 7 : 8);
    }
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 7) return 4;
    for (int n = 0; n < PAGES; n++)
      if (area[n * 4096] != 1) return 5;
    munmap(area, PAGES * 4096);
  }
  return 0;
}
