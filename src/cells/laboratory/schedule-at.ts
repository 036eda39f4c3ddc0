/** A schedule at one of its moments, with its measures in milliseconds: what the views of scheduling draw. */
import type { SchedulingDecision } from "../../kernel/sched/decision.js";
import type { Distribution } from "../../kernel/sched/laboratory/distribution.js";
import { type Metrics, measure, type TaskMetrics } from "../../kernel/sched/laboratory/metrics.js";
import { MILLISECOND, type Schedule } from "../../kernel/sched/laboratory/schedule.js";
import type {
  DistributionState,
  Measures,
  Ruler,
  ScheduleState,
  TaskMeasures,
} from "../../views/schedule-state.js";

/** What stays the same while a reader looks at one moment after the other. */
export interface MeasuredSchedule {
  readonly name: string;
  readonly title: string;
  readonly schedule: Schedule;
  readonly measures: Measures;
  readonly rulers: readonly Ruler[];
  /** Nanoseconds: how much of it is drawn at once; all of it when absent. */
  readonly span?: number;
}

/** Measures a schedule once and for all its moments. */
export function measuredSchedule(
  schedule: Schedule,
  {
    name,
    title,
    span,
    rulers,
  }: { name: string; title: string; span?: number; rulers?: (schedule: Schedule) => readonly Ruler[] },
): MeasuredSchedule {
  const measures = inMilliseconds(measure(schedule), schedule);
  return {
    name,
    title,
    schedule,
    measures,
    rulers: rulers?.(schedule) ?? [],
    ...(span !== undefined && { span }),
  };
}

/** The schedule at `now`, in nanoseconds. */
export function scheduleAt(measured: MeasuredSchedule, now: number): ScheduleState {
  const { schedule, span, ...rest } = measured;
  return {
    ...rest,
    schedule,
    now,
    window: windowAt(schedule, span, now),
    decision: decisionAt(schedule.decisions, now),
  };
}

/** The window moves by halves of itself, so that what is drawn does not run away under the reader's eyes. */
function windowAt(
  { begin, end }: Schedule,
  span: number | undefined,
  now: number,
): { begin: number; end: number } {
  if (span === undefined || span >= end - begin) return { begin, end };
  const half = span / 2;
  const from = begin + Math.max(0, Math.floor((now - begin) / half) - 1) * half;
  const first = Math.min(from, end - span);
  return { begin: first, end: first + span };
}

/** The last one at or before `now`, which has it all in order. */
function decisionAt(decisions: readonly SchedulingDecision[], now: number): SchedulingDecision | undefined {
  let low = 0;
  let high = decisions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (decisions[middle]!.at <= now) low = middle + 1;
    else high = middle;
  }
  return decisions[low - 1];
}

function inMilliseconds(metrics: Metrics, { tasks }: Schedule): Measures {
  const { fairness, switches, lostToSwitching, lostToInterrupts, idle } = metrics;
  return {
    ...{ fairness, switches, lostToSwitching, lostToInterrupts, idle },
    ...distributions(metrics),
    tasks: tasks.map(({ pid, name }) => ofTask(name, metrics.tasks.get(pid)!)),
  };
}

function ofTask(name: string, metrics: TaskMetrics): TaskMeasures {
  const { pid, share, longestWait } = metrics;
  return { name, pid, share, ...distributions(metrics), longestWait: longestWait / MILLISECOND };
}

type Measured = Pick<Metrics, "latency" | "response" | "period" | "waitAfterPreemption" | "turn">;

function distributions(
  metrics: Measured,
): Pick<Measures, "latency" | "response" | "period" | "wait" | "turn"> {
  return {
    latency: scaled(metrics.latency),
    response: scaled(metrics.response),
    period: scaled(metrics.period),
    wait: scaled(metrics.waitAfterPreemption),
    turn: scaled(metrics.turn),
  };
}

function scaled({ count, mean, p50, p99, most, values }: Distribution): DistributionState {
  const ms = (nanoseconds: number) => nanoseconds / MILLISECOND;
  return { count, mean: ms(mean), p50: ms(p50), p99: ms(p99), most: ms(most), values: values.map(ms) };
}
