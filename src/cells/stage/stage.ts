/**
 * What a cell's session runs: a world with a machine, the program on it, and what views want to know beside the machine's own
 * state. Other worlds bring a session of their own; see `scenario.ts`.
 */
import type { Kernel } from "../../kernel/kernel.js";
import type { Machine } from "../../machine/machine.js";
import type { World } from "../../trace/world.js";
import type { Problem, RunStatistics } from "../../views/machine-state.js";
import type { CrossingRecorder } from "../observe/crossings.js";
import type { NameOf } from "../observe/tables.js";
import type { ProgramImage } from "./program-image.js";

export interface Stage {
  readonly world: World & { readonly machine: Machine };
  /** A part of the world's moments. */
  readonly crossings: CrossingRecorder;
  /** Absent when the program came as a file. */
  readonly image: ProgramImage | undefined;
  /** The name of an address, as a label or a label plus a distance. */
  readonly nameOf: NameOf;
  statistics?(): RunStatistics;
  /** The kernel of its processes, where there is one. */
  readonly kernel?: Kernel;
}

/** A stage, or what is wrong with the program. */
export type StageResult =
  | { readonly stage: Stage }
  | { readonly problems: readonly Problem[] }
  | { readonly refused: Problem };
