/**
 * Target latency with a least turn, and a ruler for the two lengths that are mixed up most often: from start to start, and from
 * losing the CPU to having it again. Switches and ticks cost nothing here, and ticks are so frequent that turns end when they should.
 */
import { MILLISECOND, type Schedule } from "../../kernel/sched/laboratory/schedule.js";
import type { Ruler } from "../../views/schedule-state.js";
import type { ParameterValues } from "../scenarios/scenario.js";
import { type Experiment, hogs, NO_COST } from "./laboratory.js";

export function experiments({ latency, tasks, floor }: ParameterValues): Experiment[] {
  const target = Number(latency) * MILLISECOND;
  const period = Math.max(target, Number(tasks) * Number(floor) * MILLISECOND);
  return [
    {
      name: "target-latency",
      title: `Target ${latency} ms, at least ${floor} ms each`,
      workload: { name: "hogs", tasks: hogs(Number(tasks)) },
      options: {
        policy: { name: "target-latency", latency: target, granularity: Number(floor) * MILLISECOND },
        duration: 40 * period,
        timerHertz: 100_000,
        tickCost: 0,
        switchCost: NO_COST,
        tellsQueue: false,
      },
      span: 4 * period,
      rulers: rulersOf,
    },
  ];
}

/** Over the second turn of the first task, and the wait behind it. */
function rulersOf({ turns, tasks }: Schedule): Ruler[] {
  const pid = tasks[0]!.pid;
  const [, first, second] = turns.filter((turn) => turn.pid === pid);
  if (!first || !second || tasks.length < 2) return [];
  const ms = (length: number) => `${(length / MILLISECOND).toFixed(1)} ms`;
  return [
    { pid, begin: first.begin, end: second.begin, says: `period ${ms(second.begin - first.begin)}` },
    { pid, begin: first.end, end: second.begin, says: `wait ${ms(second.begin - first.end)}` },
  ];
}
