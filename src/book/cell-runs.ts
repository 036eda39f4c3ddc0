/**
 * Runs of the book's cells without a page: for the stills and the numbers in the prose when the book is built, and for the
 * tests. A cell that was run once is not run again.
 */
import { programOf, setUpOf } from "../cells/cell-attributes.js";
import { openSession } from "../cells/cell-session.js";
import type { Load } from "../cells/protocol.js";
import { SCENARIOS } from "../cells/scenarios/index.js";
import type { Prepared, ReadFile } from "../cells/scenarios/scenario.js";
import { prepareScenario } from "../cells/stage/make-stage.js";
import type { LoggedInput } from "../machine/time/timeline.js";
import type { WorldInput } from "../trace/input.js";
import type { MachineState, Problem } from "../views/machine-state.js";
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

/** A parameter of a cell has another value, as if its fence had said so. */
export interface Setting {
  readonly parameter: string;
  readonly value: string;
}

const SLICE = 1_000_000;
const runs = new Map<string, CellRun>();
const prepared = new Map<string, Prepared>();

/** Loads what all scenarios need; must precede every run. Readers' programs are another matter: `setReaderCompiler`. */
export async function prepareRuns(readFile: ReadFile): Promise<void> {
  for (const name of SCENARIOS.keys()) prepared.set(name, await prepareScenario(name, readFile));
}

/** What a cell's element would load. */
export function loadOf(cell: PageCell, change?: Edit | Setting): Load {
  const { name, language, attributes, source } = cell;
  const text = source.replace(/\n$/, "");
  if (change && "parameter" in change) {
    const set = new Map([...attributes, [`param-${change.parameter}`, change.value] as const]);
    return loadOf({ ...cell, attributes: set });
  }
  const edit = change;
  if (edit && !text.includes(edit.from)) throw new Error(`cell ${name} has no “${edit.from}” to replace`);
  return {
    program: programOf(language, edit ? text.replace(edit.from, edit.to) : text),
    ...setUpOf((attribute) => attributes.get(attribute) ?? null),
  };
}

/**
 * Runs a cell to its end; `prepareRuns` comes first.
 * @throws UnrunnableError when the program has mistakes
 */
export function runCell(cell: PageCell, change?: Edit | Setting): CellRun {
  const key = JSON.stringify([[...cell.attributes], cell.source, change]);
  const known = runs.get(key);
  if (known) return known;
  const run = runLoad(loadOf(cell, change));
  runs.set(key, run);
  return run;
}

/** The program cannot be run: a mistake in it, told with its place and what to do. */
export class UnrunnableError extends Error {}

/**
 * Runs what a cell would load, with what came in by hand at its times.
 * @throws UnrunnableError when the program has mistakes
 */
export function runLoad(load: Load, inputs: readonly LoggedInput<WorldInput>[] = []): CellRun {
  const scenario = prepared.get(load.scenario);
  if (!scenario) throw new Error("prepareRuns was not called");
  if (scenario.kind === "answer") {
    const { state, problems } = scenario.answer(load);
    refuse(problems);
    return { load, first: state, last: state };
  }
  const opened = openSession(load);
  if ("problems" in opened) refuse(opened.problems);
  if ("refused" in opened) refuse([opened.refused]);
  if (!("session" in opened)) throw new Error("no session and no reason");
  const { session } = opened;
  const first = session.state();
  for (const { time, input } of inputs) {
    session.seek(time);
    const wrong = session.accept(input);
    if (wrong) refuse([wrong]);
  }
  session.beginRun();
  while (session.slice(SLICE));
  return { load, first, last: session.state() };
}

function refuse([first]: readonly Problem[]): void {
  if (!first) return;
  const place = first.line === undefined ? "" : `Line ${first.line}: `;
  throw new UnrunnableError(`${place}${first.reason}. ${first.nextStep}`);
}
