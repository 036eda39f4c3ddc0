/**
 * The names and numbers of x86-64's registers, in the order in which instructions encode them.
 * Source: Intel SDM Vol. 2A §2.1 (ModRM) and §3.1.1.1; AMD APM Vol. 3 §1.2.
 */

/** Operand widths in bits of the integer instructions. */
export type Size = 8 | 16 | 32 | 64;

export const RAX = 0;
export const RCX = 1;
export const RDX = 2;
export const RBX = 3;
export const RSP = 4;
export const RBP = 5;
export const RSI = 6;
export const RDI = 7;
export const R8 = 8;
export const R9 = 9;
export const R10 = 10;
export const R11 = 11;

/** A register number of 16..19 names AH, CH, DH, BH: bits 15:8 of RAX, RCX, RDX, RBX. */
export const HIGH_BYTE = 16;

export const ES = 0;
export const CS = 1;
export const SS = 2;
export const DS = 3;
export const FS = 4;
export const GS = 5;

const LEGACY = ["ax", "cx", "dx", "bx", "sp", "bp", "si", "di"] as const;
const EXTENDED = [8, 9, 10, 11, 12, 13, 14, 15] as const;

/** Names of the general registers by width; index 16..19 of the 8-bit list are ah, ch, dh, bh. */
export const GENERAL_NAMES: Readonly<Record<Size, readonly string[]>> = {
  64: [...LEGACY.map((name) => `r${name}`), ...EXTENDED.map((n) => `r${n}`)],
  32: [...LEGACY.map((name) => `e${name}`), ...EXTENDED.map((n) => `r${n}d`)],
  16: [...LEGACY, ...EXTENDED.map((n) => `r${n}w`)],
  8: [
    ...["al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil"],
    ...EXTENDED.map((n) => `r${n}b`),
    ...["ah", "ch", "dh", "bh"],
  ],
};

/** Segment registers as ModRM.reg numbers them. */
export const SEGMENT_NAMES = ["es", "cs", "ss", "ds", "fs", "gs"] as const;

/**
 * Condition codes as the low four bits of Jcc, SETcc and CMOVcc; the first name is the one that
 * disassembly prints. Source: Intel SDM Vol. 1 appendix B.
 */
export const CONDITIONS: readonly (readonly string[])[] = [
  ["o"],
  ["no"],
  ["b", "c", "nae"],
  ["ae", "nb", "nc"],
  ["e", "z"],
  ["ne", "nz"],
  ["be", "na"],
  ["a", "nbe"],
  ["s"],
  ["ns"],
  ["p", "pe"],
  ["np", "po"],
  ["l", "nge"],
  ["ge", "nl"],
  ["le", "ng"],
  ["g", "nle"],
];

/** What each condition code means after a comparison or an arithmetic instruction, as words after "if". */
export const CONDITION_MEANINGS: readonly string[] = [
  "the result overflowed (OF = 1)",
  "the result did not overflow (OF = 0)",
  "below, unsigned (CF = 1)",
  "above or equal, unsigned (CF = 0)",
  "equal, or the result is zero (ZF = 1)",
  "not equal, or the result is not zero (ZF = 0)",
  "below or equal, unsigned (CF = 1 or ZF = 1)",
  "above, unsigned (CF = 0 and ZF = 0)",
  "the result is negative (SF = 1)",
  "the result is not negative (SF = 0)",
  "the result's low byte has an even number of ones (PF = 1)",
  "the result's low byte has an odd number of ones (PF = 0)",
  "less, signed (SF ≠ OF)",
  "greater or equal, signed (SF = OF)",
  "less or equal, signed (ZF = 1 or SF ≠ OF)",
  "greater, signed (ZF = 0 and SF = OF)",
];

/**
 * RFLAGS. Source: Intel SDM Vol. 1 §3.4.3.
 *
 *     21 20  19  18 17 16  14 13 12 11 10  9  8  7  6  4  2  0
 *     ID VIP VIF AC VM RF  NT IOPL  OF DF IF TF SF ZF AF PF CF      (bit 1 is always 1)
 */
export const FLAG = {
  CF: 1 << 0,
  PF: 1 << 2,
  AF: 1 << 4,
  ZF: 1 << 6,
  SF: 1 << 7,
  TF: 1 << 8,
  IF: 1 << 9,
  DF: 1 << 10,
  OF: 1 << 11,
  IOPL: 3 << 12,
  NT: 1 << 14,
  RF: 1 << 16,
  VM: 1 << 17,
  AC: 1 << 18,
  VIF: 1 << 19,
  VIP: 1 << 20,
  ID: 1 << 21,
} as const;

/** The six flags that arithmetic writes. */
export const STATUS_FLAGS = FLAG.CF | FLAG.PF | FLAG.AF | FLAG.ZF | FLAG.SF | FLAG.OF;
