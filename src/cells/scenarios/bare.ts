/** A program alone on a processor in ring 0: no kernel, empty gates that stop, and `hlt` ends. */
import type { Scenario } from "./scenario.js";

export const bare: Scenario = {
  name: "bare",
  says: "A program alone on a processor in ring 0.",
  languages: ["asm"],
  show: ["registers", "flags"],
  parameters: [],
  async prepare() {
    const { bareProgram } = await import("../stage/bare-program.js");
    return { kind: "stage", open: (load) => bareProgram(load, 0) };
  },
};
