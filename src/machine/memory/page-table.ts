/**
 * The walk of the page tables: from a linear address to a physical one, as a CPU does it on a TLB miss.
 * Source: Intel SDM Vol. 3A chapter 4 (4.5 4-level and 5-level paging, 4.6 access rights, 4.7 page-fault exceptions,
 * 4.8 accessed and dirty flags).
 * Leaves out: protection keys, memory types (PAT, PCD, PWT are ignored).
 *
 *     linear    63..57      56..48      47..39   38..30   29..21   20..12   11..0
 *               sign of 56  PML5        PML4     PDPT     PD       PT       offset
 *               sign of 47 (4 levels)
 *     entry     63  62..52   51..12            11..9    8  7     6  5  4   3   2    1    0
 *               XD  ignored  physical address  ignored  G  PS    D  A  PCD PWT U/S  R/W  P
 */
import type { PhysicalMemory } from "./physical-memory.js";
import { type Access, FETCH, WRITE } from "./tlb.js";

/** Bits of an entry's low half. */
export const PTE = { P: 1, RW: 2, US: 4, PWT: 8, PCD: 16, A: 32, D: 64, PS: 128, G: 256 } as const;
/** Bit 63 as bit 31 of the high half. */
export const PTE_XD_HIGH = 0x80000000;

/** Error code of #PF. Source: SDM Vol. 3A §4.7. */
export const PF_ERROR = { P: 1, W: 2, U: 4, RSVD: 8, I: 16 } as const;

/** Physical address width that CPUID announces; higher address bits in an entry are reserved. */
export const PHYSICAL_BITS = 40;
const HIGH_RESERVED = 0x000fffff & ~((1 << (PHYSICAL_BITS - 32)) - 1);

/** What the control registers say about paging. */
export interface PagingMode {
  /** CR0.PG: without it linear addresses are physical ones. */
  enabled: boolean;
  /** CR4.LA57: 5 levels, and linear addresses of 57 bits instead of 48. */
  levels: 4 | 5;
  /** Physical address of the PML4, or of the PML5. */
  root: number;
  /** CR0.WP: supervisor writes honour R/W. */
  writeProtect: boolean;
  /** EFER.NXE */
  noExecute: boolean;
  /** CR4.SMEP, CR4.SMAP */
  smep: boolean;
  smap: boolean;
}

/** One entry that a walk used. */
export interface WalkStep {
  /** 5 = PML5, 4 = PML4 … 1 = PT. */
  level: number;
  /** Physical address of the entry. */
  entryAddress: number;
  entry: bigint;
}

/** Where a walk ended. `error` is the #PF error code, -1 when the access is allowed. */
export interface Walk {
  error: number;
  /** Physical address of the byte; meaningful when `error` is -1. */
  physical: number;
  /** Level of the entry that maps the page (1: 4 KiB, 2: 2 MiB, 3: 1 GiB), and its G bit; likewise. */
  level: number;
  global: boolean;
  /** For a human: why not. */
  reason: string;
}

/**
 * Translates hi:lo for an access. With `commit` it sets the accessed flags, and the dirty flag of a write,
 * as the CPU does; without, it changes nothing. `userPagesAllowed` is EFLAGS.AC under SMAP.
 */
export function walk(
  memory: PhysicalMemory,
  mode: PagingMode,
  lo: number,
  hi: number,
  access: Access,
  user: boolean,
  userPagesAllowed: boolean,
  commit: boolean,
  steps?: WalkStep[],
): Walk {
  if (!mode.enabled) return { error: -1, physical: lo >>> 0, level: 1, global: false, reason: "" };
  let error = (access === WRITE ? PF_ERROR.W : 0) | (user ? PF_ERROR.U : 0);
  if (access === FETCH && (mode.noExecute || mode.smep)) error |= PF_ERROR.I;
  const used: number[] = [];
  let table = mode.root;
  let everUser = true;
  let everWritable = true;
  let everExecutable = true;
  for (let level: number = mode.levels; level >= 1; level--) {
    const at = table + indexAt(level, lo, hi) * 8;
    const low = memory.read32(at);
    const high = memory.read32(at + 4);
    steps?.push({ level, entryAddress: at, entry: (BigInt(high) << 32n) | BigInt(low) });
    if ((low & PTE.P) === 0) return refused(error, `the level-${level} entry is not present`);
    if (!wellFormed(low, high, level, mode.noExecute)) {
      return refused(error | PF_ERROR.P | PF_ERROR.RSVD, `the level-${level} entry has a reserved bit set`);
    }
    used.push(at);
    everUser &&= (low & PTE.US) !== 0;
    everWritable &&= (low & PTE.RW) !== 0;
    everExecutable &&= high >>> 31 === 0;
    const nextAddress = ((low & ~0xfff) >>> 0) + (high & 0xfffff) * 2 ** 32;
    if (level > 1 && (level >= 4 || (low & PTE.PS) === 0)) {
      table = nextAddress;
      continue;
    }
    const reason = forbidden(mode, access, user, userPagesAllowed, everUser, everWritable, everExecutable);
    if (reason !== "") return refused(error | PF_ERROR.P, reason);
    if (commit) setAccessed(memory, used, access === WRITE);
    const span = 2 ** (12 + 9 * (level - 1));
    const physical = nextAddress - (nextAddress % span) + ((lo >>> 0) % span);
    return { error: -1, physical, level, global: (low & PTE.G) !== 0, reason: "" };
  }
  throw new Error("a walk ends at level 1");
}

/** Number of the entry in a table of a level: nine bits of the address. */
function indexAt(level: number, lo: number, hi: number): number {
  if (level === 3) return ((hi & 0x7f) << 2) | (lo >>> 30);
  return (level > 3 ? hi >>> (level === 5 ? 16 : 7) : lo >>> (level === 2 ? 21 : 12)) & 511;
}

const refused = (error: number, reason: string): Walk => ({
  error,
  physical: 0,
  level: 0,
  global: false,
  reason,
});

function wellFormed(low: number, high: number, level: number, noExecute: boolean): boolean {
  if ((high & HIGH_RESERVED) !== 0) return false;
  if (high >>> 31 !== 0 && !noExecute) return false;
  if ((low & PTE.PS) === 0 || level === 1) return true;
  if (level >= 4) return false;
  // Bit 12 of a large page is PAT; the address bits below its size must be zero.
  return (low & (level === 2 ? 0x001fe000 : 0x3fffe000)) === 0;
}

/** Why the access is not allowed, or "". Source: SDM Vol. 3A §4.6.1. */
function forbidden(
  mode: PagingMode,
  access: Access,
  user: boolean,
  userPagesAllowed: boolean,
  pageUser: boolean,
  pageWritable: boolean,
  pageExecutable: boolean,
): string {
  if (user && !pageUser) return "ring 3 touched a supervisor page";
  if (access === FETCH) {
    if (mode.noExecute && !pageExecutable) return "the page is not executable";
    if (!user && pageUser && mode.smep) return "ring 0 fetched from a user page (SMEP)";
    return "";
  }
  if (!user && pageUser && mode.smap && !userPagesAllowed) return "ring 0 touched a user page (SMAP)";
  if (access === WRITE && !pageWritable && (user || mode.writeProtect)) return "the page is read-only";
  return "";
}

function setAccessed(memory: PhysicalMemory, entries: readonly number[], dirty: boolean): void {
  entries.forEach((at, n) => {
    const low = memory.read32(at);
    const wanted = low | PTE.A | (dirty && n === entries.length - 1 ? PTE.D : 0);
    if (wanted >>> 0 !== low) memory.write32(at, wanted);
  });
}
