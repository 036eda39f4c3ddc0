/** All scenarios by the name that a fence uses. A new one is a file here and a line below. */

import { bare } from "./bare.js";
import { cfs } from "./cfs.js";
import { cooperative } from "./cooperative.js";
import { eevdf } from "./eevdf.js";
import { entryCosts } from "./entry-costs.js";
import { gates } from "./gates.js";
import { kernel } from "./kernel.js";
import { kernelPreemption } from "./kernel-preemption.js";
import { niceExercise } from "./nice-exercise.js";
import { ownPolicy } from "./own-policy.js";
import { race } from "./race.js";
import { roundRobin } from "./round-robin.js";
import type { Scenario } from "./scenario.js";
import { sliceExercise } from "./slice-exercise.js";
import { switches } from "./switches.js";
import { targetLatency } from "./target-latency.js";
import { terminal } from "./terminal.js";
import { tickRates } from "./tick-rates.js";
import { timeslices } from "./timeslices.js";
import { trials } from "./trials.js";
import { wrappers } from "./wrappers.js";

const ALL = {
  bare,
  gates,
  trials,
  kernel,
  terminal,
  wrappers,
  entryCosts,
  race,
  roundRobin,
  tickRates,
  targetLatency,
  cfs,
  eevdf,
  kernelPreemption,
  cooperative,
  ownPolicy,
  timeslices,
  switches,
  sliceExercise,
  niceExercise,
};

/** The scenarios by name. */
export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map(
  Object.values<Scenario>(ALL).map((scenario) => [scenario.name, scenario]),
);

/** The scenario of that name; an unknown name is a mistake of the page. */
export function scenarioNamed(name: string): Scenario {
  const found = SCENARIOS.get(name);
  if (!found) throw new Error(`scenario=${name}: there is ${[...SCENARIOS.keys()].join(", ")}`);
  return found;
}
