/*
 * What a processor makes of the decimal instructions, which only 32-bit code has: for i386, without a C library. Prints AX and the
 * flags after each for many AX, CF and AF.
 */
struct instruction {
  const char *name;
  void (*execute)(unsigned *eax, unsigned *flags);
};

#define INSTRUCTION(name, code)                                                                                     \
  static void name(unsigned *eax, unsigned *flags) {                                                               \
    __asm__ volatile("push %1\n\tpopf\n\t.byte " code "\n\tpushf\n\tpop %1" : "+a"(*eax), "+c"(*flags) : : "memory", "cc"); \
  }
INSTRUCTION(daa, "0x27")
INSTRUCTION(das, "0x2f")
INSTRUCTION(aaa, "0x37")
INSTRUCTION(aas, "0x3f")
INSTRUCTION(aam, "0xd4, 10")
INSTRUCTION(aad, "0xd5, 10")
INSTRUCTION(salc, "0xd6")
INSTRUCTION(aam16, "0xd4, 16")
INSTRUCTION(aad7, "0xd5, 7")

static const struct instruction INSTRUCTIONS[] = {{"daa", daa}, {"das", das},   {"aaa", aaa},     {"aas", aas},  {"aam", aam},
                                                  {"aad", aad}, {"salc", salc}, {"aam16", aam16}, {"aad7", aad7}};

static char text[1 << 16];
static unsigned length;

static void flush(void) {
  unsigned done;
  __asm__ volatile("int $0x80" : "=a"(done) : "a"(4), "b"(1), "c"(text), "d"(length) : "memory"); /* write */
  length = 0;
}

static void put(const char *word) {
  while (*word) text[length++] = *word++;
}

static void put_hex(unsigned value, char before) {
  text[length++] = before;
  int shift = 28;
  while (shift > 0 && value >> shift == 0) shift -= 4;
  for (; shift >= 0; shift -= 4) text[length++] = "0123456789abcdef"[value >> shift & 15];
}

void _start(void) {
  static const unsigned char high[] = {0, 1, 9, 0x7f, 0xff};
  for (unsigned n = 0; n < sizeof INSTRUCTIONS / sizeof *INSTRUCTIONS; n++)
    for (unsigned h = 0; h < sizeof high; h++)
      for (unsigned al = 0; al < 256; al++)
        for (unsigned f = 0; f < 4; f++) {
          unsigned eax = high[h] << 8 | al, flags = 2 | (f & 1) | (f & 2) << 3;
          put(INSTRUCTIONS[n].name);
          put_hex(eax, ' ');
          put_hex(flags, ' ');
          INSTRUCTIONS[n].execute(&eax, &flags);
          put_hex(eax & 0xffff, ' ');
          put_hex(flags & 0x8d5, ' ');
          put("\n");
          if (length > sizeof text - 100) flush();
        }
  flush();
  __asm__ volatile("int $0x80" : : "a"(1), "b"(0)); /* exit */
}
