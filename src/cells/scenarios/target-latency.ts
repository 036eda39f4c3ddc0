/** c2.latency: a promise to serve everybody within a time, and what it means for each. */
import { laboratoryScenario, number } from "./laboratory-scenario.js";

export const targetLatency = laboratoryScenario({
  name: "target-latency",
  says: "Programs that share a promised period, each turn no shorter than a floor.",
  show: ["gantt", "measures"],
  parameters: [
    number({ name: "latency", label: "target latency", least: 1, most: 50, step: 0.5, value: 9, unit: "ms" }),
    number({ name: "tasks", label: "programs", least: 1, most: 20, step: 1, value: 3 }),
    number({ name: "floor", label: "least turn", least: 0.1, most: 10, step: 0.05, value: 0.75, unit: "ms" }),
  ],
  load: () => import("../laboratory/target-latency.js"),
});
