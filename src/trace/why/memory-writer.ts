/** Who wrote some bytes of RAM last. The run is repeated at full speed, with an eye on these pages only. */
import type { Machine } from "../../machine/machine.js";
import type { AccessWatch } from "../../machine/memory/access-watch.js";
import { PAGE_SHIFT } from "../../machine/memory/physical-memory.js";
import { type Access, WRITE } from "../../machine/memory/tlb.js";
import type { Piece } from "../place.js";
import type { Session } from "../session.js";

/** A write to the bytes. */
export interface MemoryWrite {
  readonly time: number;
  /** Where the instruction lies that was under way. */
  readonly rip: bigint;
  /** It was at a linear address: by an instruction, or by a delivery. */
  readonly linear: boolean;
  /** An input did it. */
  readonly byInput: boolean;
}

/** Remembers the last write to some bytes. */
export class LastWrite implements AccessWatch {
  last: MemoryWrite | undefined;
  private linear: { readonly physical: number; readonly end: number; readonly time: number } | undefined;

  constructor(
    private readonly session: Session,
    private readonly machine: Machine,
    private readonly pieces: readonly Piece[],
  ) {}

  ignores(access: Access, _lo: number, _hi: number, physical: number): boolean {
    const page = physical >>> PAGE_SHIFT;
    return access !== WRITE || !this.pieces.some((piece) => pagesOf(piece).includes(page));
  }

  reads(): void {}

  writes(_lo: number, _hi: number, physical: number, bytes: number): void {
    this.linear = { physical, end: physical + bytes, time: this.machine.time };
  }

  changes(physical: number, bytes: number): void {
    if (!this.pieces.some((one) => physical < one.physical + one.length && one.physical < physical + bytes))
      return;
    const { machine, session, linear } = this;
    const { cpu, time } = machine;
    const isLinear =
      linear !== undefined &&
      linear.time === time &&
      physical < linear.end &&
      linear.physical < physical + bytes;
    this.last = { time, rip: cpu.rip, linear: isLinear, byInput: session.isAccepting };
  }
}

function pagesOf({ physical, length }: Piece): number[] {
  const first = physical >>> PAGE_SHIFT;
  const last = (physical + length - 1) >>> PAGE_SHIFT;
  return Array.from({ length: last - first + 1 }, (_, n) => first + n);
}
