/**
 * What a scenario is: the world around a cell's program, by a name that a fence can say. Each stands in a small file of
 * its own beside this one and is listed in `index.ts`. What is here is light and comes with the page; what makes the
 * world (a machine, a kernel) is loaded by `prepare` where it is needed: in the worker, in a test, in the build.
 */
import type { MachineState, Problem } from "../../views/machine-state.js";
import type { OpenedSession } from "../cell-session.js";
import type { Load, StepUnit } from "../protocol.js";
import type { StageResult } from "../stage/stage.js";

/** What a cell is written in: assembly, a reader's JavaScript, or nothing at all. */
export type Language = "asm" | "js" | "none";

/**
 * When a changed parameter counts: from the beginning, so that the world is made anew and runs to where it was, or from
 * the present t on, as something that comes in from outside.
 */
export type Applies = "restart" | "now";

interface ParameterWords {
  /** As `param-NAME=` of a fence and a number in the prose call it: lower case with dashes. */
  readonly name: string;
  /** Before its control: "timeslice". */
  readonly label: string;
  /** One sentence more. */
  readonly says?: string;
  readonly applies: Applies;
}

/** A number that the reader can drag, type and step. */
export interface NumberParameter extends ParameterWords {
  readonly kind: "number";
  readonly least: number;
  readonly most: number;
  readonly step: number;
  readonly value: number;
  /** After the number: "ms". */
  readonly unit?: string;
}

/** One of a few words. */
export interface ChoiceParameter extends ParameterWords {
  readonly kind: "choice";
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly value: string;
}

export type Parameter = NumberParameter | ChoiceParameter;

/** The values of all parameters of a scenario by name. */
export type ParameterValues = Readonly<Record<string, number | string>>;

/** Reads a file that the book brings along: a compiled program of `tests/programs/fixtures`. */
export type ReadFile = (name: string) => Promise<Uint8Array>;

/** A scenario whose code has been loaded. */
export type Prepared =
  /** A world with a time of its own. */
  | { readonly kind: "stage"; open(load: Load): StageResult }
  /** A world that brings a session of its own along. */
  | { readonly kind: "session"; open(load: Load): OpenedSession }
  /** One answer and no time. */
  | {
      readonly kind: "answer";
      answer(load: Load): { readonly state: MachineState; readonly problems: readonly Problem[] };
    };

export interface Scenario {
  /** As `scenario=` of a fence calls it. */
  readonly name: string;
  /** What it is, in one sentence. */
  readonly says: string;
  readonly languages: readonly Language[];
  /** The views of a cell that does not say `show=`. */
  readonly show: readonly string[];
  readonly parameters: readonly Parameter[];
  /** How far a step may go. Default: an instruction or a line. */
  readonly units?: readonly StepUnit[];
  /** Functions that a reader's JavaScript may define; the first it must. */
  readonly functions?: readonly string[];
  /** There are no moments to go to: all of the answer is there at once. */
  readonly timeless?: true;
  /** Loads the code and the files that it needs. */
  prepare(readFile: ReadFile): Promise<Prepared>;
}

/** What every parameter is when nobody says anything else. */
export function defaultValues({ parameters }: Scenario): ParameterValues {
  return Object.fromEntries(parameters.map(({ name, value }) => [name, value]));
}

/** The value that `text` means for a parameter, or what is wrong with it. */
export function readParameter(
  parameter: Parameter,
  text: string,
): { value: number | string } | { wrong: string } {
  if (parameter.kind === "choice") {
    const known = parameter.choices.map(({ value }) => value);
    return known.includes(text) ? { value: text } : { wrong: `“${text}” is none of ${known.join(", ")}` };
  }
  const { least, most, unit = "" } = parameter;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) return { wrong: `“${text}” is not a number` };
  if (value < least || value > most)
    return { wrong: `${text} is not between ${least} and ${most} ${unit}`.trim() };
  return { value };
}
