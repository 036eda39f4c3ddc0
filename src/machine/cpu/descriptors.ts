/**
 * Building what the processor reads: segment, TSS and gate descriptors as numbers of 64 bits.
 * The layouts are drawn in `segments.ts` and `interrupts.ts`, which read them. Source: Intel SDM Vol. 3A §3.4.5, §6.14.1, §7.2.3.
 */

/** A flat 64-bit code segment, or a data segment. */
export function segmentDescriptor({ code, dpl }: { code: boolean; dpl: number }): bigint {
  const PRESENT = 0x80n;
  const access = PRESENT | (BigInt(dpl) << 5n) | 0x10n | (code ? 0xbn : 0x3n);
  // Granularity, and L for code or B for data; limit FFFFF pages.
  const flags = code ? 0xan : 0xcn;
  return 0xffffn | (access << 40n) | (0xfn << 48n) | (flags << 52n);
}

/** The two halves of an available 64-bit TSS. */
export function tssDescriptor(base: bigint, limit: number): [low: bigint, high: bigint] {
  const low =
    BigInt(limit & 0xffff) |
    ((base & 0xffffffn) << 16n) |
    (0x89n << 40n) |
    (BigInt(limit >> 16) << 48n) |
    (((base >> 24n) & 0xffn) << 56n);
  return [low, base >> 32n];
}

export interface GateOptions {
  /** The least privileged ring that may enter with INT n. Default 0. */
  dpl?: number;
  /** Number of the stack in the TSS, 1..7; 0 for none. */
  ist?: number;
  /** A trap gate leaves IF as it is. */
  trap?: boolean;
}

/** The two halves of an interrupt or trap gate. */
export function interruptGate(
  selector: number,
  offset: bigint,
  options: GateOptions = {},
): [low: bigint, high: bigint] {
  const type = options.trap ? 0xfn : 0xen;
  const low =
    (offset & 0xffffn) |
    (BigInt(selector) << 16n) |
    (BigInt(options.ist ?? 0) << 32n) |
    ((0x80n | (BigInt(options.dpl ?? 0) << 5n) | type) << 40n) |
    (((offset >> 16n) & 0xffffn) << 48n);
  return [low, BigInt.asUintN(64, offset) >> 32n];
}
