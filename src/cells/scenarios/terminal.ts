/** A program as the only process of the book's kernel, on a terminal: what the reader types goes to it. */
import type { Scenario } from "./scenario.js";

export const terminal: Scenario = {
  name: "terminal",
  says: "A process of the book's kernel, with a terminal to type on.",
  languages: ["asm"],
  show: ["terminal", "calls"],
  units: ["instruction", "line", "system-call", "event"],
  parameters: [],
  async prepare() {
    const { kernelStage } = await import("../stage/kernel-stage.js");
    return {
      kind: "stage",
      open: ({ program, limits }) => kernelStage(program, limits, { onTerminal: true }),
    };
  },
};
