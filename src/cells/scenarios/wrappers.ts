/** c1.wrap: what a C library does between a program and the kernel, told by the calls that arrive. */
import type { Scenario } from "./scenario.js";

export const wrappers: Scenario = {
  name: "wrappers",
  says: "A C program that ends in one of five ways.",
  languages: ["none"],
  show: ["output", "calls"],
  units: ["system-call", "instruction"],
  parameters: [
    {
      kind: "choice",
      name: "ending",
      label: "how it ends",
      choices: [
        { value: "exit", label: "three printf, then exit" },
        { value: "_exit", label: "printf, then _exit" },
        { value: "flush", label: "printf, fflush, then _exit" },
        { value: "write", label: "write, then _exit" },
        { value: "clock", label: "three times clock_gettime" },
      ],
      value: "exit",
      applies: "restart",
    },
  ],
  async prepare(readFile) {
    const [{ kernelStage }, { fixtureProgram }] = await Promise.all([
      import("../stage/kernel-stage.js"),
      import("../stage/fixture-program.js"),
    ]);
    const program = await fixtureProgram("wrappers", readFile);
    return {
      kind: "stage",
      open: ({ parameters, limits }) => kernelStage(program(String(parameters["ending"])), limits),
    };
  },
};
