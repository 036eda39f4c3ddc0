/** The same keys, the same hogs, three policies: in turn, by least virtual time, by earliest eligible deadline. */
import { MILLISECOND } from "../../kernel/sched/laboratory/schedule.js";
import { editor } from "../../kernel/sched/laboratory/workload.js";
import type { PolicyChoice } from "../../kernel/sched/policies.js";
import type { ParameterValues } from "../scenarios/scenario.js";
import { type Experiment, hogs } from "./laboratory.js";

export function experiments({ request, slice, burst }: ParameterValues): Experiment[] {
  const turn = Number(slice) * MILLISECOND;
  const tasks = [
    editor("editor", { burst: Number(burst) * MILLISECOND }, { request: Number(request) * MILLISECOND }),
    ...hogs(3),
  ];
  const one = (name: string, title: string, policy: PolicyChoice): Experiment => ({
    ...{ name, title },
    workload: { name: "an editor among hogs", tasks },
    options: { policy, duration: 2000 * MILLISECOND },
    span: 150 * MILLISECOND,
  });
  return [
    one("round-robin", "Round-robin", { name: "round-robin", slice: turn }),
    one("cfs", "CFS", { name: "cfs", latency: 4 * turn, granularity: turn / 4 }),
    one("eevdf", "EEVDF", { name: "eevdf", slice: turn }),
  ];
}
