/** From a load to a stage: the code of its scenario, loaded once, and the program on it. */
import { fetchCallTable } from "../late/call-table.js";
import { fetchTranslator } from "../late/translator.js";
import type { Load } from "../protocol.js";
import { scenarioNamed } from "../scenarios/index.js";
import type { Prepared, ReadFile } from "../scenarios/scenario.js";
import type { StageResult } from "./stage.js";

const ready = new Map<string, Prepared>();

/** Loads the code that a scenario needs; must precede `makeStage`. */
export async function prepareScenario(name: string, readFile: ReadFile): Promise<Prepared> {
  const known = ready.get(name);
  if (known) return known;
  const prepared = await scenarioNamed(name).prepare(readFile);
  ready.set(name, prepared);
  return prepared;
}

/** Loads the code that a program needs in order to go on; must precede its first step. */
export async function prepareRun(): Promise<void> {
  await Promise.all([fetchTranslator(), fetchCallTable()]);
}

/** A scenario whose code has been loaded. */
export function preparedScenario(name: string): Prepared {
  const prepared = ready.get(name);
  if (!prepared) throw new Error(`prepareScenario("${name}") was not called`);
  return prepared;
}

/** Makes the machine that `load` describes, with its program, about to execute its first instruction. */
export function makeStage(load: Load): StageResult {
  const prepared = preparedScenario(load.scenario);
  if (prepared.kind !== "stage") throw new Error(`the scenario ${load.scenario} has no machine`);
  return prepared.open(load);
}
