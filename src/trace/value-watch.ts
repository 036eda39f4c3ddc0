/**
 * Watching registers and flags, which nothing in the machine reports: a run goes step by step and compares. What changes a value by
 * hand, from outside, is no step. While nobody watches, runs are as quick as ever.
 */
import type { Machine } from "../machine/machine.js";
import type { Reference } from "./reference.js";
import { formatReference } from "./reference-text.js";
import { flagValue, registerValue } from "./register-value.js";
import type { WorldStop } from "./world.js";

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
  /** Where the instruction is; for a delivery, where it came. */
  readonly rip: bigint;
}

/** What runs. */
interface Runs {
  readonly time: number;
  readonly machine?: Machine;
  run(limit: number): WorldStop;
}

export class ValueWatches {
  private readonly set = new Set<ValueWatch>();

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

  /** As `world.run`, but no further than behind the next step that changes a watched value. */
  run(world: Runs, limit: number): WorldStop | ValueHit {
    const { machine } = world;
    if (!machine) return world.run(limit);
    const watches = [...this.set];
    const before = watches.map(({ place }) => valueOf(place, machine));
    for (;;) {
      const { rip } = machine.cpu;
      const stop = world.run(Math.min(limit, world.time + 1));
      for (const [n, watch] of watches.entries()) {
        const [was, now] = [before[n], valueOf(watch.place, machine)];
        if (was !== undefined && now !== undefined && was !== now)
          return { reason: "value", watch, was, now, rip };
      }
      if (stop.reason !== "limit" || world.time >= limit) return stop;
    }
  }
}

function valueOf(place: ValuePlace, { cpu }: Machine): bigint | undefined {
  return place.kind === "flag" ? flagValue(cpu, place.name) : registerValue(cpu, place.name);
}
