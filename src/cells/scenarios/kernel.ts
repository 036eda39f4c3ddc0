/** A program as the only process of the book's kernel. */
import type { Scenario } from "./scenario.js";

export const kernel: Scenario = {
  name: "kernel",
  says: "A process of the book's kernel.",
  languages: ["asm"],
  show: ["output", "calls", "registers"],
  units: ["instruction", "line", "system-call", "event"],
  parameters: [],
  async prepare() {
    const { kernelStage } = await import("../stage/kernel-stage.js");
    return { kind: "stage", open: ({ program, limits }) => kernelStage(program, limits) };
  },
};
