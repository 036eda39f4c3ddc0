/** c2.rr: everybody in turn, with a timeslice and a price of a switch that the reader sets. */
import { laboratoryScenario, number } from "./laboratory-scenario.js";

export const roundRobin = laboratoryScenario({
  name: "round-robin",
  says: "Programs that always want the CPU and an editor that answers keys, in turn.",
  show: ["gantt", "measures"],
  parameters: [
    number({ name: "hogs", label: "programs that never stop", least: 1, most: 12, step: 1, value: 3 }),
    number({ name: "slice", label: "timeslice", least: 1, most: 100, step: 1, value: 10, unit: "ms" }),
    number({
      name: "switch",
      label: "price of a switch",
      least: 0,
      most: 1000,
      step: 10,
      value: 20,
      unit: "µs",
    }),
  ],
  load: () => import("../laboratory/round-robin.js"),
});
