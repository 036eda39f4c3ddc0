/* Unpredictable indirect jumps: random byte code, threaded; a switch that runs it once says what must come out. */
#include <stdint.h>
#define SIZE 65536
static unsigned char code[SIZE];
static uint32_t expected(void) {
  uint32_t a = 1, b = 2;
  for (int i = 0; i < SIZE; i++)
    switch (code[i]) {
      case 0: a += b; break;
      case 1: b ^= a; break;
      case 2: a = a << 5 | a >> 27; break;
      case 3: b -= a >> 3; break;
      case 4: a *= 0x9e3779b1u; break;
      case 5: { uint32_t t = a; a = b; b = t; break; }
      case 6: a ^= code[b & (SIZE - 1)]; break;
      case 7: b = ~b; break;
    }
  return a ^ b;
}
__attribute__((noinline, optimize("no-gcse"))) static uint32_t threaded(void) {
  static const void *const handlers[9] = {&&o0, &&o1, &&o2, &&o3, &&o4, &&o5, &&o6, &&o7, &&end};
  uint32_t a = 1, b = 2;
  const unsigned char *p = code, *last = code + SIZE;
#define NEXT goto *handlers[p == last ? 8 : *p++]
  NEXT;
o0: a += b; NEXT;
o1: b ^= a; NEXT;
o2: a = a << 5 | a >> 27; NEXT;
o3: b -= a >> 3; NEXT;
o4: a *= 0x9e3779b1u; NEXT;
o5: { uint32_t t = a; a = b; b = t; } NEXT;
o6: a ^= code[b & (SIZE - 1)]; NEXT;
o7: b = ~b; NEXT;
end: return a ^ b;
}
int main(void) {
  uint32_t seed = 12345;
  for (int i = 0; i < SIZE; i++) seed = seed * 1664525u + 1013904223u, code[i] = seed >> 29;
  uint32_t right = expected();
  for (int round = 0; round < ROUNDS; round++)
    if (threaded() != right) return 1;
  return 0;
}
