/** A program in ring 3 that brings its own handlers for interrupts in section `.kernel`. */
import type { Scenario } from "./scenario.js";

export const gates: Scenario = {
  name: "gates",
  says: "A program in ring 3 with handlers of its own behind the gates.",
  languages: ["asm"],
  show: ["idt", "rings", "exception", "stack", "registers"],
  parameters: [],
  async prepare() {
    const { bareProgram } = await import("../stage/bare-program.js");
    return { kind: "stage", open: (load) => bareProgram(load, 3) };
  },
};
