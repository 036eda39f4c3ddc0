/**
 * The vDSO's code: calls that need nothing but to read, so they need not enter the kernel. The kernel maps it into every program
 * and tells its place by AT_SYSINFO_EHDR.
 *
 *     the vDSO − 0x6000   the data page: steps of the time-stamp counter a second, seconds from 1970 to boot
 *
 * Time is the time-stamp counter, which counts the machine's steps, so a run can be repeated exactly.
 * Models Linux lib/vdso/gettimeofday.c and arch/x86/entry/vdso. Leaves out: coarse clocks that count ticks (they are exact
 * here), time that is set or slewed, getrandom, clock_getres.
 */

/** Where the data page stands before the image, as on Linux: four pages of data and two of a virtual machine's clock. */
export const VVAR_BYTES = 0x4000;
export const VCLOCK_BYTES = 0x2000;

/** What the data page holds, in 64-bit words. */
export interface VdsoData {
  /** Steps of the time-stamp counter a second. */
  readonly stepsPerSecond: bigint;
  /** Seconds from 1970 to boot. */
  readonly bootSeconds: bigint;
}

/** The bytes of the data page. */
export function encodeVdsoData({ stepsPerSecond, bootSeconds }: VdsoData): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, stepsPerSecond, true);
  view.setBigInt64(8, bootSeconds, true);
  return bytes;
}

/** Nanoseconds since boot into RAX; RCX is 10^9 then, RDX lost. The product has 128 bits. */
const READ_CLOCK = `
    rdtsc
    shl rdx, 32
    or rax, rdx
    mov ecx, 1000000000
    mul rcx
    div qword ptr [rip + steps_per_second]`;

/** RAX nanoseconds become RAX seconds and RDX nanoseconds. */
const SPLIT = `
    xor edx, edx
    div rcx`;

const bits = (...numbers: readonly number[]): number => numbers.reduce((mask, bit) => mask | (1 << bit), 0);
/** REALTIME, MONOTONIC, MONOTONIC_RAW, both coarse ones, BOOTTIME; and those of them that count from 1970. */
const KNOWN_CLOCKS = bits(0, 1, 4, 5, 6, 7);
const CALENDAR_CLOCKS = bits(0, 5);

/** Functions by the name under which C libraries look for them, beside which each has its plain name. */
export const VDSO_FUNCTIONS: readonly string[] = [
  ...["__vdso_clock_gettime", "__vdso_gettimeofday", "__vdso_time", "__vdso_getcpu"],
];

export const VDSO_SOURCE = `
.bss
steps_per_second: .skip 8
boot_seconds: .skip 8

.text
# int clock_gettime(clockid_t clock, struct timespec *at)
__vdso_clock_gettime:
    cmp edi, 7
    ja 2f
    mov eax, ${KNOWN_CLOCKS}
    bt eax, edi
    jnc 2f
${READ_CLOCK}${SPLIT}
    mov r8d, ${CALENDAR_CLOCKS}
    bt r8d, edi
    jnc 1f
    add rax, [rip + boot_seconds]
1:  mov [rsi], rax
    mov [rsi + 8], rdx
    xor eax, eax
    ret
# Clocks of processes, and those that do not exist, are the kernel's affair.
2:  mov eax, 228
    syscall
    ret

# int gettimeofday(struct timeval *at, struct timezone *zone)
__vdso_gettimeofday:
    test rdi, rdi
    jz 1f
${READ_CLOCK}${SPLIT}
    add rax, [rip + boot_seconds]
    mov [rdi], rax
    mov rax, rdx
    xor edx, edx
    mov ecx, 1000
    div rcx
    mov [rdi + 8], rax
1:  test rsi, rsi
    jz 2f
    mov qword ptr [rsi], 0
2:  xor eax, eax
    ret

# time_t time(time_t *at)
__vdso_time:
${READ_CLOCK}${SPLIT}
    add rax, [rip + boot_seconds]
    test rdi, rdi
    jz 1f
    mov [rdi], rax
1:  ret

# int getcpu(unsigned *processor, unsigned *node, void *unused): there is one processor
__vdso_getcpu:
    test rdi, rdi
    jz 1f
    mov dword ptr [rdi], 0
1:  test rsi, rsi
    jz 2f
    mov dword ptr [rsi], 0
2:  xor eax, eax
    ret
`;
