/**
 * What a cell and its worker say to each other: plain data, posted as messages. The worker answers everything that
 * changes the machine with one `state`.
 */
import type { LoggedInput } from "../machine/time/timeline.js";
import type { WorldInput } from "../trace/input.js";
import type { MachineState, Problem } from "../views/machine-state.js";
import type { ParameterValues } from "./scenarios/scenario.js";

/** What is to be run. */
export type Program =
  /** Assembly. */
  | { readonly kind: "source"; readonly text: string }
  /** JavaScript in which a reader says what a part of the kernel shall do. */
  | { readonly kind: "policy"; readonly text: string }
  /** The scenario brings its own. */
  | { readonly kind: "none" }
  | {
      readonly kind: "elf";
      readonly name: string;
      readonly bytes: Uint8Array;
      readonly args: readonly string[];
      readonly environment: readonly string[];
      readonly input: string;
    };

/** Everything that determines a run. */
export interface Load {
  readonly program: Program;
  /** A name in `scenarios/index.ts`. */
  readonly scenario: string;
  readonly parameters: ParameterValues;
  /** Names of the views that will be drawn: what they do not need is left out of the states. */
  readonly show: readonly string[];
  readonly limits: Limits;
  /** Vectors whose gates are shown. */
  readonly gates: readonly number[];
  /** Rings in which `trials` tries each line. */
  readonly rings: readonly (0 | 1 | 2 | 3)[];
}

export interface Limits {
  /** A run stops after this many steps; it can be continued. */
  readonly instructions: number;
  /** Bytes of RAM. */
  readonly memory: number;
}

/** The limits of a cell that says nothing else. */
export const LIMITS: Limits = { instructions: 50_000_000, memory: 64 << 20 };

/** A cell's source is at most this long; nobody types more, and checking stays quick. */
export const LONGEST_SOURCE = 256 << 10;

/** Before the name of a kind of event, among the places to stop at: behind each of them. */
export const EACH = "each:";

/** How far a step goes: to the next instruction, line of the source, way into the kernel, or event of any kind. */
export type StepUnit = "instruction" | "line" | "system-call" | "event";

/**
 * What has come into a run from outside, and where in time its reader is: with the load that is everything. Times are counted
 * from the beginning of the run, so that they still fit when a kernel takes longer to boot.
 */
export interface Position {
  readonly inputs: readonly LoggedInput<WorldInput>[];
  readonly time: number;
}

/** Why a thing is as it is. */
export interface Because {
  /** Whole sentences. */
  readonly says: string;
  /** When it became so. */
  readonly time?: number;
}

/** Where two runs part. */
export interface Compared {
  /** Whole sentences. */
  readonly says: string;
  /** Steps from the beginning, if they do. */
  readonly steps?: number;
}

/** Something that the page wants to know; answered by `answer` with the same number. */
export type Question =
  /** A reference as text. */
  | { readonly kind: "why"; readonly reference: string }
  /** Where does this run part from that of another load? */
  | { readonly kind: "compare"; readonly load: Load }
  /** The whole run as lines of JSON. */
  | { readonly kind: "export" };

/** What each question is answered with. */
export interface Answers {
  readonly why: Because;
  readonly compare: Compared;
  readonly export: string;
}

/** To a worker that nobody uses yet: what every machine needs is made ready. Not answered, and not counted. */
export interface WarmUp {
  readonly kind: "warm up";
}

export type ToWorker =
  /**
   * Assembles and loads; with `resume`, goes to that moment of that run. Answered by `checked` with the same number, and by
   * `state` when there was no problem.
   */
  | { readonly kind: "load"; readonly number: number; readonly load: Load; readonly resume?: Position }
  | { readonly kind: "step"; readonly unit: StepUnit; readonly back: boolean }
  /** As fast as it can, or so many steps a second. Asked again while it runs, it changes its pace. */
  | { readonly kind: "run"; readonly stepsPerSecond?: number }
  | { readonly kind: "stop" }
  /** Goes to t. */
  | { readonly kind: "seek"; readonly time: number }
  /** Something comes in from outside, now. */
  | { readonly kind: "input"; readonly input: WorldInput }
  /** References as texts, and `each:KIND`: runs stop before these instructions and lines, behind these events, and behind changes of these values. */
  | { readonly kind: "stops"; readonly at: readonly string[] }
  /** These views are drawn from now on. */
  | { readonly kind: "show"; readonly views: readonly string[] }
  | { readonly kind: "ask"; readonly number: number; readonly question: Question }
  /** What do these bytes say? Answered by `recoded`. */
  | { readonly kind: "recode"; readonly line: number; readonly bytes: readonly number[] };

export type FromWorker =
  /** `after` so many messages of the page had been obeyed. */
  | { readonly kind: "state"; readonly state: MachineState; readonly after: number }
  | { readonly kind: "checked"; readonly number: number; readonly problems: readonly Problem[] }
  /** All that has come in from outside, whenever that has changed. */
  | { readonly kind: "inputs"; readonly inputs: readonly LoggedInput<WorldInput>[] }
  /** Something could not be done. A `state` follows. */
  | { readonly kind: "refused"; readonly problem: Problem }
  | { readonly kind: "answer"; readonly number: number; readonly answer: Answers[keyof Answers] }
  /** A question that has no answer, and why. */
  | { readonly kind: "unanswered"; readonly number: number; readonly reason: string }
  /** The lines to write in place of line `line`. */
  | { readonly kind: "recoded"; readonly line: number; readonly text: readonly string[] }
  /** A mistake of the book itself; the worker is of no more use. */
  | { readonly kind: "broken"; readonly reason: string };
