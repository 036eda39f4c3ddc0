/**
 * Time in a laboratory: all that happens is simulated at once, and the reader walks through it. t is nanoseconds. A step is a
 * decision of the scheduler, or a turn; a run moves the present moment on at the cell's pace.
 */
import type { SchedulingDecision } from "../../kernel/sched/decision.js";
import { MILLISECOND } from "../../kernel/sched/laboratory/schedule.js";
import type { EventKind } from "../../trace/event.js";
import type { MachineState, Problem, TimelineMark } from "../../views/machine-state.js";
import type { CellSession, OpenedSession } from "../cell-session.js";
import { emptyState } from "../empty-state.js";
import type { StepUnit } from "../protocol.js";
import { conduct, type Experiment } from "./laboratory.js";
import { type MeasuredSchedule, scheduleAt } from "./schedule-at.js";

/** More marks than this would stand on top of each other. */
const MOST_MARKS = 60;

/** One step of a cell's pace, in nanoseconds: at full speed the whole is over in about two seconds. */
const PACE = 100;

/** A session of experiments. */
export function openLaboratory(experiments: readonly Experiment[]): OpenedSession {
  return {
    session: new LaboratorySession(conduct(experiments), "simulated under the kernel’s own policies"),
  };
}

export class LaboratorySession implements CellSession {
  readonly inputs = [];
  private now: number;
  private readonly end: number;
  private readonly decisions: readonly SchedulingDecision[];
  private readonly marks: readonly TimelineMark[];
  private running = false;

  /** @param schedules at least one; the first one's decisions are where steps lead */
  constructor(
    private readonly schedules: readonly MeasuredSchedule[],
    private readonly says: string,
    begin = 0,
    /** What besides schedules is to be shown at each moment. */
    private readonly besides: Pick<MachineState, "league"> = {},
  ) {
    const [first] = schedules;
    if (!first) throw new Error("a laboratory needs an experiment");
    this.now = begin;
    this.end = Math.max(...schedules.map(({ schedule }) => schedule.end));
    this.decisions = first.schedule.decisions;
    this.marks = marksOf(first);
  }

  get isOver(): boolean {
    return false;
  }

  step(unit: StepUnit, back: boolean): void {
    this.running = false;
    const stops =
      unit === "event" || unit === "instruction"
        ? this.decisions
        : this.decisions.filter(({ from, to }) => from !== to);
    const at = back
      ? stops.findLast((decision) => decision.at < this.now)?.at
      : stops.find((decision) => decision.at > this.now)?.at;
    this.now = at ?? (back ? 0 : this.end);
  }

  beginRun(): void {
    if (this.now >= this.end) this.now = 0;
    this.running = true;
  }

  slice(count: number): boolean {
    if (!this.running) return false;
    this.now = Math.min(this.end, this.now + count * PACE);
    this.running = this.now < this.end;
    return this.running;
  }

  pause(): void {
    this.running = false;
  }

  seek(time: number): void {
    this.now = Math.max(0, Math.min(this.end, time));
  }

  accept(): Problem {
    return { reason: "nothing can be done by hand to a simulation", nextStep: "Change its parameters." };
  }

  state(): MachineState {
    const { now, end, marks } = this;
    return {
      ...emptyState(),
      ...this.besides,
      time: now,
      steps: now,
      outcome: this.running ? { kind: "running" } : { kind: "tried", says: this.says },
      schedules: this.schedules.map((one) => scheduleAt(one, Math.min(now, one.schedule.end))),
      timeline: { unit: "nanosecond", start: 0, end, marks },
    };
  }
}

/** Changes of task; of many every so manieth. */
function marksOf({ schedule }: MeasuredSchedule): TimelineMark[] {
  const nameOf = (pid: number | undefined) =>
    schedule.tasks.find((task) => task.pid === pid)?.name ?? "nobody";
  const changes = schedule.decisions.filter(({ from, to }) => from !== to);
  const every = Math.ceil(changes.length / MOST_MARKS);
  return changes
    .filter((_, n) => n % every === 0)
    .map(({ at, to, reason }) => ({
      time: at,
      kind: "decision" satisfies EventKind,
      says: `${nameOf(to)} gets the CPU after ${(at / MILLISECOND).toFixed(2)} ms (${reason})`,
    }));
}
