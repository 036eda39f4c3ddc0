/** x2.5: two programs that want everything, with nice values. */
import { laboratoryScenario, number } from "./laboratory-scenario.js";

export const niceExercise = laboratoryScenario({
  name: "nice-exercise",
  says: "Two programs that never stop, under EEVDF.",
  show: ["gantt", "measures"],
  parameters: [
    number({ name: "nice-a", label: "nice of A", least: -20, most: 19, step: 1, value: 0 }),
    number({ name: "nice-b", label: "nice of B", least: -20, most: 19, step: 1, value: 0 }),
  ],
  load: () => import("../laboratory/nice-exercise.js"),
});
