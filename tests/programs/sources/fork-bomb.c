/* Forks until the kernel refuses; every process then waits for its children. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  long made = 0;
  while (made < 100000) {
    pid_t child = fork();
    if (child < 0) break;
    if (child == 0) pause();
    made++;
  }
  printf(made > 10 && made < 100000 ? "refused at last\n" : "never refused\n");
  fflush(stdout);
  kill(0, 9);
  return 0;
}
