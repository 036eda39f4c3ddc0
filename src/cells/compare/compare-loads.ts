/** Where two runs part, in the reader's words. Both are made afresh, so that the one which is looked at stays where it is. */
import type { LoggedInput } from "../../machine/time/timeline.js";
import { Comparison, type ComparisonResult, type Divergence } from "../../trace/compare/comparison.js";
import type { WorldInput } from "../../trace/input.js";
import { Session as Trace } from "../../trace/session.js";
import { count, hex, list, plural } from "../../views/numbers.js";
import type { Compared, Load } from "../protocol.js";
import { makeStage } from "../stage/make-stage.js";

/** Further than this two runs are not compared. */
const MOST_STEPS = 400_000;
const SLICE = 20_000;

/** More differences than these are not named. */
const MOST_NAMED = 4;

/**
 * Compares the run of `load`, with what came in from outside, with that of `other`, without.
 * @throws Error when one of both cannot be made
 */
export function compareLoads(load: Load, inputs: readonly LoggedInput<WorldInput>[], other: Load): Compared {
  const comparison = new Comparison(traceOf(load, inputs), traceOf(other, []), "registers");
  for (let steps = 0; steps < MOST_STEPS; steps += SLICE) {
    const result = comparison.advance(SLICE);
    if (result) return worded(result);
  }
  return { says: `They do the same for ${count(MOST_STEPS)} steps, and further they were not compared.` };
}

function traceOf(load: Load, inputs: readonly LoggedInput<WorldInput>[]): Trace {
  const made = makeStage(load);
  if (!("stage" in made)) throw new Error("one of the programs cannot be run");
  return Trace.open(made.stage.world, { inputs });
}

function worded(result: ComparisonResult): Compared {
  if (result.kind === "same")
    return { says: `They do the same, all the way: both end after ${plural(result.steps, "step")}.` };
  const { steps } = result;
  const when = steps === 0 ? "They differ from the beginning" : `They part after ${plural(steps, "step")}`;
  return { says: `${when}: ${differences(result)}.`, steps };
}

function differences({ registers, memory, event, a, b }: Divergence): string {
  const named = registers
    .filter(({ a: one, b: other }) => isNumber(one) && isNumber(other))
    .map(
      ({ name, a: one, b: other }) =>
        `${name} is ${hex(one as bigint)} here and ${hex(other as bigint)} there`,
    );
  const [first] = memory;
  if (first)
    named.push(`the RAM at ${hex(first.physical)} holds ${bytes(first.a)} here and ${bytes(first.b)} there`);
  if (event && named.length === 0)
    named.push(`here ${event.a?.says ?? "nothing"} happens and there ${event.b?.says ?? "nothing"}`);
  if (a.ending && !b.ending) named.push("this one has ended and the other goes on");
  if (b.ending && !a.ending) named.push("the other one has ended and this goes on");
  const shown = named.slice(0, MOST_NAMED);
  const more = named.length - shown.length;
  return list([...shown, ...(more > 0 ? [`${more} more`] : [])]) || "by the way they take";
}

const isNumber = (value: unknown): boolean => typeof value === "bigint" || typeof value === "number";

const bytes = (all: Uint8Array): string =>
  [...all.slice(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
