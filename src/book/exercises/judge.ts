/** Checks an attempt at an exercise, in a worker, in the tests and nowhere else twice. */
import type { Load } from "../../cells/protocol.js";
import { runLoad, UnrunnableError } from "../cell-runs.js";
import {
  type Answer,
  type Attempt,
  type CellInput,
  failed,
  type Variation,
  type Verdict,
} from "./exercise.js";
import { EXERCISES } from "./index.js";

/** What a page posts to be judged. */
export interface Submission {
  readonly exercise: string;
  readonly load: Load;
  readonly inputs: readonly CellInput[];
  readonly original: Load;
}

/** The verdict; a program that cannot be run is a verdict, too. `prepareRuns` comes first. */
export function judge({ exercise: name, load, inputs, original }: Submission): Verdict {
  const exercise = EXERCISES.get(name);
  if (!exercise) throw new Error(`there is no exercise ${name}`);
  try {
    return exercise.check(new RunnableAttempt(load, inputs, original));
  } catch (caught) {
    if (caught instanceof UnrunnableError) return failed(caught.message);
    throw caught;
  }
}

/** What a page would post after a reader gave this answer. */
export function submission(exercise: string, original: Load, answer: Answer): Submission {
  const load = varied(original, {
    source: answer.source ?? (answer.edits ?? []).reduce(edited, sourceOf(original)),
    ...(answer.parameters && { parameters: answer.parameters }),
  });
  return { exercise, load, inputs: answer.inputs ?? [], original };
}

class RunnableAttempt implements Attempt {
  readonly source: string;

  constructor(
    readonly load: Load,
    readonly inputs: readonly CellInput[],
    readonly original: Load,
  ) {
    this.source = sourceOf(load);
  }

  readonly run = (variation: Variation = {}): ReturnType<Attempt["run"]> =>
    runLoad(varied(this.load, variation), variation.inputs ?? this.inputs);
}

function sourceOf({ program }: Load): string {
  return program.kind === "source" || program.kind === "policy" ? program.text : "";
}

function varied(load: Load, { source, edit, parameters }: Variation): Load {
  const { program } = load;
  const text = source ?? (edit ? edited(sourceOf(load), edit) : undefined);
  const changed = text !== undefined && (program.kind === "source" || program.kind === "policy");
  return {
    ...load,
    program: changed ? { kind: program.kind, text } : program,
    parameters: { ...load.parameters, ...parameters },
  };
}

function edited(text: string, { from, to }: { from: string; to: string }): string {
  if (!text.includes(from))
    throw new UnrunnableError(`The program has no “${from}” any more; reset the cell to get it back.`);
  return text.replace(from, to);
}
