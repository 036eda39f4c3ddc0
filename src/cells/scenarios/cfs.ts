/** c2.cfs: virtual time as beads on a line; nice values, and a sleeper that comes back. */
import { choice, laboratoryScenario, number } from "./laboratory-scenario.js";

export const cfs = laboratoryScenario({
  name: "cfs",
  says: "Two programs with nice values, and one that sleeps for long, under a scheduler like CFS.",
  show: ["gantt", "run-queue", "measures"],
  parameters: [
    number({ name: "nice-a", label: "nice of A", least: -20, most: 19, step: 1, value: 0 }),
    number({ name: "nice-b", label: "nice of B", least: -20, most: 19, step: 1, value: 0 }),
    choice("clamp", "a sleeper comes back", { on: "near the others", off: "with all it has missed" }),
  ],
  load: () => import("../laboratory/cfs.js"),
});
