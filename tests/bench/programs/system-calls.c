/* System calls: getpid is always the same, and what goes into a pipe comes out. */
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
  int ends[2];
  if (pipe(ends)) return 1;
  long self = syscall(SYS_getpid);
  for (int round = 0; round < ROUNDS; round++) {
    char out[16] = "fifteen letters", in[16] = "";
    for (int n = 0; n < 8; n++)
      if (syscall(SYS_getpid) != self) return 2;
    if (write(ends[1], out, 16) != 16 || read(ends[0], in, 16) != 16 || memcmp(out, in, 16)) return 3;
  }
  return 0;
}
