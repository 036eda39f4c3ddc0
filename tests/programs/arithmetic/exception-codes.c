/* For each exception of the processor that a program can cause: the signal, si_code, and whether si_addr is set. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>

static sigjmp_buf again;

static void handler(int number, siginfo_t *info, void *context) {
  printf("signal %d code %d address %s\n", number, info->si_code, info->si_addr ? "set" : "0");
  siglongjmp(again, 1);
}

static void x87_control(uint16_t word) { __asm__ volatile("fninit; fldcw %0" ::"m"(word)); }
static void mxcsr(uint32_t word) { __asm__ volatile("ldmxcsr %0" ::"m"(word)); }
#define UNMASKED(n) (0x1f80 & ~((n) << 7))

#define TRY(name, ...)                      \
  do {                                      \
    printf("%s: ", name);                   \
    if (!sigsetjmp(again, 1)) {             \
      __VA_ARGS__;                          \
      printf("no signal\n");                \
    }                                       \
    __asm__ volatile("fnclex; fninit");     \
    mxcsr(0x1f80);                          \
  } while (0)

#define MULTIPLY_ALIKE "fldt %0; fld %%st(0); fmulp; fwait"

int main(void) {
  volatile int zero = 0;
  volatile double none = 0, one = 1, big = 1e308, tiny = 1e-308, denormal = 4e-320;
  volatile long double large = 1e4932L, small = 1e-4932L;
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  for (int number = SIGILL; number <= SIGSEGV; number++)
    if (number != SIGKILL) sigaction(number, &action, 0);

  TRY("division by zero", zero = 1 / zero);
  TRY("division overflow", __asm__ volatile("mov $0x80000000, %%eax; cltd; mov $-1, %%ecx; idivl %%ecx" ::: "eax", "ecx", "edx"));
  TRY("x87 zero divide", x87_control(0x37b); __asm__ volatile("fld1; fldz; fdivrp; fwait"));
  TRY("x87 invalid", x87_control(0x37e); __asm__ volatile("fldz; fldz; fdivrp; fwait"));
  TRY("x87 empty stack", x87_control(0x37e); __asm__ volatile("fadd %st(1); fwait"));
  TRY("x87 overflow", x87_control(0x377); __asm__ volatile(MULTIPLY_ALIKE ::"m"(large)));
  TRY("x87 underflow", x87_control(0x36f); __asm__ volatile(MULTIPLY_ALIKE ::"m"(small)));
  TRY("x87 precision", x87_control(0x35f); __asm__ volatile("fld1; fldpi; fdivrp; fwait"));
  TRY("x87 denormal", x87_control(0x37d); __asm__ volatile("fldl %0; fwait" ::"m"(denormal)));
  TRY("SSE zero divide", mxcsr(UNMASKED(4)); __asm__ volatile("divsd %1, %0" ::"x"(one), "x"(none)));
  TRY("SSE invalid", mxcsr(UNMASKED(1)); __asm__ volatile("divsd %1, %0" ::"x"(none), "x"(none)));
  TRY("SSE overflow", mxcsr(UNMASKED(8)); __asm__ volatile("mulsd %1, %0" ::"x"(big), "x"(big)));
  TRY("SSE underflow", mxcsr(UNMASKED(16)); __asm__ volatile("mulsd %1, %0" ::"x"(tiny), "x"(tiny)));
  TRY("SSE precision", mxcsr(UNMASKED(32)); __asm__ volatile("divsd %1, %0" ::"x"(one), "x"(big)));
  TRY("SSE denormal", mxcsr(UNMASKED(2)); __asm__ volatile("addsd %1, %0" ::"x"(denormal), "x"(one)));
  TRY("ud2", __asm__ volatile("ud2"));
  TRY("int3", __asm__ volatile("int3"));
  TRY("int1", __asm__ volatile(".byte 0xf1"));
  TRY("hlt", __asm__ volatile("hlt"));
  TRY("int 0x21", __asm__ volatile("int $0x21"));
  TRY("int 4", __asm__ volatile("int $4"));
  TRY("address that is not canonical", *(volatile int *)0x8000000000000000ul = 1);
  TRY("vector that is not aligned", __asm__ volatile("movaps 1(%%rsp), %%xmm0" ::: "xmm0"));
  TRY("jump that is not canonical", __asm__ volatile("mov $1, %%eax; shl $63, %%rax; jmp *%%rax" ::: "rax"));
  TRY("single step", __asm__ volatile("pushf; orl $0x100, (%rsp); popf; nop; nop"));
  return 0;
}
