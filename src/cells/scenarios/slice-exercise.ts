/** x2.3: an editor and twelve programs that never rest, in turn. */
import { laboratoryScenario, number } from "./laboratory-scenario.js";

export const sliceExercise = laboratoryScenario({
  name: "slice-exercise",
  says: "An editor and twelve programs that never stop, in turn.",
  show: ["gantt", "measures"],
  parameters: [
    number({ name: "slice", label: "timeslice", least: 0.1, most: 20, step: 0.1, value: 5, unit: "ms" }),
  ],
  load: () => import("../laboratory/slice-exercise.js"),
});
