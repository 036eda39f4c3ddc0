/**
 * A run of a reader's program on a machine: steps, slices of a long run, going back, changes by hand, and what it all looks like.
 * Knows neither worker nor page, so that tests and the build use it as it is.
 */
import type { LoggedInput } from "../machine/time/timeline.js";
import type { WorldInput } from "../trace/input.js";
import { exportLines } from "../trace/json-lines.js";
import { parseReference, referenceProblem } from "../trace/reference-text.js";
import { type SessionStop, Session as Trace } from "../trace/session.js";
import { why } from "../trace/why/why.js";
import type { Ending } from "../trace/world.js";
import type { MachineState, Outcome, Problem } from "../views/machine-state.js";
import { isOver } from "../views/outcome.js";
import type { CellSession } from "./cell-session.js";
import { compareLoads } from "./compare/compare-loads.js";
import { Present } from "./observe/present.js";
import { TimelineMarks } from "./observe/timeline-state.js";
import type { Answers, Because, Load, Question, StepUnit } from "./protocol.js";
import { makeStage } from "./stage/make-stage.js";
import type { Stage } from "./stage/stage.js";
import { stopPlaces, stopWords } from "./stop-words.js";

/** A step to a line, a call or an event gives up after so many steps of t. */
const FARTHEST_STEP = 2_000_000;

export class Session implements CellSession {
  private readonly trace: Trace;
  private readonly present: Present;
  private readonly marks: TimelineMarks;
  private outcome: Outcome = { kind: "ready" };
  /** t at which the budget of the present run ends. */
  private budgetEnd = 0;

  private constructor(
    private readonly load: Load,
    private readonly stage: Stage,
  ) {
    const lines = stage.image?.lines.filter(({ data }) => !data) ?? [];
    this.trace = Trace.open(stage.world, { lines });
    this.present = new Present(stage, this.trace);
    this.marks = new TimelineMarks(this.trace);
  }

  /** Makes the stage, or tells what is wrong with the program. */
  static open(load: Load): { session: Session } | { problems: readonly Problem[] } | { refused: Problem } {
    const made = makeStage(load);
    return "stage" in made ? { session: new Session(load, made.stage) } : made;
  }

  get isOver(): boolean {
    return isOver(this.outcome);
  }

  get inputs(): readonly LoggedInput<WorldInput>[] {
    return this.trace.inputs;
  }

  step(unit: StepUnit, back: boolean): void {
    this.present.remember();
    const { trace } = this;
    const limit = trace.time + (unit === "instruction" ? 1 : FARTHEST_STEP);
    const stop = back ? trace.stepBack(unit) : trace.step(unit, limit);
    this.settle(
      stop,
      back || unit === "instruction" ? undefined : "nothing of that kind came for a long time",
    );
  }

  /** How things stand after a walk. */
  private settle(stop: SessionStop, atLimit?: string): void {
    const { ending, time, start } = this.trace;
    const says =
      stop.reason === "stop-point" ? stopWords(stop.hit) : stop.reason === "limit" ? atLimit : undefined;
    if (ending) this.outcome = outcomeOf(ending);
    else if (time === start && this.inputs.length === 0) this.outcome = { kind: "ready" };
    else this.outcome = says === undefined ? { kind: "paused" } : { kind: "paused", says };
  }

  /** Begins, or continues, a run with a fresh budget. */
  beginRun(): void {
    if (this.isOver) return;
    this.present.remember();
    this.budgetEnd = this.trace.time + this.load.limits.instructions;
    this.outcome = { kind: "running" };
  }

  /** Executes up to `count` steps of a run. Returns whether it goes on. */
  slice(count: number): boolean {
    if (this.outcome.kind !== "running") return false;
    const { trace, budgetEnd } = this;
    const stop = trace.run(Math.min(trace.time + count, budgetEnd));
    if (stop.reason !== "limit") this.settle(stop);
    else if (trace.time >= budgetEnd)
      this.outcome = { kind: "limit", instructions: this.load.limits.instructions };
    return this.outcome.kind === "running";
  }

  pause(): void {
    if (this.outcome.kind === "running") this.settle({ reason: "done" });
  }

  seek(time: number): void {
    this.present.remember();
    this.settle(this.trace.seek(time));
  }

  accept(input: WorldInput): Problem | undefined {
    this.present.remember();
    const reason = this.trace.send(input);
    if (reason !== undefined)
      return { reason, nextStep: "Choose something that this machine has now, and a value that fits." };
    if (this.outcome.kind !== "running") this.settle({ reason: "done" });
    return undefined;
  }

  /** Runs stop at these places from now on, and at no others. */
  stopAt(references: readonly string[]): string | undefined {
    const { stopPoints } = this.trace;
    for (const { number } of stopPoints.all) stopPoints.remove(number);
    const problems = references.flatMap((text) => {
      const place = stopPlaces(text);
      const set = "problem" in place ? place : stopPoints.add(place);
      return "problem" in set ? [set.problem] : [];
    });
    return problems.length > 0 ? problems.join("; ") : undefined;
  }

  answer(question: Question): Answers[keyof Answers] {
    if (question.kind === "why") return this.why(question.reference);
    if (question.kind === "compare") return compareLoads(this.load, this.inputs, question.load);
    const { program, scenario, parameters, limits } = this.load;
    const lines = exportLines(this.trace, { setup: { program, scenario, parameters, limits } });
    return [...lines, ""].join("\n");
  }

  private why(text: string): Because {
    const reference = parseReference(text);
    if (!reference) throw new Error(referenceProblem(text));
    const cause = why(this.trace, reference);
    const { says } = cause;
    switch (cause.kind) {
      case "written":
        return { says, time: cause.time };
      case "start":
        return { says, time: this.trace.start };
      case "not-found":
        return { says };
      case "problem":
        throw new Error(says);
    }
  }

  /** This moment, with what the views in `show` need. */
  state(): MachineState {
    const { trace, load, outcome } = this;
    const { show, gates } = load;
    return {
      ...this.present.state({ show, gates, previous: this.previous() }),
      time: trace.time,
      steps: trace.time - trace.start,
      outcome,
      timeline: this.marks.state(),
    };
  }

  /** Where the last instruction lies: found by a step back, which a run under way has no time for. */
  private previous(): bigint | undefined {
    const { trace } = this;
    const { time, start } = trace;
    if (time === start || this.outcome.kind === "running") return undefined;
    trace.back();
    const { rip } = this.stage.world.machine.cpu;
    trace.seek(time);
    return rip;
  }
}

function outcomeOf(ending: Ending): Outcome {
  if (ending.kind === "waiting") return { ...ending, kind: "halted", waits: true };
  return ending.kind === "finished" ? { kind: "tried", says: ending.says } : ending;
}
