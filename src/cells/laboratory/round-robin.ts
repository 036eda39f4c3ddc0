/** Fixed round-robin: what a length of turn does to an editor's answers and to the time that is lost with switching. */
import { MICROSECOND, MILLISECOND } from "../../kernel/sched/laboratory/schedule.js";
import { editor } from "../../kernel/sched/laboratory/workload.js";
import type { ParameterValues } from "../scenarios/scenario.js";
import { type Experiment, hogs, switchCost } from "./laboratory.js";

export function experiments({ hogs: count, slice, switch: price }: ParameterValues): Experiment[] {
  const length = Number(slice) * MILLISECOND;
  return [
    {
      name: "round-robin",
      title: `In turn, ${slice} ms each`,
      workload: { name: "an editor among hogs", tasks: [editor("editor"), ...hogs(Number(count))] },
      options: {
        policy: { name: "round-robin", slice: length },
        duration: 4000 * MILLISECOND,
        switchCost: switchCost(Number(price) * MICROSECOND),
        tellsQueue: false,
      },
      span: Math.max(120, Number(slice) * (Number(count) + 1) * 3) * MILLISECOND,
    },
  ];
}
