/** c2.kpreempt: who may take the CPU from a program while the kernel works for it. */
import { laboratoryScenario, number } from "./laboratory-scenario.js";

export const kernelPreemption = laboratoryScenario({
  name: "kernel-preemption",
  says: "A program that makes long system calls, and one that must be served every 20 ms, under three kinds of kernel.",
  show: ["gantt", "latencies", "measures"],
  parameters: [
    number({
      name: "call",
      label: "length of the call",
      least: 1,
      most: 100,
      step: 1,
      value: 40,
      unit: "ms",
    }),
    number({
      name: "points",
      label: "a kernel that looks up does so every",
      least: 0.1,
      most: 20,
      step: 0.1,
      value: 2,
      unit: "ms",
    }),
  ],
  load: () => import("../laboratory/kernel-preemption.js"),
});
