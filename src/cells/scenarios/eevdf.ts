/** c2.eevdf: three policies on one workload; the editor may ask for short turns. */
import { laboratoryScenario, number } from "./laboratory-scenario.js";

export const eevdf = laboratoryScenario({
  name: "eevdf",
  says: "An editor and three programs that never stop, under round-robin, CFS and EEVDF.",
  show: ["gantt", "run-queue", "latencies", "measures"],
  parameters: [
    number({
      name: "request",
      label: "turn that the editor asks for",
      least: 0.1,
      most: 20,
      step: 0.1,
      value: 3,
      unit: "ms",
    }),
    number({
      name: "slice",
      label: "turn of the others",
      least: 0.1,
      most: 20,
      step: 0.1,
      value: 3,
      unit: "ms",
    }),
    number({
      name: "burst",
      label: "work of a key press",
      least: 0.2,
      most: 20,
      step: 0.2,
      value: 4,
      unit: "ms",
    }),
  ],
  load: () => import("../laboratory/eevdf.js"),
});
