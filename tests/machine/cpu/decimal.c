/*
 * What the processor under us makes of the decimal instructions, which only 32-bit code has: a far call into a segment of
 * compatibility mode, with code and stack in the low 4 GiB. Prints AX and the flags after each for many AX, CF and AF.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

struct __attribute__((packed)) {
  unsigned offset;
  unsigned short selector;
} target = {0, 0x23};
unsigned long saved;
unsigned long stack;

static void execute(unsigned *eax, unsigned *flags) {
  __asm__ volatile(
      "mov %%rsp, saved(%%rip)\n\t"
      "mov stack(%%rip), %%rsp\n\t"
      "lcall *target(%%rip)\n\t"
      "mov saved(%%rip), %%rsp"
      : "+a"(*eax), "+c"(*flags)
      :
      : "memory", "cc", "rbx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15");
}

static const struct {
  const char *name;
  unsigned char code[2];
  int length;
} INSTRUCTIONS[] = {{"daa", {0x27}, 1},       {"das", {0x2f}, 1},       {"aaa", {0x37}, 1}, {"aas", {0x3f}, 1},
                    {"aam", {0xd4, 10}, 2},   {"aad", {0xd5, 10}, 2},   {"salc", {0xd6}, 1}, {"aam16", {0xd4, 16}, 2},
                    {"aad7", {0xd5, 7}, 2}};

int main(void) {
  unsigned char *low = mmap(0, 0x3000, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  if (low == MAP_FAILED) return 2;
  target.offset = (unsigned)(unsigned long)low;
  stack = (unsigned long)low + 0x2f00;
  static const unsigned char high[] = {0, 1, 9, 0x7f, 0xff};
  for (unsigned n = 0; n < sizeof INSTRUCTIONS / sizeof *INSTRUCTIONS; n++) {
    unsigned char *at = low;
    *at++ = 0x51; /* push ecx */
    *at++ = 0x9d; /* popf */
    memcpy(at, INSTRUCTIONS[n].code, INSTRUCTIONS[n].length);
    at += INSTRUCTIONS[n].length;
    *at++ = 0x9c; /* pushf */
    *at++ = 0x59; /* pop ecx */
    *at++ = 0xcb; /* retf */
    for (unsigned h = 0; h < sizeof high; h++)
      for (unsigned al = 0; al < 256; al++)
        for (unsigned f = 0; f < 4; f++) {
          unsigned eax = high[h] << 8 | al, flags = 2 | (f & 1) | (f & 2) << 3;
          unsigned before = eax, set = flags;
          execute(&eax, &flags);
          printf("%s %x %x %x %x\n", INSTRUCTIONS[n].name, before, set, eax & 0xffff, flags & 0x8d5);
        }
  }
  return 0;
}
