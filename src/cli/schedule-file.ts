/** What `--schedule` writes: who had the CPU when, who waited, and what that means in numbers. Times are virtual nanoseconds. */
import type { Kernel } from "../kernel/kernel.js";
import type { Distribution } from "../kernel/sched/laboratory/distribution.js";
import { type Metrics, measure, type TaskMetrics } from "../kernel/sched/laboratory/metrics.js";
import type { ScheduleRecorder } from "../kernel/sched/laboratory/recorder.js";

/** As JSON; queues at decisions are left out. */
export function scheduleText(recorder: ScheduleRecorder, kernel: Kernel): string {
  const { decisions, ...schedule } = recorder.schedule(kernel);
  const { tasks, ...metrics } = measure({ decisions, ...schedule });
  const shown = {
    ...schedule,
    decisions: decisions.map(({ at, t, reason, from, to, rule }) => ({ at, t, reason, from, to, rule })),
    metrics: { ...short(metrics), tasks: [...tasks.values()].map(short) },
  };
  return `${JSON.stringify(shown, null, 1)}\n`;
}

/** Without the single values of distributions. */
function short(metrics: Omit<Metrics, "tasks"> | TaskMetrics): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [
      name,
      isDistribution(value) ? withoutValues(value) : value,
    ]),
  );
}

const isDistribution = (value: unknown): value is Distribution =>
  typeof value === "object" && value !== null && "values" in value;

function withoutValues({ values: _, ...rest }: Distribution): Omit<Distribution, "values"> {
  return rest;
}
