/** c2.entries, c2.frame: a program of the reader as in `kernel`, with turns of a length that one can follow. */
import type { Scenario } from "./scenario.js";

export const timeslices: Scenario = {
  name: "timeslices",
  says: "Processes of the book’s kernel that take turns.",
  languages: ["asm"],
  show: ["frames", "events"],
  units: ["event", "instruction", "line", "system-call"],
  parameters: [
    {
      ...{
        kind: "number",
        name: "slice",
        label: "timeslice",
        least: 1,
        most: 100,
        step: 1,
        value: 2,
        unit: "ms",
      },
      applies: "restart",
    },
  ],
  async prepare() {
    const { kernelStage } = await import("../stage/kernel-stage.js");
    return {
      kind: "stage",
      open: ({ program, limits, parameters }) =>
        kernelStage(program, limits, {
          timerHertz: 1000,
          scheduler: { name: "round-robin", slice: Number(parameters["slice"]) * 1e6 },
        }),
    };
  },
};
