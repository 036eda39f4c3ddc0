/** An exception of the guest on its way from where it is noticed to its delivery through the IDT. */

/** Vectors of exceptions. Source: Intel SDM Vol. 3A table 6-1. */
export const VECTOR = {
  DE: 0,
  DB: 1,
  NMI: 2,
  BP: 3,
  OF: 4,
  BR: 5,
  UD: 6,
  NM: 7,
  DF: 8,
  TS: 10,
  NP: 11,
  SS: 12,
  GP: 13,
  PF: 14,
  MF: 16,
  AC: 17,
  MC: 18,
  XM: 19,
} as const;

/** The manual's short name and words of each exception vector. */
export const EXCEPTION_NAMES: Readonly<Record<number, readonly [name: string, words: string]>> = {
  0: ["#DE", "divide error"],
  1: ["#DB", "debug exception"],
  2: ["NMI", "non-maskable interrupt"],
  3: ["#BP", "breakpoint"],
  4: ["#OF", "overflow"],
  5: ["#BR", "bound range exceeded"],
  6: ["#UD", "invalid opcode"],
  7: ["#NM", "device not available"],
  8: ["#DF", "double fault"],
  10: ["#TS", "invalid TSS"],
  11: ["#NP", "segment not present"],
  12: ["#SS", "stack segment fault"],
  13: ["#GP", "general protection"],
  14: ["#PF", "page fault"],
  16: ["#MF", "x87 floating-point error"],
  17: ["#AC", "alignment check"],
  18: ["#MC", "machine check"],
  19: ["#XM", "SIMD floating-point exception"],
};

/** Vectors that push an error code; it is 0 for #DF and #AC. */
const WITH_ERROR_CODE = new Set<number>([8, 10, 11, 12, 13, 14, 17]);

/** Thrown, never returned: it unwinds the instruction, which has by contract not yet changed anything. */
export class GuestFault {
  readonly errorCode: number | undefined;

  /**
   * @param errorCode 0 where the vector has one and none is given
   * @param address for #PF the linear address, which goes to CR2
   * @param detail for a human: what was wrong
   */
  constructor(
    readonly vector: number,
    errorCode?: number,
    readonly address?: bigint,
    readonly detail?: string,
  ) {
    this.errorCode = WITH_ERROR_CODE.has(vector) ? (errorCode ?? 0) : undefined;
  }
}
