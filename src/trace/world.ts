/**
 * What a session moves through time: a machine, a machine with a kernel, or a simulation without either. The same
 * beginning and the same inputs at the same times make the same run, event by event.
 */
import type { Kernel } from "../kernel/kernel.js";
import type { BreakpointHit } from "../machine/debug/breakpoints.js";
import type { WatchpointHit } from "../machine/debug/watchpoints.js";
import type { Machine } from "../machine/machine.js";
import type { Replayable } from "../machine/time/timeline.js";
import type { EventTold } from "./event.js";
import type { WorldInput } from "./input.js";
import type { OutputText } from "./output-text.js";

/** Why a run cannot go on. Except after `exited`, `signalled` and `finished` an input may change that. */
export type Ending =
  /** HLT, and no device will wake the processor. */
  | { readonly kind: "halted"; readonly says: string }
  /** Every process sleeps until something comes in from outside. */
  | { readonly kind: "waiting"; readonly says: string }
  /** The first process has ended. */
  | { readonly kind: "exited"; readonly status: number }
  | { readonly kind: "signalled"; readonly signal: string; readonly number: number; readonly says: string }
  /** A triple fault, or a kernel that panicked. */
  | { readonly kind: "shutdown"; readonly says: string }
  /** A simulation has nothing left to do. */
  | { readonly kind: "finished"; readonly says: string };

/** Why `run` returned. */
export type WorldStop =
  /** t is the limit, whatever else is the case. */
  | { readonly reason: "limit" }
  /** It cannot go on before the limit; `World.ending` says why. */
  | { readonly reason: "over" }
  | BreakpointHit
  | WatchpointHit
  /** The world stopped itself at an event that somebody waits for; see `World.stopAt`. */
  | { readonly reason: "event" };

export interface World<Moment = unknown> extends Replayable<Moment, WorldInput, WorldStop> {
  /** Does what is to be done before the first step; a session calls it once, when it listens. */
  begin?(): void;
  /** Why it cannot go on from here; undefined when it can, or nobody has tried. */
  readonly ending: Ending | undefined;
  /** Told of everything that happens, each time it happens: also when a moment is passed again. */
  tell: (event: EventTold) => void;
  /** Asked about each event while `run` (not `replay`) is under way: true ends the run as soon as the world can be looked at. */
  stopAt: ((event: EventTold) => boolean) | undefined;
  /** What it has written to the outside by now. */
  readonly output?: OutputText;
  /** Why an input cannot be accepted now, as a clause; undefined when it can. */
  problemOf(input: WorldInput): string | undefined;
  /** The machine, for worlds that have one: it may be looked at, and changed only by inputs. */
  readonly machine?: Machine;
  readonly kernel?: Kernel;
  /** The terminal of the first process, if it has one. */
  readonly terminal?: { readonly rows: number; readonly columns: number } | undefined;
}
