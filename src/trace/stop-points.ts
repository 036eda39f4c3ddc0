/**
 * Where a session stops: breakpoints and watchpoints under one roof, by what readers call the places. They belong to the session,
 * not to its moments: going through time leaves them as they are.
 */
import type { Breakpoint } from "../machine/debug/breakpoints.js";
import type { WatchedAccess, Watchpoint } from "../machine/debug/watchpoints.js";
import type { EventKind, EventTold } from "./event.js";
import { placeOf } from "./place.js";
import type { Reference } from "./reference.js";
import { formatReference } from "./reference-text.js";
import type { SourceLines } from "./source-lines.js";
import { type ValueHit, type ValueWatch, ValueWatches } from "./value-watch.js";
import type { World } from "./world.js";

export type StopPlace =
  /** Before the instruction at an address; with `process`, only when that one has the CPU. */
  | { readonly kind: "address"; readonly address: bigint; readonly process?: number }
  /** Before the instructions of a line of the source. */
  | { readonly kind: "line"; readonly line: number }
  /** At the first instruction of the handler of an exception or interrupt; without `vector`, of any. */
  | { readonly kind: "vector"; readonly vector?: number }
  /** Behind SYSCALL, at the kernel's first instruction. */
  | { readonly kind: "system-call" }
  /** At the next boundary behind an event: `switch` is a context switch. */
  | { readonly kind: "event"; readonly event: EventKind; readonly process?: number }
  /**
   * Behind an access to bytes that are named by `memory`, `physical`, `gate`, `segment`, `entry`, `saved` or `instruction`; behind
   * a step that changes a `register` or `flag`.
   */
  | { readonly kind: "watch"; readonly place: Reference; readonly access: "read" | "write" | "access" };

/** A place that was set. */
export interface StopPoint {
  /** From 1, never given twice. */
  readonly number: number;
  readonly place: StopPlace;
}

interface Held extends StopPoint {
  readonly breakpoints: readonly Breakpoint[];
  readonly watchpoints: readonly Watchpoint[];
  readonly values?: readonly ValueWatch[];
}

/** A stop point that a run met. */
export interface StopHit {
  readonly point: StopPoint;
  /** Of an exception or interrupt. */
  readonly vector?: number;
  /** Of a watch: what was accessed. */
  readonly accesses?: readonly WatchedAccess[];
  /** Of a watched register or flag. */
  readonly change?: Pick<ValueHit, "was" | "now" | "rip">;
}

export class StopPoints {
  private readonly held = new Map<number, Held>();
  private next = 1;
  /** Registers and flags that somebody watches. */
  readonly values = new ValueWatches();

  constructor(
    private readonly world: World,
    private readonly lines: SourceLines,
  ) {}

  get all(): readonly StopPoint[] {
    return [...this.held.values()].map(({ number, place }) => ({ number, place }));
  }

  /** Sets one; what is wrong with the place, as a clause, when it cannot be. */
  add(place: StopPlace): StopPoint | { readonly problem: string } {
    const made = this.make(place);
    if ("problem" in made) return made;
    const point = { number: this.next++, place };
    this.held.set(point.number, { ...point, ...made });
    return point;
  }

  /** False when there is none of that number. */
  remove(number: number): boolean {
    const held = this.held.get(number);
    const set = held && [...held.breakpoints, ...held.watchpoints, ...(held.values ?? [])];
    for (const one of set ?? []) one.remove();
    return this.held.delete(number);
  }

  private make(place: StopPlace): Omit<Held, keyof StopPoint> | { problem: string } {
    const none = { breakpoints: [], watchpoints: [] };
    if (place.kind === "event") return none;
    const { machine, kernel } = this.world;
    if (!machine) return { problem: "this world has no machine, and stops at events only" };
    const { breakpoints } = machine;
    switch (place.kind) {
      case "address": {
        const { address, process } = place;
        const condition = process === undefined ? undefined : () => kernel?.current?.pid === process;
        return { ...none, breakpoints: [breakpoints.add({ kind: "address", address }, condition)] };
      }
      case "line": {
        const addresses = this.lines.addressesOf(place.line);
        if (addresses.length === 0) return { problem: `line ${place.line} makes no instruction` };
        return { ...none, breakpoints: [breakpoints.add({ kind: "addresses", addresses })] };
      }
      case "vector":
        return { ...none, breakpoints: [breakpoints.add(place)] };
      case "system-call":
        return { ...none, breakpoints: [breakpoints.add({ kind: "systemCall" })] };
      case "watch":
        return this.watch(place);
    }
  }

  private watch({ place, access }: Extract<StopPlace, { kind: "watch" }>) {
    const { machine, kernel } = this.world;
    if (!machine) return { problem: "this world has no memory" };
    const { watchpoints, cpu } = machine;
    if (place.kind === "register" || place.kind === "flag") {
      const watch = this.values.add(place, machine);
      return "problem" in watch ? watch : { breakpoints: [], watchpoints: [], values: [watch] };
    }
    if (place.kind === "memory" && place.process === undefined) {
      const { address, length } = place;
      return {
        breakpoints: [],
        watchpoints: [watchpoints.add({ space: "linear", address, length, access })],
      };
    }
    const found = placeOf(place, { cpu, kernel });
    if (!found) return { problem: `${formatReference(place)} does not consist of bytes` };
    if ("problem" in found) return found;
    const set = found.pieces.map(({ physical, length }) =>
      watchpoints.add({ space: "physical", address: BigInt(physical), length, access }),
    );
    return { breakpoints: [], watchpoints: set };
  }

  /** The point that waits for an event. */
  at(event: EventTold): StopPoint | undefined {
    for (const { number, place } of this.held.values()) {
      if (place.kind !== "event" || place.event !== event.kind) continue;
      if (place.process === undefined || place.process === event.pid) return { number, place };
    }
    return undefined;
  }

  /** The point to which a breakpoint, a watchpoint or a watched value belongs. */
  of(one: Breakpoint | Watchpoint | ValueWatch): StopPoint | undefined {
    for (const { number, place, breakpoints, watchpoints, values = [] } of this.held.values())
      if ([...breakpoints, ...watchpoints, ...values].includes(one)) return { number, place };
    return undefined;
  }
}
