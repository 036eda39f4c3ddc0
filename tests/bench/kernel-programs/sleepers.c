/* argv[1] children that sleep until the end. */
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  for (long n = atol(argv[1]); n > 0; n--) {
    int pid = fork();
    if (pid < 0) return 1;
    if (pid == 0) for (;;) pause();
  }
  write(1, "!", 1);
  for (;;) pause();
}
