/* Two processes hand a byte to and fro through pipes, argv[1] times. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int there[2], back[2];
  char byte = 0;
  if (pipe(there) || pipe(back)) return 1;
  long rounds = atol(argv[1]);
  if (fork() == 0) {
    for (long n = rounds; n > 0; n--)
      if (read(there[0], &byte, 1) != 1 || write(back[1], &byte, 1) != 1) _exit(1);
    _exit(0);
  }
  for (long n = rounds; n > 0; n--)
    if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1) return 1;
  wait(0);
  return 0;
}
