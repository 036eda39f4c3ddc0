/**
 * Watching registers and flags, which nothing in the machine reports: a run goes step by step and compares. What changes a value by
 * hand, from outside, is no step. While nobody watches, runs are as quick as ever.
 */
import type { Kernel } from "../kernel/kernel.js";
import type { Machine } from "../machine/machine.js";
import type { Reference } from "./reference.js";
import { formatReference } from "./reference-text.js";
import { flagValue, registerValue } from "./register-value.js";
import type { WorldStop } from "./world.js";

/** Where programs run. */
const PROGRAM_RING = 3;

/** A register, or a part of one, or a flag. */
export type ValuePlace = Extract<Reference, { kind: "register" | "flag" }>;

export interface ValueWatch {
  readonly place: ValuePlace;
  /** Takes it away. */
  remove(): void;
}

/** A run ended behind the step that changed a watched value. */
export interface ValueHit {
  readonly reason: "value";
  readonly watch: ValueWatch;
  readonly was: bigint;
  readonly now: bigint;
  /** Where the instruction is; for a delivery, where it came; for what the kernel did, where the program entered it. */
  readonly rip: bigint;
}

/** What runs. */
interface Runs {
  readonly time: number;
  readonly machine?: Machine;
  readonly kernel?: Kernel;
  run(limit: number): WorldStop;
}

/** The watched values of a program at a moment that counts, and where it was. */
interface Look {
  readonly values: readonly (bigint | undefined)[];
  readonly rip: bigint;
}

export class ValueWatches {
  private readonly set = new Set<ValueWatch>();
  /** The last look at each process, in runs of which the last one ended at t = `ended`. */
  private looks = new Map<number | undefined, Look>();
  private ended: number | undefined;

  /** Watches a value of `machine`; what is wrong with the place, as a clause, when it cannot be watched. */
  add(place: ValuePlace, machine: Machine): ValueWatch | { readonly problem: string } {
    if (valueOf(place, machine) === undefined) return { problem: `there is no ${formatReference(place)}` };
    if (place.kind === "register" && ["rip", "eip"].includes(place.name.toLowerCase()))
      return { problem: "every instruction changes rip; stop at an instruction or a line instead" };
    const watch = { place, remove: () => void this.set.delete(watch) };
    this.set.add(watch);
    return watch;
  }

  get isEmpty(): boolean {
    return this.set.size === 0;
  }

  /**
   * As `world.run`, but no further than behind the next step that changes a watched value. Under a kernel registers are a
   * program's while it runs: what the kernel keeps in them meanwhile is its own affair, and what it leaves in them counts when
   * the program goes on.
   */
  run(world: Runs, limit: number): WorldStop | ValueHit {
    const { machine, kernel } = world;
    if (!machine) return world.run(limit);
    const watches = [...this.set];
    const counts = () => kernel === undefined || machine.cpu.system.cpl === PROGRAM_RING;
    const process = () => kernel?.current?.pid;
    const look = (): Look => ({
      values: watches.map(({ place }) => valueOf(place, machine)),
      rip: machine.cpu.rip,
    });
    if (this.ended !== world.time) this.looks = new Map();
    // Anew, since it may have been changed by hand.
    if (counts()) this.looks.set(process(), look());
    for (;;) {
      const stop = world.run(Math.min(limit, world.time + 1));
      this.ended = world.time;
      if (counts()) {
        const [last, next] = [this.looks.get(process()), look()];
        this.looks.set(process(), next);
        const changed = last && changeOf(watches, last, next);
        if (changed) return changed;
      }
      if (stop.reason !== "limit" || world.time >= limit) return stop;
    }
  }
}

function changeOf(watches: readonly ValueWatch[], last: Look, next: Look): ValueHit | undefined {
  for (const [n, watch] of watches.entries()) {
    const [was, now] = [last.values[n], next.values[n]];
    if (was !== undefined && now !== undefined && was !== now)
      return { reason: "value", watch, was, now, rip: last.rip };
  }
  return undefined;
}

function valueOf(place: ValuePlace, { cpu }: Machine): bigint | undefined {
  return place.kind === "flag" ? flagValue(cpu, place.name) : registerValue(cpu, place.name);
}
