/** What can be wrong with a workload that somebody put together. */
import { NICE_MAX, NICE_MIN } from "../weights.js";
import type { Act, Span, Workload, WorkloadTask } from "./workload.js";

/** What is wrong and where, for a reader; undefined when nothing is. */
export function checkWorkload({ tasks }: Workload): string | undefined {
  if (tasks.length === 0) return "the workload has no tasks: give it one at least";
  for (const task of tasks) {
    const wrong = wrongTask(task);
    if (wrong) return `task ${task.name}: ${wrong}`;
  }
  return undefined;
}

function wrongTask({
  nice = 0,
  request = 0,
  begins = 0,
  arrivals,
  acts,
  repeats,
}: WorkloadTask): string | undefined {
  if (!Number.isInteger(nice) || nice < NICE_MIN || nice > NICE_MAX)
    return `nice ${nice} is no whole number from ${NICE_MIN} to ${NICE_MAX}`;
  if (acts.length === 0) return "it has no acts";
  if (!isTime(request) || !isTime(begins)) return "a time is negative or no number";
  if (arrivals && ![arrivals.first ?? 0, arrivals.every].every(isSpan))
    return "its arrivals have a negative time";
  const wrong = acts.find((act) => "time" in act && !isSpan(act.time));
  if (wrong) return `the act "${wrong.act}" has a negative time`;
  if (repeats && !acts.some(takesTime))
    return "its acts take no time, so they would be repeated for ever at once";
  return undefined;
}

const isTime = (time: number): boolean => Number.isFinite(time) && time >= 0;

function isSpan(span: Span): boolean {
  if (typeof span === "number") return isTime(span);
  return "mean" in span ? isTime(span.mean) : isTime(span.from) && isTime(span.to) && span.from <= span.to;
}

const takesTime = ({ act }: Act): boolean => act !== "yield";
