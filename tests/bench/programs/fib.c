/* Calls: Fibonacci's 24th number by recursion, which gcc must not unroll into loops. */
__attribute__((noinline, noclone, optimize("O1"))) static unsigned fib(unsigned n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
int main(void) {
  for (int round = 0; round < ROUNDS; round++) {
    unsigned volatile n = 24;
    if (fib(n) != 46368) return 1;
  }
  return 0;
}
