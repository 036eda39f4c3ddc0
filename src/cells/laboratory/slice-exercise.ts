/** What the check of x2.3 simulates. */
import { SLICE_EXERCISE } from "../../kernel/sched/laboratory/exercises.js";
import { MILLISECOND } from "../../kernel/sched/laboratory/schedule.js";
import type { ParameterValues } from "../scenarios/scenario.js";
import type { Experiment } from "./laboratory.js";

export function experiments({ slice }: ParameterValues): Experiment[] {
  const { workload, options } = SLICE_EXERCISE;
  return [
    {
      name: "round-robin",
      title: `In turn, ${slice} ms each`,
      workload,
      options: { ...options, policy: { name: "round-robin", slice: Number(slice) * MILLISECOND } },
      span: 120 * MILLISECOND,
    },
  ];
}
