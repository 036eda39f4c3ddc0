// tracer: one whole program on the real CPU, instruction by instruction, as text that tests/silicon/trace-file.ts reads.
//   tracer MAX OUT LEAF,EAX,EBX,ECX,EDX[;...] PROG ARGS...    (ASLR off, empty environment; MAX steps at most)
// CPUID is answered from the table, so that the program chooses what the replaying machine has; RDTSC gives the count of steps;
// rseq(2) does not exist.
// Lines, all numbers hex:
//   M addr end            memory is mapped from now on (all of it readable and writable for the replay)
//   U addr end            no longer
//   D addr bytes          contents of a page, or of some bytes that a system call wrote
//   R n:value...          the registers before the first instruction
//   I bytes n:value...    an instruction, with the registers that it changed
//   X bytes n:value...    one whose effect comes from outside (SYSCALL, CPUID, RDTSC); M, U, D before the next line belong to it
//   H addr hash           a page that has been written since the last X: FNV-1a of its words before this X
//   E status              the program has ended; 100: MAX was reached
// Registers: 0..f general in the order of encoding, 10 rip, 11 rflags, 12 fs base, 13 gs base, 14..23 xmm0..15, 24 mxcsr,
//   25..2c ST(0)..ST(7), 2d control, 2e status, 2f tags
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdint.h>
#include <unistd.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <sys/personality.h>

typedef unsigned long long u64;
enum { PAGE = 4096, REGISTERS = 0x30, AREAS = 256 };
struct area { u64 start, end; int writable; unsigned char *copy; };
struct register_file { unsigned char value[REGISTERS][16]; };

static const unsigned char width[REGISTERS] = {
  8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8, 8,8,8,8, 16,16,16,16,16,16,16,16,16,16,16,16,16,16,16,16, 4, 10,10,10,10,10,10,10,10, 2,2,1 };
static pid_t pid;
static int memory;
static FILE *out;
static struct area areas[AREAS];
static int area_count;

static void die(const char *what) { perror(what); if (pid > 0) kill(pid, 9); exit(3); }

static void registers(struct register_file *to, struct user_regs_struct *general) {
  struct user_fpregs_struct fp;
  if (ptrace(PTRACE_GETREGS, pid, 0, general) || ptrace(PTRACE_GETFPREGS, pid, 0, &fp)) die("ptrace");
  u64 g[20] = { general->rax, general->rcx, general->rdx, general->rbx, general->rsp, general->rbp, general->rsi, general->rdi,
    general->r8, general->r9, general->r10, general->r11, general->r12, general->r13, general->r14, general->r15,
    general->rip, general->eflags & ~0x10100ULL, general->fs_base, general->gs_base };
  memset(to, 0, sizeof *to);
  for (int n = 0; n < 20; n++) memcpy(to->value[n], g + n, 8);
  for (int n = 0; n < 16; n++) memcpy(to->value[0x14 + n], fp.xmm_space + 4 * n, 16);
  memcpy(to->value[0x24], &fp.mxcsr, 4);
  for (int n = 0; n < 8; n++) memcpy(to->value[0x25 + n], fp.st_space + 4 * n, 10);
  memcpy(to->value[0x2d], &fp.cwd, 2);
  memcpy(to->value[0x2e], &fp.swd, 2);
  memcpy(to->value[0x2f], &fp.ftw, 1);
}

static void changes(const struct register_file *old, const struct register_file *now) {
  for (int n = 0; n < REGISTERS; n++) {
    if (old && !memcmp(old->value[n], now->value[n], 16)) continue;
    int k = width[n];
    while (k > 1 && now->value[n][k - 1] == 0) k--;
    fprintf(out, " %x:", n);
    while (k-- > 0) fprintf(out, "%02x", now->value[n][k]);
  }
  fputc('\n', out);
}

static void bytes(u64 address, const unsigned char *from, int count) {
  static const char digits[] = "0123456789abcdef";
  fprintf(out, "D %llx ", address);
  for (int n = 0; n < count; n++) { fputc(digits[from[n] >> 4], out); fputc(digits[from[n] & 15], out); }
  fputc('\n', out);
}

static int read_areas(struct area *list) {
  char path[64], line[512];
  int count = 0;
  sprintf(path, "/proc/%d/maps", pid);
  FILE *maps = fopen(path, "r");
  if (!maps) return 0;
  while (fgets(line, sizeof line, maps)) {
    struct area one = { 0 };
    char rights[8];
    if (sscanf(line, "%llx-%llx %7s", &one.start, &one.end, rights) != 3) continue;
    if (strstr(line, "[vvar") || strstr(line, "[vsyscall]") || rights[0] != 'r') continue;
    one.writable = rights[1] == 'w';
    if (count < AREAS) list[count++] = one;
  }
  fclose(maps);
  return count;
}

static unsigned char *contents(const struct area *one) {
  u64 length = one->end - one->start;
  unsigned char *copy = malloc(length);
  for (u64 at = 0; at < length; at += PAGE)
    if (pread(memory, copy + at, PAGE, one->start + at) != PAGE) memset(copy + at, 0, PAGE);
  return copy;
}

static const unsigned char *known(u64 page) {
  for (int n = 0; n < area_count; n++)
    if (areas[n].copy && page >= areas[n].start && page < areas[n].end) return areas[n].copy + (page - areas[n].start);
  return 0;
}

// Code that cannot change, without asking; 15 bytes of it.
static const unsigned char *text_at(u64 rip) {
  for (int n = 0; n < area_count; n++)
    if (!areas[n].writable && rip >= areas[n].start && rip + 15 <= areas[n].end) return areas[n].copy + (rip - areas[n].start);
  return 0;
}

static int has(const struct area *list, int count, u64 page) {
  for (int n = 0; n < count; n++) if (page >= list[n].start && page < list[n].end) return 1;
  return 0;
}

// Before something comes from outside: what the program itself has written.
static void settle(void) {
  for (int n = 0; n < area_count; n++) {
    struct area *one = areas + n;
    if (!one->writable) continue;
    unsigned char *now = contents(one);
    for (u64 at = 0; at < one->end - one->start; at += PAGE) {
      if (!memcmp(now + at, one->copy + at, PAGE)) continue;
      uint32_t hash = 0x811c9dc5;
      for (int k = 0; k < PAGE; k += 4) { uint32_t word; memcpy(&word, now + at + k, 4); hash = (hash ^ word) * 0x01000193; }
      fprintf(out, "H %llx %x\n", one->start + at, hash);
    }
    free(one->copy);
    one->copy = now;
  }
}

// After it: what is mapped otherwise, and what was written from outside.
static void outside(void) {
  struct area list[AREAS];
  int count = read_areas(list);
  for (int n = 0; n < area_count; n++)
    for (u64 page = areas[n].start; page < areas[n].end; page += PAGE)
      if (!has(list, count, page)) fprintf(out, "U %llx %llx\n", page, page + PAGE);
  for (int n = 0; n < count; n++) {
    list[n].copy = contents(list + n);
    for (u64 page = list[n].start; page < list[n].end; page += PAGE) {
      const unsigned char *old = known(page), *now = list[n].copy + (page - list[n].start);
      static const unsigned char zeros[PAGE];
      if (!old) { fprintf(out, "M %llx %llx\n", page, page + PAGE); old = zeros; }
      if (memcmp(old, now, PAGE)) bytes(page, now, PAGE);
    }
  }
  for (int n = 0; n < area_count; n++) free(areas[n].copy);
  memcpy(areas, list, sizeof list);
  area_count = count;
}

static void answer_cpuid(struct user_regs_struct *g, const char *table) {
  unsigned leaf = g->rax, found[5], answer[4] = { 0 };
  for (const char *at = table; at; at = strchr(at, ';'), at = at ? at + 1 : 0)
    if (sscanf(at, "%x,%x,%x,%x,%x", found, found + 1, found + 2, found + 3, found + 4) == 5 && found[0] == leaf)
      memcpy(answer, found + 1, sizeof answer);
  g->rax = answer[0]; g->rbx = answer[1]; g->rcx = answer[2]; g->rdx = answer[3];
}

// FXSAVE at a register with a displacement: bit 17 of MXCSR_MASK, misaligned SSE, exists on AMD's processors alone.
static void hide_amd_bit(const unsigned char *code, const struct register_file *of) {
  int rex = (*code & 0xf0) == 0x40 ? *code++ : 0;
  if (code[0] != 0x0f || code[1] != 0xae || code[2] >> 3 & 7 || code[2] >= 0xc0) return;
  int mode = code[2] >> 6, base = (code[2] & 7) | (rex & 1) << 3, has_sib = (code[2] & 7) == 4;
  const unsigned char *at = code + 3 + has_sib;
  u64 address;
  memcpy(&address, of->value[base], 8);
  int displacement = 0;
  if (mode == 2) memcpy(&displacement, at, 4);
  else if (mode == 1) displacement = (signed char)*at;
  unsigned char byte;
  address += displacement + 30;
  if (pread(memory, &byte, 1, address) == 1) { byte &= ~2; if (pwrite(memory, &byte, 1, address) != 1) die("fxsave"); }
}

int main(int count, char **words) {
  if (count < 5) return 2;
  long most = atol(words[1]);
  out = fopen(words[2], "w");
  if (!out) die(words[2]);
  setvbuf(out, malloc(1 << 20), _IOFBF, 1 << 20);
  // Both on one CPU: they wait for each other anyway.
  cpu_set_t here;
  CPU_ZERO(&here);
  CPU_SET(sched_getcpu(), &here);
  sched_setaffinity(0, sizeof here, &here);
  pid = fork();
  if (pid == 0) {
    char *none[] = { 0 };
    personality(ADDR_NO_RANDOMIZE);
    if (ptrace(PTRACE_TRACEME, 0, 0, 0)) _exit(126);
    execve(words[4], words + 4, none);
    _exit(127);
  }
  int status;
  if (waitpid(pid, &status, 0) < 0 || !WIFSTOPPED(status)) die("start");
  char path[64];
  sprintf(path, "/proc/%d/mem", pid);
  if ((memory = open(path, O_RDWR)) < 0) die(path);
  outside();
  struct register_file old, now;
  struct user_regs_struct general;
  registers(&old, &general);
  fputc('R', out);
  changes(0, &old);
  for (long n = 0; n < most; n++) {
    unsigned char code[16] = { 0 };
    const unsigned char *text = text_at(general.rip);
    if (text) memcpy(code, text, 15);
    else if (pread(memory, code, 15, general.rip) <= 0) die("code");
    int cpuid = code[0] == 0x0f && code[1] == 0xa2, rdtsc = code[0] == 0x0f && code[1] == 0x31;
    int from_outside = cpuid || rdtsc || (code[0] == 0x0f && code[1] == 0x05);
    // Restartable sequences: the kernel would write to the program's memory whenever it likes.
    int rseq = from_outside && !cpuid && !rdtsc && general.rax == 334;
    int answered = cpuid || rdtsc || rseq;
    if (from_outside && !answered) settle();
    if (answered) {
      if (cpuid) answer_cpuid(&general, words[3]);
      else if (rseq) { general.rcx = general.rip + 2; general.rax = -38; }
      else { general.rax = n & 0xffffffff; general.rdx = 0; }
      general.rip += 2;
      if (ptrace(PTRACE_SETREGS, pid, 0, &general)) die("set");
    } else {
      if (ptrace(PTRACE_SINGLESTEP, pid, 0, 0) || waitpid(pid, &status, 0) < 0) die("step");
      if (WIFEXITED(status)) { fprintf(out, "E %x\n", WEXITSTATUS(status)); fclose(out); return 0; }
      if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP) die("signal");
    }
    registers(&now, &general);
    hide_amd_bit(code, &old);
    fputc(from_outside ? 'X' : 'I', out);
    fputc(' ', out);
    for (int k = 0; k < 15; k++) fprintf(out, "%02x", code[k]);
    changes(&old, &now);
    if (from_outside && !answered) outside();
    old = now;
  }
  settle();
  fprintf(out, "E 100\n");
  fclose(out);
  kill(pid, 9);
  return 0;
}
