/**
 * What a session runs: a processor with a program on it, and whatever is around them. The same source and limits make
 * the same stage, and the same steps lead to the same moment; that is how a session goes back.
 */
import type { Cpu } from "../../machine/cpu/cpu.js";
import type { CallsState, Outcome, Problem, RunStatistics } from "../../views/machine-state.js";
import type { CrossingRecorder } from "../observe/crossings.js";
import type { NameOf } from "../observe/tables.js";
import type { ProgramImage } from "./program-image.js";

/** A way in which a run can end for good. */
export type Ending = Extract<Outcome, { kind: "halted" | "exited" | "signalled" | "shutdown" }>;

export interface Stage {
  readonly cpu: Cpu;
  readonly crossings: CrossingRecorder;
  /** Absent when the program came as a file. */
  readonly image: ProgramImage | undefined;
  /** Runs until t = `limit` at the latest. Returns how it ended, or undefined while it can go on. */
  run(limit: number): Ending | undefined;
  /** The name of an address, as a label or a label plus a distance. */
  readonly nameOf: NameOf;
  /** What was written to the console so far. */
  output(): string;
  calls(): CallsState;
  statistics(): RunStatistics | undefined;
}

/** A stage, or what is wrong with the program. */
export type StageResult =
  | { readonly stage: Stage }
  | { readonly problems: readonly Problem[] }
  | { readonly refused: Problem };
