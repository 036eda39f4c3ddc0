/** In what two machines differ at one moment each. */

import type { Machine } from "../../machine/machine.js";
import type { MemorySnapshot } from "../../machine/memory/memory-snapshot.js";
import { PAGE_SIZE } from "../../machine/memory/physical-memory.js";
import { bringUpToDate, type Difference } from "../../machine/time/differences.js";
import { type RegisterChange, registerChanges } from "../../machine/time/places.js";

/** A register, or a part of a device, that holds different values. */
export interface RegisterDifference {
  readonly name: string;
  readonly kind: RegisterChange["kind"];
  readonly a: unknown;
  readonly b: unknown;
}

/** Bytes of RAM that lie together and are different. */
export interface MemoryDifference {
  readonly physical: number;
  readonly a: Uint8Array;
  readonly b: Uint8Array;
}

/** Registers and devices; what counts time is left out. */
export function registerDifferences(a: Machine, b: Machine): RegisterDifference[] {
  const found: Difference[] = [];
  bringUpToDate(a.copyRegisters(), b.lookAtRegisters(), found);
  return registerChanges(found)
    .filter(({ name }) => !OF_TIME.includes(name))
    .map(({ name, kind, old, now }) => ({ name, kind, a: old, b: now }));
}

/** t, and what follows from it. */
const OF_TIME = ["time", "deliveries", "skipped"];

/** Bytes further apart than this are told as two differences. */
const GAP = 8;

/** Differing bytes in some pages, at most so many stretches. */
export function memoryDifferences(
  a: Machine,
  b: Machine,
  pages: Iterable<number>,
  most: number,
): MemoryDifference[] {
  const found: MemoryDifference[] = [];
  for (const page of [...pages].sort((x, y) => x - y)) {
    if (found.length >= most) break;
    inPage(a, b, page * PAGE_SIZE, most, found);
  }
  return found;
}

function inPage(a: Machine, b: Machine, start: number, most: number, found: MemoryDifference[]): void {
  const [one, other] = [a.memory.bytes, b.memory.bytes];
  const end = Math.min(start + PAGE_SIZE, one.length, other.length);
  for (let at = start; at < end && found.length < most; at++) {
    if (one[at] === other[at]) continue;
    let last = at;
    for (let n = at + 1; n < end && n - last <= GAP; n++) if (one[n] !== other[n]) last = n;
    const length = last + 1 - at;
    found.push({ physical: at, a: a.memory.readBytes(at, length), b: b.memory.readBytes(at, length) });
    at = last;
  }
}

/** Finds pages that may differ by what both machines have written since the last look. */
export class DirtyPages {
  private known: readonly [MemorySnapshot, MemorySnapshot] | undefined;
  /** Pages that were different at the last look. */
  private different = new Set<number>();

  constructor(
    private readonly a: Machine,
    private readonly b: Machine,
  ) {}

  /** Pages whose contents are different now, ascending. */
  look(): readonly number[] {
    const now = [this.a.memory.snapshot(), this.b.memory.snapshot()] as const;
    const { known } = this;
    const written = known
      ? [...now[0].pagesUnlike(known[0]), ...now[1].pagesUnlike(known[1]), ...this.different]
      : Array.from({ length: now[0].pageCount }, (_, page) => page).filter(
          (page) => now[0].page(page) !== undefined || now[1].page(page) !== undefined,
        );
    this.known = now;
    this.different = new Set(written.filter((page) => !this.isEqual(page)));
    return [...this.different].sort((x, y) => x - y);
  }

  private isEqual(page: number): boolean {
    const start = page * (PAGE_SIZE / 4);
    const [one, other] = [this.a.memory.words, this.b.memory.words];
    for (let n = start; n < start + PAGE_SIZE / 4; n++) if (one[n] !== other[n]) return false;
    return true;
  }
}
