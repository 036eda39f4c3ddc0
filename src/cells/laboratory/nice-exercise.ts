/** Two hogs with nice values, for x2.5. */
import { MILLISECOND } from "../../kernel/sched/laboratory/schedule.js";
import { hog } from "../../kernel/sched/laboratory/workload.js";
import type { ParameterValues } from "../scenarios/scenario.js";
import type { Experiment } from "./laboratory.js";

export function experiments(values: ParameterValues): Experiment[] {
  const [a, b] = [Number(values["nice-a"]), Number(values["nice-b"])];
  return [
    {
      name: "eevdf",
      title: `A with nice ${a}, B with nice ${b}`,
      workload: { name: "A and B", tasks: [hog("A", { nice: a }), hog("B", { nice: b })] },
      options: { policy: "eevdf", duration: 2000 * MILLISECOND, tellsQueue: false },
      span: 60 * MILLISECOND,
    },
  ];
}
