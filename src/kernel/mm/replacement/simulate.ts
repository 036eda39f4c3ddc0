/**
 * A string of references over a few frames, with a policy of the kernel but without a machine: what chapter books print as a
 * table. The hardware's part is played here: a reference sets the A bit of the page's entry, a store the D bit.
 */
import type { FrameView, ReplacementPolicy } from "./policy.js";

/** One use of a page; a number is a read. */
export type Reference = number | { readonly page: number; readonly write: boolean };

export interface SimulationStep {
  readonly page: number;
  readonly write: boolean;
  /** The page was not in memory. */
  readonly fault: boolean;
  /** The page that had to leave for it, and whether it had to be written out. */
  readonly evicted: number | undefined;
  readonly wroteOut: boolean;
  /** What the frames hold afterwards; undefined is empty. */
  readonly frames: readonly (number | undefined)[];
  /** A and D bits of the frames afterwards. */
  readonly accessed: readonly boolean[];
  readonly dirty: readonly boolean[];
}

export interface Simulation {
  readonly policy: string;
  readonly steps: readonly SimulationStep[];
  readonly faults: number;
  readonly writeOuts: number;
}

/**
 * Runs a string of references.
 * @param policy keeps no frames yet; the optimum must have been given the same string
 * @param frames how many there are, at least 1
 */
export function simulate(
  references: readonly Reference[],
  frames: number,
  policy: ReplacementPolicy,
): Simulation {
  if (!(Number.isInteger(frames) && frames > 0))
    throw new RangeError(`${frames} frames: 1 or more are needed`);
  const memory = new SimulatedMemory(frames, policy);
  const steps = references.map((reference) => memory.refer(reference));
  return {
    policy: policy.name,
    steps,
    faults: steps.filter(({ fault }) => fault).length,
    writeOuts: steps.filter(({ wroteOut }) => wroteOut).length,
  };
}

class SimulatedMemory implements FrameView {
  wanted: number | undefined;
  private readonly pages: (number | undefined)[];
  private readonly accessed: boolean[];
  private readonly dirty: boolean[];

  constructor(
    frames: number,
    private readonly policy: ReplacementPolicy,
  ) {
    this.pages = new Array<undefined>(frames).fill(undefined);
    this.accessed = new Array<boolean>(frames).fill(false);
    this.dirty = new Array<boolean>(frames).fill(false);
  }

  isAccessed(frame: number): boolean {
    return this.accessed[frame]!;
  }

  takeAccessed(frame: number): boolean {
    const was = this.accessed[frame]!;
    this.accessed[frame] = false;
    return was;
  }

  isDirty(frame: number): boolean {
    return this.dirty[frame]!;
  }

  pageIn(frame: number): number {
    return this.pages[frame]!;
  }

  refer(reference: Reference): SimulationStep {
    const { page, write } = typeof reference === "number" ? { page: reference, write: false } : reference;
    const present = this.pages.indexOf(page);
    const brought = present < 0 ? this.bringIn(page) : undefined;
    const frame = brought?.frame ?? present;
    this.accessed[frame] = true;
    this.dirty[frame] ||= write;
    const accessed = [...this.accessed];
    this.policy.observe?.(this);
    return {
      ...{ page, write, fault: brought !== undefined, evicted: brought?.evicted },
      ...{ wroteOut: brought?.wroteOut ?? false, frames: [...this.pages], accessed },
      dirty: [...this.dirty],
    };
  }

  private bringIn(page: number): { frame: number; evicted: number | undefined; wroteOut: boolean } {
    const empty = this.pages.indexOf(undefined);
    this.wanted = page;
    const frame = empty < 0 ? this.policy.choose(this) : empty;
    this.wanted = undefined;
    if (frame === undefined) throw new Error(`${this.policy.name} chose no page although memory is full`);
    const evicted = this.pages[frame];
    const wroteOut = this.dirty[frame]!;
    this.policy.remove(frame);
    this.pages[frame] = page;
    this.accessed[frame] = this.dirty[frame] = false;
    this.policy.admit(frame, this);
    return { frame, evicted, wroteOut };
  }
}
