/**
 * What a worker's desk needs of a run, whatever runs: going through time in both directions, changes from outside, and how
 * it all looks at one moment.
 */
import type { LoggedInput } from "../machine/time/timeline.js";
import type { WorldInput } from "../trace/input.js";
import type { MachineState, Problem } from "../views/machine-state.js";
import type { Answers, Load, Question, StepUnit } from "./protocol.js";
import { Session } from "./session.js";
import { preparedScenario } from "./stage/make-stage.js";

export interface CellSession {
  /** Nothing more happens, unless something comes in. */
  readonly isOver: boolean;
  /** All that came in from outside. */
  readonly inputs: readonly LoggedInput<WorldInput>[];
  step(unit: StepUnit, back: boolean): void;
  /** Begins, or continues, a run with a fresh budget. */
  beginRun(): void;
  /** Executes up to `count` steps of a run. Returns whether it goes on. */
  slice(count: number): boolean;
  pause(): void;
  seek(time: number): void;
  /** References as texts at which runs stop. Returns what cannot be stopped at, as a clause. */
  stopAt?(references: readonly string[]): string | undefined;
  /** @throws Error when it cannot be answered */
  answer?(question: Question): Answers[keyof Answers];
  /** Returns why it could not be done. */
  accept(input: WorldInput): Problem | undefined;
  state(): MachineState;
}

/** A session, or what is wrong with the program. */
export type OpenedSession =
  /** `warnings`: it runs, and yet something is wrong with the program. */
  | { readonly session: CellSession; readonly warnings?: readonly Problem[] }
  | { readonly problems: readonly Problem[] }
  | { readonly refused: Problem };

/** A session of what `load` describes, or what is wrong with it. */
export function openSession(load: Load): OpenedSession {
  const prepared = preparedScenario(load.scenario);
  if (prepared.kind === "session") return prepared.open(load);
  return Session.open(load);
}
