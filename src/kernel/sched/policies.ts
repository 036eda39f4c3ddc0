/**
 * The policies by name, with the figures that Linux had or has on one CPU. Whoever chooses one gives times in virtual
 * nanoseconds; a policy itself counts in units of the clock that it lives with.
 */
import { Cfs } from "./cfs.js";
import { Cooperative } from "./cooperative.js";
import { Eevdf } from "./eevdf.js";
import type { SchedulingPolicy } from "./policy.js";
import { type Pick, ReaderPolicy } from "./reader.js";
import type { PolicyFault } from "./reader-fault.js";
import { RoundRobin } from "./round-robin.js";
import { TargetLatency } from "./target-latency.js";

/** Those that can be named in a word; "reader" needs the reader's function besides. */
export const POLICY_NAMES = ["round-robin", "target-latency", "cfs", "eevdf", "cooperative"] as const;
export type PolicyName = (typeof POLICY_NAMES)[number];

/** A policy with figures of its own; what is left out is as in `POLICY_DEFAULTS`. Nanoseconds. */
export type PolicyParameters =
  /** Everybody in turn for `slice`, rounded up to whole ticks. */
  | { readonly name: "round-robin"; readonly slice?: number }
  | { readonly name: "target-latency"; readonly latency?: number; readonly granularity?: number }
  | {
      readonly name: "cfs";
      readonly latency?: number;
      readonly granularity?: number;
      readonly wakeupGranularity?: number;
      readonly clampsSleepers?: boolean;
    }
  /** `slice`: what a task requests that says nothing else. */
  | { readonly name: "eevdf"; readonly slice?: number }
  | { readonly name: "cooperative" }
  /** `slice`: how long a turn lasts when the function does not say. */
  | { readonly name: "reader"; readonly pick: Pick; readonly slice?: number; readonly maximumCalls?: number };

/** A name, a name with figures, or a new and empty policy that counts in the right clock's units. */
export type PolicyChoice = PolicyName | PolicyParameters | SchedulingPolicy;

const MILLISECOND = 1e6;

/** Nanoseconds. Of CFS and EEVDF: Linux's base values, which it multiplies on more CPUs than one. */
export const POLICY_DEFAULTS = {
  "round-robin": { slice: 100 * MILLISECOND },
  "target-latency": { latency: 6 * MILLISECOND, granularity: 0.75 * MILLISECOND },
  cfs: {
    latency: 6 * MILLISECOND,
    granularity: 0.75 * MILLISECOND,
    wakeupGranularity: MILLISECOND,
    clampsSleepers: true,
  },
  eevdf: { slice: 0.7 * MILLISECOND },
  cooperative: {},
  reader: { slice: 4 * MILLISECOND, maximumCalls: 1_000_000 },
} as const;

/** The clock that a policy lives with. */
export interface PolicyTiming {
  /** Of the clock. */
  readonly unitsPerSecond: number;
  readonly timerHertz: number;
  /** The reader's function has failed. */
  readonly onFault?: (fault: PolicyFault) => void;
}

/** A new, empty policy; an object is taken as it is. */
export function makePolicy(choice: PolicyChoice, timing: PolicyTiming): SchedulingPolicy {
  if (typeof choice === "object" && "enqueue" in choice) return choice;
  return fromParameters(typeof choice === "string" ? { name: choice } : choice, timing);
}

function fromParameters(wanted: PolicyParameters, timing: PolicyTiming): SchedulingPolicy {
  const units = (nanoseconds: number) => (nanoseconds * timing.unitsPerSecond) / 1e9;
  switch (wanted.name) {
    case "round-robin":
      return new RoundRobin(ticksOf(wanted.slice ?? POLICY_DEFAULTS["round-robin"].slice, timing.timerHertz));
    case "target-latency": {
      const { latency, granularity } = { ...POLICY_DEFAULTS["target-latency"], ...wanted };
      return new TargetLatency(units(latency), units(granularity));
    }
    case "cfs": {
      const { latency, granularity, wakeupGranularity, clampsSleepers } = {
        ...POLICY_DEFAULTS.cfs,
        ...wanted,
      };
      return new Cfs({
        latency: units(latency),
        granularity: units(granularity),
        wakeupGranularity: units(wakeupGranularity),
        clampsSleepers,
      });
    }
    case "eevdf":
      return new Eevdf(units(wanted.slice ?? POLICY_DEFAULTS.eevdf.slice));
    case "cooperative":
      return new Cooperative();
    case "reader": {
      const { pick, slice, maximumCalls } = { ...POLICY_DEFAULTS.reader, ...wanted };
      return new ReaderPolicy(pick, { ...timing, slice: units(slice), maximumCalls });
    }
  }
}

/** Whole ticks that a time takes, at least one: a turn cannot end between two of them. */
export function ticksOf(nanoseconds: number, timerHertz: number): number {
  // A quotient of decimal fractions may be rounded to just above a whole number.
  return Math.max(1, Math.ceil((nanoseconds * timerHertz) / 1e9 - 1e-9));
}
