/* SSE2 doubles: Sun and four planets; the energy before, and after 1000 steps of 0.01 days, is known to nine digits. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#define PI 3.141592653589793
#define SUN (4 * PI * PI)
#define DAYS 365.24
struct body { double x[3], v[3], mass; };
static const struct body start[5] = {
  {{0, 0, 0}, {0, 0, 0}, SUN},
  {{4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01},
   {1.66007664274403694e-03 * DAYS, 7.69901118419740425e-03 * DAYS, -6.90460016972063023e-05 * DAYS}, 9.54791938424326609e-04 * SUN},
  {{8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01},
   {-2.76742510726411000e-03 * DAYS, 4.99852801234917238e-03 * DAYS, 2.30417297573763929e-05 * DAYS}, 2.85885980666130812e-04 * SUN},
  {{1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01},
   {2.96460137564761618e-03 * DAYS, 2.37847173959480950e-03 * DAYS, -2.96589568540237556e-05 * DAYS}, 4.36624404335156298e-05 * SUN},
  {{1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01},
   {2.68067772490389322e-03 * DAYS, 1.62824170038242295e-03 * DAYS, -9.51592254519715870e-05 * DAYS}, 5.15138902046611451e-05 * SUN}};
static struct body b[5];
static double energy(void) {
  double e = 0;
  for (int i = 0; i < 5; i++) {
    for (int k = 0; k < 3; k++) e += 0.5 * b[i].mass * b[i].v[k] * b[i].v[k];
    for (int j = i + 1; j < 5; j++) {
      double d2 = 0;
      for (int k = 0; k < 3; k++) d2 += (b[i].x[k] - b[j].x[k]) * (b[i].x[k] - b[j].x[k]);
      e -= b[i].mass * b[j].mass / sqrt(d2);
    }
  }
  return e;
}
static void advance(double dt) {
  for (int i = 0; i < 5; i++)
    for (int j = i + 1; j < 5; j++) {
      double d[3], d2 = 0;
      for (int k = 0; k < 3; k++) d[k] = b[i].x[k] - b[j].x[k], d2 += d[k] * d[k];
      double m = dt / (d2 * sqrt(d2));
      for (int k = 0; k < 3; k++) b[i].v[k] -= d[k] * b[j].mass * m, b[j].v[k] += d[k] * b[i].mass * m;
    }
  for (int i = 0; i < 5; i++)
    for (int k = 0; k < 3; k++) b[i].x[k] += dt * b[i].v[k];
}
int main(void) {
  for (int round = 0; round < ROUNDS; round++) {
    memcpy(b, start, sizeof b);
    for (int k = 0; k < 3; k++)
      for (int i = 1; i < 5; i++) b[0].v[k] -= b[i].v[k] * b[i].mass / SUN;
    if (fabs(energy() + 0.169075164) > 6e-10) return 1;
    for (int n = 0; n < 1000; n++) advance(0.01);
    if (fabs(energy() + 0.169087605) > 6e-10) return 2;
  }
  printf("%.9f\n", energy());
  return 0;
}
