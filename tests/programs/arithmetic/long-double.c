/* What C programs do with long double: every line must be the same on every x87 unit. */
#include <complex.h>
#include <fenv.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned long hash;

static void mix(const void *bytes, int count) {
  const unsigned char *at = bytes;
  while (count--) hash = (hash ^ *at++) * 1099511628211ul;
}

/* Thousands of results down to the last bit, as one number. */
static void arithmetic(void) {
  unsigned long seed = 1;
  for (int i = 0; i < 300; i++) {
    seed = seed * 6364136223846793005ul + 1442695040888963407ul;
    long double p = (long double)(long)seed / 3, q = (double)seed;
    long double v = p * q / (p + q) - sqrtl(fabsl(p));
    float narrow = v;
    double wide = v;
    int exponent;
    mix(&v, 10);
    mix(&narrow, sizeof narrow);
    mix(&wide, sizeof wide);
    v = frexpl(v, &exponent);
    v = ldexpl(v, exponent % 50);
    mix(&v, 10);
    v = nearbyintl(v * 1000);
    mix(&v, 10);
  }
  printf("%lx\n", hash);
}

int main(int argc, char **argv) {
  long double a = strtold("3.14159265358979323846264338327950288419716939937510L", 0);
  long double tiny = strtold("-1.5e-4940", 0), huge = strtold("0x1.8p16383", 0);
  volatile long double zero = argc - 1;
  printf("%Lf %.30Lg %Le %La %Lg\n", a, a, tiny, tiny, huge);
  printf("%.20Lg %.20Lg %.20Lg %.20Lg\n", sqrtl(2), fmodl(1e300L, 7), remainderl(1e18L, 3.7L), rintl(2.5L));
  printf("%.15Lg %.15Lg %.15Lg %.15Lg\n", sinl(a / 5), cosl(1e5L), tanl(1), expl(10));
  printf("%.15Lg %.15Lg %.15Lg %.15Lg\n", logl(10), powl(2.5L, 7.5L), atan2l(1, -2), log1pl(1e-10L));
  printf("%lld %d %lld %Lg\n", (long long)a, (int)-a, llrintl(a * 1e15L), (long double)18446744073709551615ul);
  printf("%d %d %d %d\n", a < tiny, a == a, isnan(zero / zero), a > huge);
  fesetround(FE_UPWARD);
  printf("%.20Lf\n", argc / 3.0L);
  fesetround(FE_TONEAREST);
  feclearexcept(FE_ALL_EXCEPT);
  long double infinite = 1 / zero;
  printf("%d %Lf\n", fetestexcept(FE_ALL_EXCEPT), infinite);
  long double complex root = cpowl(1 + 2 * I, 0.5L);
  printf("%.15Lg %.15Lg\n", creall(root), cimagl(root));
  arithmetic();
  return 0;
}
