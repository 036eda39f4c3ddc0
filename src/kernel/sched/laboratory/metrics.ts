/** What can be said of a schedule in numbers. All times are virtual nanoseconds. */
import { type Distribution, distributionOf } from "./distribution.js";
import type { Schedule, ScheduledTask, SegmentKind, Turn } from "./schedule.js";
import { type Service, servicesOf } from "./service.js";

export interface Metrics {
  /** From waking to running. */
  readonly latency: Distribution;
  /** From a question to the end of its answer. */
  readonly response: Distribution;
  /** From losing the CPU to having it again: what a target latency does not promise. */
  readonly waitAfterPreemption: Distribution;
  /** From the start of a turn to the start of the same task's next: what a target latency promises. */
  readonly period: Distribution;
  /** Length of turns, without the switch. */
  readonly turn: Distribution;
  /**
   * Jain's index (Σx)²/(n·Σx²) of x = time got / time due: 1 when all are served alike, 1/n when one has everything. Due is
   * what an ideal CPU, which could be divided at will by weight, would have given while the task wanted one. Who sleeps of
   * its own will is not counted as served too well.
   */
  readonly fairness: number;
  /** Switches from one task to another or from the idle loop, and per second. */
  readonly switches: number;
  readonly switchesPerSecond: number;
  /** Shares of the whole time, 0 to 1. */
  readonly lostToSwitching: number;
  readonly lostToInterrupts: number;
  readonly idle: number;
  readonly tasks: ReadonlyMap<number, TaskMetrics>;
}

/** The same of one task. */
export interface TaskMetrics {
  readonly pid: number;
  readonly latency: Distribution;
  readonly response: Distribution;
  readonly waitAfterPreemption: Distribution;
  readonly period: Distribution;
  readonly turn: Distribution;
  /** Time that it had the CPU for itself, and the share of the whole. */
  readonly ran: number;
  readonly share: number;
  /** Time that it should have had; see `Metrics.fairness`. */
  readonly due: number;
  /** The longest wait, also one that has not ended. */
  readonly longestWait: number;
}

/** Measures a schedule. Weights count as they are at its end. */
export function measure(schedule: Schedule): Metrics {
  const length = schedule.end - schedule.begin;
  const services = servicesOf(schedule);
  const turns = groupBy(schedule.turns, ({ pid }) => pid);
  const tasks = new Map(
    schedule.tasks.map((task) => [
      task.pid,
      ofTask(task, schedule, turns.get(task.pid) ?? [], services.get(task.pid)!),
    ]),
  );
  const all = [...tasks.values()];
  const together = (part: (task: TaskMetrics) => Distribution) =>
    distributionOf(all.flatMap((task) => part(task).values));
  const share = (kind: SegmentKind) => timeOf(schedule, kind) / length;
  return {
    latency: together(({ latency }) => latency),
    response: together(({ response }) => response),
    waitAfterPreemption: together(({ waitAfterPreemption }) => waitAfterPreemption),
    period: together(({ period }) => period),
    turn: together(({ turn }) => turn),
    fairness: jain(schedule.tasks.flatMap(({ pid }) => satisfaction(services.get(pid)!))),
    switches: schedule.switches.length,
    switchesPerSecond: (schedule.switches.length * 1e9) / length,
    lostToSwitching: share("switch"),
    lostToInterrupts: share("interrupt"),
    idle: share("idle"),
    tasks,
  };
}

/** Jain's index of fairness; 1 for no values at all. Source: Jain, Chiu, Hawe, DEC-TR-301 (1984). */
export function jain(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  return squares === 0 ? 1 : (sum * sum) / (values.length * squares);
}

function satisfaction({ ran, due, sleeps }: Service): number[] {
  if (due === 0) return [];
  return [sleeps ? Math.min(1, ran / due) : ran / due];
}

function ofTask(
  { pid }: ScheduledTask,
  schedule: Schedule,
  turns: readonly Turn[],
  { ran, due }: Service,
): TaskMetrics {
  const waits = schedule.waits.filter((wait) => wait.pid === pid);
  const complete = waits.filter(({ isOpen }) => !isOpen);
  const length = ({ begin, end }: { begin: number; end: number }) => end - begin;
  const after = (reason: string) =>
    distributionOf(complete.filter((wait) => wait.after === reason).map(length));
  return {
    ...{ pid, ran, due },
    share: ran / (schedule.end - schedule.begin),
    latency: after("woken"),
    waitAfterPreemption: after("preempted"),
    response: distributionOf(
      schedule.responses.filter((one) => one.pid === pid).map(({ asked, answered }) => answered - asked),
    ),
    period: distributionOf(turns.slice(1).map(({ begin }, n) => begin - turns[n]!.begin)),
    turn: distributionOf(turns.filter(({ endedBy }) => endedBy !== undefined).map(length)),
    longestWait: waits.reduce((longest, wait) => Math.max(longest, length(wait)), 0),
  };
}

function timeOf({ segments }: Schedule, kind: SegmentKind): number {
  return segments.reduce((sum, one) => (one.kind === kind ? sum + one.end - one.begin : sum), 0);
}

function groupBy<T, K>(values: readonly T[], key: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const group = groups.get(key(value));
    if (group) group.push(value);
    else groups.set(key(value), [value]);
  }
  return groups;
}
