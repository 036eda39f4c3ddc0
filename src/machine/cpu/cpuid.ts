/**
 * What CPUID tells: only features that exist here. Source: Intel SDM Vol. 2A, CPUID; AMD APM Vol. 3 appendix E.
 */

import { PHYSICAL_BITS } from "../memory/page-table.js";
import { LINEAR_BITS } from "./canonical.js";

/** EAX, EBX, ECX, EDX as unsigned 32-bit numbers. */
export type CpuidResult = readonly [eax: number, ebx: number, ecx: number, edx: number];

/** A feature: leaf, register, bit. */
interface Feature {
  leaf: number;
  register: "ebx" | "ecx" | "edx";
  bit: number;
  name: string;
}

/** Everything that is announced. */
export const FEATURES: readonly Feature[] = [
  { leaf: 1, register: "edx", bit: 0, name: "fpu" },
  { leaf: 1, register: "edx", bit: 3, name: "pse" },
  { leaf: 1, register: "edx", bit: 4, name: "tsc" },
  { leaf: 1, register: "edx", bit: 5, name: "msr" },
  { leaf: 1, register: "edx", bit: 6, name: "pae" },
  { leaf: 1, register: "edx", bit: 8, name: "cx8" },
  { leaf: 1, register: "edx", bit: 13, name: "pge" },
  { leaf: 1, register: "edx", bit: 15, name: "cmov" },
  { leaf: 1, register: "edx", bit: 19, name: "clflush" },
  { leaf: 1, register: "edx", bit: 23, name: "mmx" },
  { leaf: 1, register: "edx", bit: 24, name: "fxsr" },
  { leaf: 1, register: "edx", bit: 25, name: "sse" },
  { leaf: 1, register: "edx", bit: 26, name: "sse2" },
  { leaf: 1, register: "ecx", bit: 0, name: "sse3" },
  { leaf: 1, register: "ecx", bit: 13, name: "cmpxchg16b" },
  { leaf: 1, register: "ecx", bit: 17, name: "pcid" },
  { leaf: 1, register: "ecx", bit: 22, name: "movbe" },
  { leaf: 1, register: "ecx", bit: 23, name: "popcnt" },
  { leaf: 7, register: "ebx", bit: 7, name: "smep" },
  { leaf: 7, register: "ebx", bit: 10, name: "invpcid" },
  { leaf: 7, register: "ebx", bit: 20, name: "smap" },
  { leaf: 7, register: "ecx", bit: 2, name: "umip" },
  { leaf: 7, register: "ecx", bit: 16, name: "la57" },
  { leaf: 0x80000001, register: "ecx", bit: 0, name: "lahf_lm" },
  { leaf: 0x80000001, register: "ecx", bit: 5, name: "abm" },
  { leaf: 0x80000001, register: "edx", bit: 11, name: "syscall" },
  { leaf: 0x80000001, register: "edx", bit: 20, name: "nx" },
  { leaf: 0x80000001, register: "edx", bit: 26, name: "pdpe1gb" },
  { leaf: 0x80000001, register: "edx", bit: 27, name: "rdtscp" },
  { leaf: 0x80000001, register: "edx", bit: 29, name: "lm" },
];

/** The GNU C library takes only known makers at their word and refuses to load itself on others. */
const VENDOR = "AuthenticAMD";
const BRAND = "You in CPU, a processor that one can read";
/** Family 6, model 15, stepping 0: no program takes it for more than the baseline. */
const SIGNATURE = 0x6f0;
const LAST_BASIC = 7;
/** 32 KiB of data or code near the core, 8 ways; 512 KiB behind it, 8 ways (code 6); lines of 64 bytes. */
const LEVEL_1_CACHE = (32 << 24) | (8 << 16) | (1 << 8) | 64;
const LEVEL_2_CACHE = (512 << 16) | (6 << 12) | (1 << 8) | 64;
const LAST_EXTENDED = 0x80000008;

/** The answer for a leaf; unknown leaves are zero. */
export function cpuid(leaf: number, _subleaf: number): CpuidResult {
  const [ebx, ecx, edx] = (["ebx", "ecx", "edx"] as const).map((register) => featureBits(leaf, register)) as [
    number,
    number,
    number,
  ];
  switch (leaf) {
    case 0: {
      const [first, second, third] = words(VENDOR) as [number, number, number];
      return [LAST_BASIC, first, third, second];
    }
    case 1:
      // CLFLUSH works on lines of 64 bytes: 8 units of 8.
      return [SIGNATURE, 8 << 8, ecx, edx];
    case 0x80000000:
      return [LAST_EXTENDED, 0, 0, 0];
    case 0x80000002:
    case 0x80000003:
    case 0x80000004:
      return words(BRAND.padEnd(48, "\0")).slice((leaf - 0x80000002) * 4, (leaf - 0x80000001) * 4) as [
        number,
        number,
        number,
        number,
      ];
    // No cache is simulated, but programs measure out their copies by these sizes.
    case 0x80000005:
      return [0, 0, LEVEL_1_CACHE, LEVEL_1_CACHE];
    case 0x80000006:
      return [0, 0, LEVEL_2_CACHE, 0];
    case 0x80000008:
      return [PHYSICAL_BITS | (LINEAR_BITS << 8), 0, 0, 0];
    default:
      return [0, ebx, ecx, edx];
  }
}

function featureBits(leaf: number, register: Feature["register"]): number {
  let bits = 0;
  for (const feature of FEATURES)
    if (feature.leaf === leaf && feature.register === register) bits |= 1 << feature.bit;
  return bits >>> 0;
}

/** Text as little-endian numbers of 32 bits. */
function words(text: string): number[] {
  const result: number[] = [];
  for (let at = 0; at < text.length; at += 4) {
    let word = 0;
    for (let n = 3; n >= 0; n--) word = (word << 8) | text.charCodeAt(at + n);
    result.push(word >>> 0);
  }
  return result;
}
