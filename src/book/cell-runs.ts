/**
 * Runs of the book's cells without a page: for the stills and the numbers in the prose when the book is built, and for the
 * tests. A cell that was run once is not run again.
 */
import { programOf, setUpOf } from "../cells/cell-attributes.js";
import type { Load } from "../cells/protocol.js";
import { SCENARIOS } from "../cells/scenarios/index.js";
import type { Prepared, ReadFile } from "../cells/scenarios/scenario.js";
import { Session } from "../cells/session.js";
import { prepareScenario } from "../cells/stage/make-stage.js";
import type { MachineState } from "../views/machine-state.js";
import type { PageCell } from "./page-cells.js";

/** How a cell looks before anything ran, and when its run has ended. */
export interface CellRun {
  readonly load: Load;
  readonly first: MachineState;
  readonly last: MachineState;
}

/** A change to a cell's program, as a reader would make it: each `from` by `to`. */
export interface Edit {
  readonly from: string;
  readonly to: string;
}

const SLICE = 1_000_000;
const runs = new Map<string, CellRun>();
const prepared = new Map<string, Prepared>();

/** Loads what all scenarios need; must precede every run. */
export async function prepareRuns(readFile: ReadFile): Promise<void> {
  for (const name of SCENARIOS.keys()) prepared.set(name, await prepareScenario(name, readFile));
}

/** What a cell's element would load. */
export function loadOf({ name, language, attributes, source }: PageCell, edit?: Edit): Load {
  const text = source.replace(/\n$/, "");
  if (edit && !text.includes(edit.from)) throw new Error(`cell ${name} has no “${edit.from}” to replace`);
  return {
    program: programOf(language, edit ? text.replace(edit.from, edit.to) : text),
    ...setUpOf((attribute) => attributes.get(attribute) ?? null),
  };
}

/**
 * Runs a cell to its end; `prepareRuns` comes first.
 * @throws Error when the program cannot be run
 */
export function runCell(cell: PageCell, edit?: Edit): CellRun {
  const key = JSON.stringify([[...cell.attributes], cell.source, edit]);
  const known = runs.get(key);
  if (known) return known;
  const run = runLoad(loadOf(cell, edit), cell.name);
  runs.set(key, run);
  return run;
}

/** Runs what a cell would load. @param name for messages */
export function runLoad(load: Load, name: string): CellRun {
  const scenario = prepared.get(load.scenario);
  if (!scenario) throw new Error("prepareRuns was not called");
  if (scenario.kind === "answer") {
    const { state, problems } = scenario.answer(load);
    if (problems.length > 0) throw new Error(`cell ${name}: ${JSON.stringify(problems)}`);
    return { load, first: state, last: state };
  }
  const opened = Session.open(load);
  if (!("session" in opened)) throw new Error(`cell ${name}: ${JSON.stringify(opened)}`);
  const { session } = opened;
  const first = session.state();
  session.beginRun();
  while (session.slice(SLICE));
  return { load, first, last: session.state() };
}
