/**
 * The guest's own breakpoints: DR0–DR3 hold linear addresses, DR7 says of what kind they are, DR6 which were met. While
 * DR7 enables none, nothing here is asked.
 * Source: Intel SDM Vol. 3B §17.2, §17.3.1. Leaves out: DR7.LE and GE, which do nothing; a data breakpoint met by the
 * instruction that loads SS is told at once, not behind the next one.
 *
 *     DR7   31:30 29:28 27:26 25:24 23:22 21:20 19:18 17:16   13   10   9  8   7  6  5  4  3  2  1  0
 *           LEN3  R/W3  LEN2  R/W2  LEN1  R/W1  LEN0  R/W0    GD   1    GE LE  G3 L3 G2 L2 G1 L1 G0 L0
 */
import type { AccessWatch } from "../memory/access-watch.js";
import { PAGE_MASK } from "../memory/physical-memory.js";
import { type Access, FETCH, WRITE } from "../memory/tlb.js";
import { CR4, type SystemRegisters } from "./state.js";

/** R/W fields of DR7. */
const KIND = { EXECUTE: 0, WRITE: 1, PORT: 2, ACCESS: 3 } as const;
/** Bytes by LEN field. */
const LENGTHS = [1, 2, 8, 4];

interface Condition {
  /** Its bit in DR6. */
  readonly bit: bigint;
  readonly kind: number;
  /** The first byte; of more than one, on a boundary of their number. */
  readonly address: bigint;
  readonly bytes: number;
}

export class DebugRegisters implements AccessWatch {
  private conditions: readonly Condition[] = [];
  /** Bits of DR6 for data that the instruction under way has touched. */
  private met = 0n;

  /** @param onWatch called with whether accesses to memory are to be seen, when that changes */
  constructor(private readonly onWatch: (on: boolean) => void) {}

  /** Some breakpoint is enabled. */
  get armed(): boolean {
    return this.conditions.length > 0;
  }

  /** DR0–DR3, DR7 or CR4.DE changed. */
  changed({ dr, cr4 }: SystemRegisters): void {
    const control = Number(dr[7]! & 0xffffffffn);
    const watched = this.watchesMemory;
    this.conditions = [0, 1, 2, 3].flatMap((n) => {
      if (((control >>> (2 * n)) & 3) === 0) return [];
      const kind = (control >>> (16 + 4 * n)) & 3;
      // Without CR4.DE the kind of ports is undefined: it matches nothing here.
      if (kind === KIND.PORT && (cr4 & CR4.DE) === 0n) return [];
      const bytes = LENGTHS[(control >>> (18 + 4 * n)) & 3]!;
      return [{ bit: 1n << BigInt(n), kind, address: dr[n]! & ~BigInt(bytes - 1), bytes }];
    });
    if (this.watchesMemory !== watched) this.onWatch(!watched);
    else if (watched) this.onWatch(true);
  }

  private get watchesMemory(): boolean {
    return this.conditions.some(({ kind }) => kind === KIND.WRITE || kind === KIND.ACCESS);
  }

  /** Bits of DR6 for breakpoints at an instruction. */
  atInstruction(rip: bigint): bigint {
    return this.conditions
      .filter(({ kind, address }) => kind === KIND.EXECUTE && address === rip)
      .reduce((bits, { bit }) => bits | bit, 0n);
  }

  /** An instruction begins. */
  begin(): void {
    this.met = 0n;
  }

  /** Bits of DR6 for what the instruction touched. */
  taken(): bigint {
    return this.met;
  }

  ignores(access: Access, lo: number, hi: number): boolean {
    if (access === FETCH) return true;
    const page = linear(lo & ~PAGE_MASK, hi);
    return !this.conditions.some(
      ({ kind, address }) =>
        (kind === KIND.ACCESS || (kind === KIND.WRITE && access === WRITE)) &&
        (address & ~BigInt(PAGE_MASK)) === page,
    );
  }

  reads(lo: number, hi: number, _physical: number, bytes: number): void {
    this.meet([KIND.ACCESS], linear(lo, hi), bytes);
  }

  writes(lo: number, hi: number, _physical: number, bytes: number): void {
    this.meet([KIND.WRITE, KIND.ACCESS], linear(lo, hi), bytes);
  }

  changes(): void {}

  /** IN, OUT and their string forms reach a port. */
  port(port: number, bytes: number): void {
    this.meet([KIND.PORT], BigInt(port), bytes);
  }

  private meet(kinds: readonly number[], first: bigint, count: number): void {
    for (const { bit, kind, address, bytes } of this.conditions) {
      const overlaps = first < address + BigInt(bytes) && address < first + BigInt(count);
      if (kinds.includes(kind) && overlaps) this.met |= bit;
    }
  }
}

const linear = (lo: number, hi: number): bigint => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
