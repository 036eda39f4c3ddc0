/* Integers and memory: the primes below 65536. There are 6542. */
#include <string.h>
static unsigned char composite[65536];
int main(void) {
  for (int round = 0; round < ROUNDS; round++) {
    int primes = 0;
    memset(composite, 0, sizeof composite);
    for (unsigned n = 2; n < 65536; n++) {
      if (composite[n]) continue;
      primes++;
      for (unsigned m = 2 * n; m < 65536; m += n) composite[m] = 1;
    }
    if (primes != 6542) return 1;
  }
  return 0;
}
