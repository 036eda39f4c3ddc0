/**
 * A run of a reader's program: steps, slices of a long run, changes by hand, and what it all looks like. Knows
 * neither worker nor page, so that tests and the build use it as it is.
 * Going back makes the stage anew and repeats the steps: a run is determined by its load and the changes by hand.
 */
import type {
  InstructionState,
  ListingRow,
  MachineState,
  Outcome,
  Problem,
  Ring,
  StackState,
} from "../views/machine-state.js";
import { isOver } from "../views/outcome.js";
import { instructionState } from "./observe/instruction.js";
import { listing } from "./observe/listing.js";
import { MemoryWindows } from "./observe/memory-windows.js";
import { pokeBytes } from "./observe/peek.js";
import {
  flagsState,
  type RegisterValues,
  registersState,
  registerValues,
  ripState,
  setRegister,
} from "./observe/registers.js";
import { stackState, stackValues } from "./observe/stack.js";
import { tablesState } from "./observe/tables.js";
import type { Load } from "./protocol.js";
import { makeStage } from "./stage/make-stage.js";
import type { Stage } from "./stage/stage.js";

/** The registers' values and the stack's at the last look that a reader had. */
interface Look {
  readonly registers: RegisterValues;
  readonly stack: StackState | undefined;
  readonly address: bigint;
}

/** A change that the reader made by hand, to be repeated when the run is. */
interface Change {
  readonly time: number;
  apply(stage: Stage): void;
}

/** Going back repeats at most this many steps. */
const FARTHEST_BACK = 5_000_000;

export class Session {
  private readonly start: number;
  private outcome: Outcome = { kind: "ready" };
  private changes: Change[] = [];
  private windows: MemoryWindows;
  private look: Look | undefined;
  private shown: Look | undefined;
  /** t at which the budget of the present run ends. */
  private budgetEnd = 0;

  private constructor(
    private readonly load: Load,
    private stage: Stage,
  ) {
    this.start = stage.cpu.time;
    this.windows = new MemoryWindows(stage);
  }

  /** Makes the stage, or tells what is wrong with the program. */
  static open(load: Load): { session: Session } | { problems: readonly Problem[] } | { refused: Problem } {
    const made = makeStage(load);
    return "stage" in made ? { session: new Session(load, made.stage) } : made;
  }

  get isOver(): boolean {
    return isOver(this.outcome);
  }

  private get steps(): number {
    return this.stage.cpu.time - this.start;
  }

  /** Executes `count` steps, or fewer when the run ends. */
  step(count: number): void {
    if (this.isOver) return;
    this.remember();
    for (let n = 0; n < count && !this.isOver; n++) this.singleStep();
    if (!this.isOver) this.outcome = { kind: "paused" };
  }

  private singleStep(): void {
    const { cpu, crossings } = this.stage;
    const before = crossings.look();
    const ending = this.stage.run(cpu.time + 1);
    crossings.settle(before);
    if (ending) this.outcome = ending;
  }

  /** Begins, or continues, a run with a fresh budget. */
  beginRun(): void {
    if (this.isOver) return;
    this.remember();
    this.budgetEnd = this.stage.cpu.time + this.load.limits.instructions;
    this.outcome = { kind: "running" };
  }

  /** Executes up to `count` steps of a run. Returns whether it goes on. */
  slice(count: number): boolean {
    if (this.outcome.kind !== "running") return false;
    const { stage } = this;
    const ending = stage.run(Math.min(stage.cpu.time + count, this.budgetEnd));
    stage.crossings.settle();
    if (ending) this.outcome = ending;
    else if (stage.cpu.time >= this.budgetEnd)
      this.outcome = { kind: "limit", instructions: this.load.limits.instructions };
    return this.outcome.kind === "running";
  }

  pause(): void {
    if (this.outcome.kind === "running") this.outcome = { kind: "paused" };
  }

  /** To the moment one step earlier. Does nothing at the beginning, or too far from it. */
  back(): void {
    this.seek(this.stage.cpu.time - 1);
  }

  /** To the moment `target`. */
  seek(target: number): void {
    if (target > this.stage.cpu.time) return this.step(target - this.stage.cpu.time);
    if (target < this.start || this.steps > FARTHEST_BACK) return;
    const made = makeStage(this.load);
    if (!("stage" in made)) throw new Error("what could be loaded once cannot be loaded again");
    this.remember();
    this.stage = made.stage;
    this.windows = new MemoryWindows(made.stage);
    const kept = this.changes.filter((change) => change.time <= target);
    this.changes = kept;
    for (const change of kept) {
      this.repeat(change.time);
      change.apply(made.stage);
    }
    this.repeat(target);
    this.outcome = this.steps === 0 ? { kind: "ready" } : { kind: "paused" };
  }

  /** Steps singly near the end, where passages should be seen in detail. */
  private repeat(until: number): void {
    const { cpu, crossings } = this.stage;
    const near = until - 2000;
    if (cpu.time < near) {
      this.stage.run(near);
      crossings.settle();
    }
    while (cpu.time < until && cpu.shutDownReason === undefined) this.singleStep();
  }

  /** False when no memory is mapped there. */
  writeMemory(address: bigint, bytes: readonly number[]): boolean {
    return this.change((stage) => pokeBytes(stage.cpu, address, bytes));
  }

  writeRegister(name: string, value: bigint): boolean {
    return this.change((stage) => setRegister(stage.cpu, name, value));
  }

  private change(apply: (stage: Stage) => boolean): boolean {
    this.remember();
    const done = apply(this.stage);
    if (done) this.changes.push({ time: this.stage.cpu.time, apply });
    return done;
  }

  /** Keeps how things stand, to show what the next action changes. */
  private remember(): void {
    this.look = this.shown;
    this.windows.remember();
  }

  /** This moment, with what the views in `show` need. */
  state(): MachineState {
    const { stage, load, look } = this;
    const { cpu } = stage;
    const shows = (name: string) => load.show.includes(name);
    const registers = registerValues(cpu);
    const crossings = stage.crossings.state();
    const rows = listing(cpu, stage.image, stage.nameOf);
    const stack = shows("stack")
      ? stackState(cpu, crossings, stage.nameOf, stackValues(look?.stack))
      : undefined;
    this.shown = { registers, stack, address: registers.rip };
    return {
      time: cpu.time,
      steps: this.steps,
      ring: cpu.system.cpl as Ring,
      registers: registersState(registers, look?.registers),
      rip: ripState(registers, look?.registers),
      flags: flagsState(registers, look?.registers),
      instruction: asWritten(instructionState(cpu, registers.rip), rows),
      previous: look && this.steps > 0 ? asWritten(instructionState(cpu, look.address), rows) : undefined,
      listing: rows,
      memory: shows("memory") ? this.windows.state() : [],
      stack,
      tables: shows("idt") || shows("doors") ? tablesState(cpu, load.gates, stage.nameOf) : undefined,
      crossings,
      output: stage.output(),
      calls: stage.calls(),
      trials: [],
      statistics: stage.statistics(),
      outcome: this.outcome,
    };
  }
}

/** The instruction in the reader's own words, where the program still says the same. */
function asWritten(
  instruction: InstructionState | undefined,
  rows: readonly ListingRow[],
): InstructionState | undefined {
  const row = rows.find((one) => one.address === instruction?.address);
  return instruction && row && row.roles.length > 0 ? { ...instruction, text: row.text } : instruction;
}
