/**
 * Two runs side by side: where do they part? Both are repeated from their beginnings in step, t by t since then, and compared
 * now and then in everything; where they differ, the stretch before is compared step by step. A long comparison is made in parts.
 * It moves both sessions.
 */
import type { Machine } from "../../machine/machine.js";
import type { EventKind, TraceEvent } from "../event.js";
import { instructionTextAt } from "../instruction-text.js";
import type { Session } from "../session.js";
import type { Ending } from "../world.js";
import {
  DirtyPages,
  type MemoryDifference,
  memoryDifferences,
  type RegisterDifference,
  registerDifferences,
} from "./differences.js";

/** One of the two runs where they part. */
export interface Side {
  readonly time: number;
  /** Of worlds with a machine: what is about to run. */
  readonly instruction?: { readonly address: bigint; readonly text: string };
  readonly ending?: Ending;
}

export interface Divergence {
  readonly kind: "differ";
  /** Steps since the beginning: before them everything was the same. */
  readonly steps: number;
  readonly a: Side;
  readonly b: Side;
  readonly registers: readonly RegisterDifference[];
  /** Some of them, when there are many. */
  readonly memory: readonly MemoryDifference[];
  /** The first event by which the logs differ, as far as the runs have been compared. */
  readonly event?: { readonly index: number; readonly a?: TraceEvent; readonly b?: TraceEvent };
}

export type ComparisonResult =
  | Divergence
  /** Both have ended in the same way, after so many steps. */
  | { readonly kind: "same"; readonly steps: number };

/**
 * What counts as parting: anything that differs; a general register, RIP or the flags; or only the way, when other instructions
 * are executed or other things happen. The latter two are for runs that begin with different bytes or settings.
 */
export type PartBy = "state" | "registers" | "way";

/** Steps between two whole comparisons. */
const STRIDE = 1 << 14;

const MOST_MEMORY = 32;

export class Comparison {
  private steps = 0;
  private found: ComparisonResult | undefined;
  /** Something differs from here on, which is not yet what one looks for. */
  private differing = false;
  /** Events before these indices are the same. */
  private sameEvents: readonly [number, number] = [0, 0];
  private readonly pages: DirtyPages | undefined;
  /** Both were the same after so many steps. */
  private agreed = -1;

  constructor(
    private readonly a: Session,
    private readonly b: Session,
    private readonly by: PartBy = "state",
  ) {
    const [one, other] = [a.world.machine, b.world.machine];
    if (one && other && one.memory.size !== other.memory.size)
      throw new RangeError("machines with different amounts of memory differ in everything");
    a.seek(a.start);
    b.seek(b.start);
    if (one && other) this.pages = new DirtyPages(one, other);
  }

  /** What came out; undefined while the comparison is not finished. */
  get result(): ComparisonResult | undefined {
    return this.found;
  }

  /** Steps that have been compared. */
  get compared(): number {
    return Math.max(0, this.agreed);
  }

  /** Goes on for so many steps at most. Returns the result, when there is one. */
  advance(steps: number): ComparisonResult | undefined {
    const end = this.steps + steps;
    while (!this.found && this.steps <= end) {
      this.goTo(this.steps);
      this.found = this.differing ? this.lookClosely() : this.look();
      if (this.found || this.steps === end) break;
      if (!this.differing) this.agreed = this.steps;
      this.steps = Math.min(end, this.steps + (this.differing ? 1 : STRIDE));
    }
    return this.found;
  }

  private goTo(steps: number): void {
    for (const session of [this.a, this.b]) session.seek(session.start + steps);
  }

  private look(): ComparisonResult | undefined {
    const { a, b } = this;
    const [doneA, doneB] = [a.time - a.start, b.time - b.start];
    const event = this.eventDifference();
    if (doneA === doneB && !event && !this.stateDiffers()) {
      const over = doneA < this.steps || (a.ending && b.ending);
      return over ? { kind: "same", steps: doneA } : undefined;
    }
    const parting = this.parting(Math.min(doneA, doneB, this.steps));
    if (this.by === "state") return parting;
    this.differing = true;
    this.steps = parting.steps;
    return this.lookClosely();
  }

  /** After something has differed every step is looked at. */
  private lookClosely(): ComparisonResult | undefined {
    const { a, b, steps } = this;
    const [doneA, doneB] = [a.time - a.start, b.time - b.start];
    if (doneA !== doneB || this.eventDifference() || this.waysDiffer()) return this.describe(steps);
    return doneA < steps || (a.ending && b.ending) ? { kind: "same", steps: doneA } : undefined;
  }

  private waysDiffer(): boolean {
    const machines = this.machines();
    if (!machines) return false;
    const [{ cpu: one }, { cpu: other }] = machines;
    if (one.rip !== other.rip) return true;
    if (this.by === "way") return false;
    return (
      one.flags !== other.flags || one.state.general.some((value, n) => value !== other.state.general[n])
    );
  }

  private stateDiffers(): boolean {
    const machines = this.machines();
    if (!machines) return false;
    const pages = this.pages?.look() ?? [];
    return pages.length > 0 || registerDifferences(...machines).length > 0;
  }

  private machines(): [Machine, Machine] | undefined {
    const [one, other] = [this.a.world.machine, this.b.world.machine];
    return one && other ? [one, other] : undefined;
  }

  /** The first step since both agreed at which they do not. */
  private parting(last: number): Divergence {
    const machines = this.machines();
    const watched = machines ? memoryDifferences(...machines, this.pages?.look() ?? [], MOST_MEMORY) : [];
    let steps = Math.max(0, this.agreed);
    for (; steps < last; steps++) {
      this.goTo(steps);
      if (this.partsHere(watched)) break;
    }
    this.goTo(steps);
    return this.describe(steps);
  }

  private partsHere(watched: readonly MemoryDifference[]): boolean {
    const machines = this.machines();
    if (!machines) return this.eventDifference() !== undefined;
    const [one, other] = machines;
    const differs = watched.some(({ physical, a }) =>
      a.some((_, n) => one.memory.bytes[physical + n] !== other.memory.bytes[physical + n]),
    );
    return differs || registerDifferences(one, other).length > 0;
  }

  private describe(steps: number): Divergence {
    const machines = this.machines();
    const event = this.eventDifference();
    return {
      ...{ kind: "differ", steps, a: sideOf(this.a), b: sideOf(this.b) },
      registers: machines ? registerDifferences(...machines) : [],
      memory: machines ? memoryDifferences(...machines, this.pages?.look() ?? [], MOST_MEMORY) : [],
      ...(event ? { event } : {}),
    };
  }

  /** Of all events that have happened by now. What comes in from outside counts only where everything does. */
  private eventDifference(): Divergence["event"] {
    for (;;) {
      const [a, b] = [this.nextEvent(this.a, 0), this.nextEvent(this.b, 1)];
      if (!a && !b) return undefined;
      if (!a || !b || !this.isSame(a, b))
        return { index: (a ?? b)!.index, ...(a ? { a } : {}), ...(b ? { b } : {}) };
      this.sameEvents = [a.index + 1, b.index + 1];
    }
  }

  private nextEvent({ log }: Session, side: 0 | 1): TraceEvent | undefined {
    for (let index = Math.max(this.sameEvents[side], log.firstKept); index < log.length; index++) {
      const event = log.at(index);
      if (event && (this.by === "state" || !FROM_OUTSIDE.includes(event.kind))) return event;
    }
    return undefined;
  }

  private isSame(a: TraceEvent, b: TraceEvent): boolean {
    const together = a.t - this.a.start === b.t - this.b.start;
    return together && a.kind === b.kind && a.pid === b.pid && a.says === b.says;
  }
}

const FROM_OUTSIDE: readonly EventKind[] = ["input", "edit"];

function sideOf({ time, ending, world }: Session): Side {
  const cpu = world.machine?.cpu;
  return {
    time,
    ...(cpu ? { instruction: { address: cpu.rip, text: instructionTextAt(cpu, cpu.rip) } } : {}),
    ...(ending ? { ending } : {}),
  };
}
