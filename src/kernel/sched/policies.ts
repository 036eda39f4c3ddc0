/** The policies by name, with the figures that Linux had or has for one CPU. */
import { Cfs } from "./cfs.js";
import { Cooperative } from "./cooperative.js";
import { Eevdf } from "./eevdf.js";
import type { SchedulingPolicy } from "./policy.js";
import { RoundRobin } from "./round-robin.js";
import { TargetLatency } from "./target-latency.js";

export const POLICY_NAMES = ["round-robin", "target-latency", "cfs", "eevdf", "cooperative"] as const;
export type PolicyName = (typeof POLICY_NAMES)[number];

export interface PolicyFigures {
  /** Ticks of a turn of round robin. */
  timeslice: number;
  stepsPerSecond: number;
}

/** A new, empty policy; an object is taken as it is. */
export function makePolicy(policy: PolicyName | SchedulingPolicy, figures: PolicyFigures): SchedulingPolicy {
  if (typeof policy !== "string") return policy;
  const milliseconds = (n: number) => (n * figures.stepsPerSecond) / 1000;
  switch (policy) {
    case "round-robin":
      return new RoundRobin(figures.timeslice);
    case "target-latency":
      return new TargetLatency(milliseconds(6), milliseconds(0.75));
    case "cfs":
      return new Cfs({
        latency: milliseconds(6),
        granularity: milliseconds(0.75),
        wakeupGranularity: milliseconds(1),
        clampsSleepers: true,
      });
    case "eevdf":
      return new Eevdf(milliseconds(0.7));
    case "cooperative":
      return new Cooperative();
  }
}
