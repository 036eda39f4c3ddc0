/** Long work of the kernel and a task with a period, with preemption none, voluntary and full. */
import { MILLISECOND } from "../../kernel/sched/laboratory/schedule.js";
import { caller, periodic } from "../../kernel/sched/laboratory/workload.js";
import type { KernelPreemption } from "../../kernel/sched/preemption.js";
import type { ParameterValues } from "../scenarios/scenario.js";
import type { Experiment } from "./laboratory.js";

const TITLES: Readonly<Record<KernelPreemption, string>> = {
  none: "None: only on the way out",
  voluntary: "Voluntary: where the kernel looks up",
  full: "Full: anywhere",
};

export function experiments({ call, points }: ParameterValues): Experiment[] {
  return (Object.keys(TITLES) as KernelPreemption[]).map((preemption) => ({
    name: preemption,
    title: TITLES[preemption],
    workload: {
      name: "a long call and a period",
      tasks: [periodic("sound"), caller("copying", { call: Number(call) * MILLISECOND })],
    },
    options: {
      policy: "eevdf",
      duration: 2000 * MILLISECOND,
      preemption,
      reschedulePoints: Number(points) * MILLISECOND,
      tellsQueue: false,
    },
    span: 200 * MILLISECOND,
  }));
}
