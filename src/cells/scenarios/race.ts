/** c2.race: a program as in `kernel`, from which the CPU is taken at an instruction that the reader chooses. */
import type { Scenario } from "./scenario.js";

export const race: Scenario = {
  name: "race",
  says: "A process of the book’s kernel that loses the CPU at a chosen instruction.",
  languages: ["asm"],
  show: ["output", "calls", "registers"],
  units: ["instruction", "line", "system-call", "event"],
  parameters: [
    {
      kind: "number",
      name: "at",
      label: "take the CPU away after",
      says: "Counted from the program’s first instruction; 0 for never.",
      least: 0,
      most: 400,
      step: 1,
      value: 0,
      unit: "steps",
      applies: "restart",
    },
  ],
  async prepare() {
    const { kernelStage } = await import("../stage/kernel-stage.js");
    return {
      kind: "stage",
      open: ({ program, limits, parameters }) => {
        const made = kernelStage(program, limits);
        const at = Number(parameters["at"]);
        if ("stage" in made && at > 0) made.stage.kernel?.preemptAt(made.stage.world.machine.time + at);
        return made;
      },
    };
  },
};
