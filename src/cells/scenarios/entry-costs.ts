/** c1.cost: a thousand passages through each door, measured by the program itself; what the kernel's work costs is the reader's. */
import type { Scenario } from "./scenario.js";

export const entryCosts: Scenario = {
  name: "entry-costs",
  says: "A C program that measures what four ways of asking cost.",
  languages: ["none"],
  show: ["bars"],
  units: ["system-call", "instruction"],
  parameters: [
    {
      kind: "number",
      name: "work",
      label: "the kernel’s work in a call",
      says: "Machine time charged for what the kernel does besides passing the door.",
      least: 0,
      most: 5000,
      step: 10,
      value: 100,
      unit: "ticks",
      applies: "restart",
    },
  ],
  async prepare(readFile) {
    const [{ kernelStage }, { fixtureProgram }] = await Promise.all([
      import("../stage/kernel-stage.js"),
      import("../stage/fixture-program.js"),
    ]);
    const program = await fixtureProgram("entry-costs", readFile);
    return {
      kind: "stage",
      open: ({ parameters, limits }) =>
        kernelStage(program(), limits, { costs: { systemCall: Number(parameters["work"]) } }),
    };
  },
};
