/**
 * Where the kernel lies, in physical memory and in the upper half of every address space.
 * Source of the virtual addresses: Linux Documentation/arch/x86/x86_64/mm.rst (4-level, no randomisation).
 *
 *     ffff8880'00000000   all physical memory, not executable    (direct map)
 *     fffffe00'00000000   IDT, GDT, entry stack, TSS and this CPU's variables once more, with two roots (cpu_entry_area)
 *     ffffffff'81000000   the entry stubs, read-only             (kernel text)
 *
 *     physical 0x1000 GDT · 0x2000 IDT · 0x3000 TSS · 0x4000 this CPU's variables · 0x5000 boot stack ·
 *              0x6000 zeros · 0x7000 entry stack · 0x10000 kernel text · 0x100000 first frame that is given away
 */
export const DIRECT_MAP = 0xffff888000000000n;
export const KERNEL_TEXT = 0xffffffff81000000n;

export const GDT_PHYSICAL = 0x1000;
export const IDT_PHYSICAL = 0x2000;
export const TSS_PHYSICAL = 0x3000;
export const PER_CPU_PHYSICAL = 0x4000;
export const BOOT_STACK_PHYSICAL = 0x5000;
/** What programs have read and never written leads here. */
export const ZERO_PAGE_PHYSICAL = 0x6000;
export const ENTRY_STACK_PHYSICAL = 0x7000;
export const TEXT_PHYSICAL = 0x10000;
export const FIRST_FREE_PHYSICAL = 0x100000;

/** Offsets in this CPU's variables, which GS points to while the kernel runs. The last two are used with two roots only. */
export const PER_CPU = {
  kernelStackTop: 0,
  userStackScratch: 8,
  entryStackTop: 16,
  /** A bit for each PCID of a program's root whose translations are to be forgotten. */
  programPcidsToFlush: 24,
} as const;

/** With two roots: what both have of the kernel besides the stubs, a page each. */
export const ENTRY_AREA = {
  idt: 0xfffffe0000000000n,
  gdt: 0xfffffe0000001000n,
  entryStack: 0xfffffe0000002000n,
  tss: 0xfffffe0000003000n,
  perCpu: 0xfffffe0000004000n,
} as const;

/**
 * Selectors of the GDT, as Linux numbers them (arch/x86/include/asm/segment.h).
 * SYSRET makes user CS and SS from 0x23: + 16 and + 8.
 */
export const SELECTOR = {
  kernelCode: 0x10,
  kernelData: 0x18,
  userCode32: 0x23,
  userData: 0x2b,
  userCode: 0x33,
  tss: 0x40,
} as const;

const DIRECT_MAP_HIGH = Number(DIRECT_MAP >> 32n);

/** The physical byte behind an address of the direct map, given by its halves. */
export function physicalOf(low: number, high: number): number {
  return (high - DIRECT_MAP_HIGH) * 2 ** 32 + low;
}

/** The kernel's address of a physical byte. */
export function directMap(physical: number): bigint {
  return DIRECT_MAP + BigInt(physical);
}
