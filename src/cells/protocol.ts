/**
 * What a cell and its worker say to each other: plain data, posted as messages. The worker answers everything that
 * changes the machine with one `state`.
 */
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

export type ToWorker =
  /** Assembles and loads. Answered by `checked` with the same number, and by `state` when there was no problem. */
  | { readonly kind: "load"; readonly number: number; readonly load: Load }
  | { readonly kind: "step"; readonly count: number }
  | { readonly kind: "back" }
  | { readonly kind: "run" }
  | { readonly kind: "stop" }
  | { readonly kind: "reset" }
  | { readonly kind: "write-memory"; readonly address: bigint; readonly bytes: readonly number[] }
  | { readonly kind: "write-register"; readonly name: string; readonly value: bigint }
  /** What do these bytes say? Answered by `recoded`. */
  | { readonly kind: "recode"; readonly line: number; readonly bytes: readonly number[] };

export type FromWorker =
  | { readonly kind: "state"; readonly state: MachineState }
  | { readonly kind: "checked"; readonly number: number; readonly problems: readonly Problem[] }
  /** The lines to write in place of line `line`. */
  | { readonly kind: "recoded"; readonly line: number; readonly text: readonly string[] }
  /** A mistake of the book itself; the worker is of no more use. */
  | { readonly kind: "broken"; readonly reason: string };
