/** What a rate of the timer makes of a timeslice: turns end at ticks only, and every tick and every switch has its price. */
import { MICROSECOND, MILLISECOND } from "../../kernel/sched/laboratory/schedule.js";
import { TICK_RATES } from "../../kernel/sched/tick-rate.js";
import type { ParameterValues } from "../scenarios/scenario.js";
import { type Experiment, hogs, switchCost } from "./laboratory.js";

export function experiments({ slice, switch: price, tick }: ParameterValues): Experiment[] {
  const wished = Number(slice) * MILLISECOND;
  return TICK_RATES.map((hertz) => ({
    name: `${hertz}`,
    title: `${hertz} Hz`,
    workload: { name: "two hogs", tasks: hogs(2) },
    options: {
      // Both may have the CPU for the wished time before the other's turn comes: twice that is the latency.
      policy: { name: "target-latency", latency: 2 * wished, granularity: 0 },
      duration: 1000 * MILLISECOND,
      timerHertz: hertz,
      switchCost: switchCost(Number(price) * MICROSECOND),
      tickCost: Number(tick) * MICROSECOND,
      tellsQueue: false,
    },
    span: 60 * MILLISECOND,
  }));
}
