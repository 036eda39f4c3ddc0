/** The cooperative world, where a turn ends when its owner says so, beside a preemptive one. */
import { MILLISECOND } from "../../kernel/sched/laboratory/schedule.js";
import { polite } from "../../kernel/sched/laboratory/workload.js";
import type { PolicyChoice } from "../../kernel/sched/policies.js";
import type { ParameterValues } from "../scenarios/scenario.js";
import type { Experiment } from "./laboratory.js";

const BURSTS = { clock: 1, editor: 3, game: 6 };

export function experiments({ forgets }: ParameterValues): Experiment[] {
  const tasks = Object.entries(BURSTS).map(([name, burst]) =>
    polite(name, { burst: burst * MILLISECOND, yields: name !== forgets }),
  );
  const one = (name: string, title: string, policy: PolicyChoice): Experiment => ({
    ...{ name, title },
    workload: { name: "three polite programs", tasks },
    options: { policy, duration: 300 * MILLISECOND },
    span: 100 * MILLISECOND,
  });
  return [
    one("cooperative", "Cooperative: whoever yields", "cooperative"),
    one("round-robin", "Preemptive: 4 ms each", { name: "round-robin", slice: 4 * MILLISECOND }),
  ];
}
