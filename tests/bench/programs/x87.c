/* 80-bit arithmetic: the sums of 1/n! and of Machin's arctangents must give e and pi to 62 bits. */
static long double arctangent(long double x) {
  long double power = x, square = x * x, sum = 0;
  for (int n = 1; n < 60; n += 2) {
    sum += n & 2 ? -power / n : power / n;
    power *= square;
  }
  return sum;
}
static int near(long double a, long double b) {
  long double d = a > b ? a - b : b - a;
  return d < 0x1p-61L;
}
int main(void) {
  for (int round = 0; round < ROUNDS; round++) {
    long double volatile one = 1;
    long double e = 1, term = 1;
    for (int n = 1; n < 30; n++) e += term = term * one / n;
    long double pi = 16 * arctangent(one / 5) - 4 * arctangent(one / 239);
    if (!near(e, 2.718281828459045235360287L) || !near(pi, 3.141592653589793238462643L)) return 1;
  }
  return 0;
}
