/* Executes single x87 or SSE instructions on the real processor. Reads `struct moment` records from standard input,
 * runs each one's instruction in the state that it describes, and writes the record back with the state afterwards.
 * The instruction may use RDI (the address of `memory`), EAX, ST(0..7), XMM0 and XMM1, and must not jump. Build:
 * gcc -O1 -mno-red-zone. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

struct moment {
  uint8_t instruction[16];
  uint8_t x87[112]; /* 108 bytes as FNSAVE writes them */
  uint8_t xmm[2][16];
  uint8_t memory[128];
  uint64_t rax, flags;
  uint32_t mxcsr, unused;
} __attribute__((aligned(16)));

static struct moment m;

static void run(uint8_t *code) {
  memcpy(code, m.instruction, 16);
  code[16] = 0xc3;
  __asm__ volatile(
      "ldmxcsr %[mxcsr]\n movups %[x0], %%xmm0\n movups %[x1], %%xmm1\n frstor %[x87]\n"
      "mov %[rax], %%rax\n push %[flags]\n popfq\n call *%[code]\n"
      "fnsave %[x87]\n pushfq\n pop %[flags]\n mov %%rax, %[rax]\n"
      "stmxcsr %[mxcsr]\n movups %%xmm0, %[x0]\n movups %%xmm1, %[x1]\n cld\n"
      : [mxcsr] "+m"(m.mxcsr), [x0] "+m"(m.xmm[0]), [x1] "+m"(m.xmm[1]), [x87] "+m"(m.x87), [rax] "+m"(m.rax),
        [flags] "+m"(m.flags)
      : [code] "r"(code), "D"(m.memory)
      : "rax", "xmm0", "xmm1", "memory", "cc");
}

int main(void) {
  uint8_t *code = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (code == MAP_FAILED) return 1;
  memset(code, 0x90, 64);
  while (fread(&m, sizeof m, 1, stdin) == 1) {
    run(code);
    fwrite(&m, sizeof m, 1, stdout);
  }
  return 0;
}
