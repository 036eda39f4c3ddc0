/** c2.cost: the same wish for a timeslice under four tick rates, and what each makes of it. */
import { laboratoryScenario, number } from "./laboratory-scenario.js";

export const tickRates = laboratoryScenario({
  name: "tick-rates",
  says: "Two programs in turn under four rates of the timer.",
  show: ["gantt", "measures"],
  parameters: [
    number({
      name: "slice",
      label: "timeslice wished for",
      least: 0.1,
      most: 20,
      step: 0.1,
      value: 3,
      unit: "ms",
    }),
    number({
      name: "switch",
      label: "price of a switch",
      least: 0,
      most: 2000,
      step: 10,
      value: 100,
      unit: "µs",
    }),
    number({ name: "tick", label: "price of a tick", least: 0, most: 100, step: 1, value: 5, unit: "µs" }),
  ],
  load: () => import("../laboratory/tick-rates.js"),
});
