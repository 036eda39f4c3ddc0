/** CFS: the least virtual time runs. A task that slept comes back near the others, or, without that rule, with all it has missed. */
import { MILLISECOND } from "../../kernel/sched/laboratory/schedule.js";
import { hog, sleeper } from "../../kernel/sched/laboratory/workload.js";
import type { ParameterValues } from "../scenarios/scenario.js";
import { type Experiment, NO_COST } from "./laboratory.js";

export function experiments(values: ParameterValues): Experiment[] {
  return [
    {
      name: "cfs",
      title: "CFS, target 6 ms",
      workload: {
        name: "two and a sleeper",
        tasks: [
          hog("A", { nice: Number(values["nice-a"]) }),
          hog("B", { nice: Number(values["nice-b"]) }),
          sleeper("sleeper", 60 * MILLISECOND),
        ],
      },
      options: {
        policy: { name: "cfs", clampsSleepers: values["clamp"] === "on" },
        duration: 160 * MILLISECOND,
        switchCost: NO_COST,
      },
    },
  ];
}
