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
  | { readonly session: CellSession }
  | { readonly problems: readonly Problem[] }
  | { readonly refused: Problem };

/** A session of what `load` describes, or what is wrong with it. */
export function openSession(load: Load): OpenedSession {
  const prepared = preparedScenario(load.scenario);
  if (prepared.kind === "session") return prepared.open(load);
  const opened = Session.open(load);
  return "session" in opened ? { session: new PresentSession(opened.session) } : opened;
}

class PresentSession implements CellSession {
  readonly inputs: LoggedInput<WorldInput>[] = [];
  private farthest: number;
  private readonly start: number;

  constructor(private readonly session: Session) {
    this.farthest = this.start = session.state().time;
  }

  get isOver(): boolean {
    return this.session.isOver;
  }

  step(_unit: StepUnit, back: boolean): void {
    if (back) this.session.back();
    else this.session.step(1);
  }

  beginRun(): void {
    this.session.beginRun();
  }

  slice(count: number): boolean {
    return this.session.slice(count);
  }

  pause(): void {
    this.session.pause();
  }

  seek(time: number): void {
    this.session.seek(Math.max(time, this.start));
  }

  accept(input: WorldInput): Problem | undefined {
    const { session } = this;
    const done =
      input.kind === "value" && input.place.kind === "register"
        ? session.writeRegister(input.place.name, input.value)
        : input.kind === "bytes" && input.place.kind === "memory"
          ? session.writeMemory(input.place.address, [...input.bytes])
          : false;
    if (!done)
      return { reason: "that cannot be changed here", nextStep: "Choose a register or mapped memory." };
    this.inputs.push({ time: session.state().time, input });
    return undefined;
  }

  state(): MachineState {
    const state = this.session.state();
    this.farthest = Math.max(this.farthest, state.time);
    return { ...state, timeline: { unit: "instruction", start: this.start, end: this.farthest, marks: [] } };
  }
}
