/* C whose compiled form has much in it: jump tables, strings, vectors, x87, atomics, 128-bit products, alignments. */
typedef unsigned long u64;
typedef unsigned char u8;

static long call(long number, long a, long b, long c) {
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return result;
}

static const char *names[] = {"zero", "one", "two", "three", "four"};
double table[5] = {1.5, 2.25, -3.125, 1e10, 0};
static int counts[1000] = {1};
long total = 1;
struct record {
  short a;
  char b;
  long c;
  double d;
  float f;
} records[4] = {{1}};

int classify(int x) {
  switch (x) {
  case 0: return 7;
  case 1: return 9;
  case 2: return x * 3;
  case 3: return 99;
  case 4: return -1;
  case 5: return 12;
  case 9: return 3;
  default: return 1000;
  }
}

double sum(const double *p, int n) {
  double s = 0;
  for (int i = 0; i < n; i++) s += p[i] * 0.5 + (float)i;
  return s;
}

u64 hash(const u8 *p, u64 n) {
  u64 h = 0xcbf29ce484222325ull;
  while (n--) {
    h ^= *p++;
    h *= 0x100000001b3ull;
    h = (h << 13) | (h >> 51);
  }
  return h;
}

void sort(int *v, int n) {
  for (int i = 1; i < n; i++) {
    int x = v[i], j = i;
    while (j > 0 && v[j - 1] > x) {
      v[j] = v[j - 1];
      j--;
    }
    v[j] = x;
  }
}

__int128 multiply(long a, long b) { return (__int128)a * b; }
unsigned unsignedQuotients(unsigned a, unsigned b) { return a / b + a % 10 + a / 7; }
long signedQuotients(long a, long b) { return a / b - a % 1000; }
float convert(int a, unsigned b, long c, double d) { return a + b + c + (float)d; }
int bits(unsigned x) { return __builtin_ctz(x) + __builtin_clz(x) + __builtin_bswap32(x); }
long double extended(long double a, long double b) { return a * b + 1.0L / a - 3; }

void *memcpy(void *to, const void *from, u64 n) {
  u8 *p = to;
  const u8 *q = from;
  while (n--) *p++ = *q++;
  return to;
}

void *memset(void *to, int byte, u64 n) {
  u8 *p = to;
  while (n--) *p++ = byte;
  return to;
}

int (*operations[3])(int) = {classify, classify, 0};
_Atomic int locked = 1;
int swap(int v) {
  __atomic_fetch_add(&locked, v, 5);
  return __atomic_exchange_n(&locked, v, 5) + __atomic_load_n(&locked, 5);
}

void _start(void) {
  for (int i = 0; i < 1000; i++) counts[i] = (i * 7919) % 1009;
  sort(counts, 1000);
  for (int i = 0; i < 5; i++) call(1, 1, (long)names[i], 2);
  total = classify(total) + (long)sum(table, 5) + hash((u8 *)names[1], 3) + operations[0](3) + swap(4) +
          (long)multiply(total, 5) + (long)extended(3, 4);
  records[1].c = total;
  records[2] = records[1];
  records[3].f = convert(1, 2, 3, records[2].d);
  call(60, (int)total & 0x7f, 0, 0);
}
