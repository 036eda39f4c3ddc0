/** c2.cr3: processes, threads and threads of the kernel's that take turns, and what is written at each switch. */
import type { Scenario } from "./scenario.js";

export const switches: Scenario = {
  name: "switches",
  says: "The book’s kernel with threads of its own: what is written when the CPU goes from one to another.",
  languages: ["asm"],
  show: ["switches"],
  units: ["event", "instruction", "line", "system-call"],
  parameters: [
    {
      ...{ kind: "choice", name: "pcid", label: "numbers in the TLB (PCID)", value: "off" },
      choices: [
        { value: "off", label: "off" },
        { value: "on", label: "on" },
      ],
      applies: "restart",
    },
  ],
  async prepare() {
    const { kernelStage } = await import("../stage/kernel-stage.js");
    return {
      kind: "stage",
      open: ({ program, limits, parameters }) =>
        kernelStage(program, limits, {
          ...{ timerHertz: 1000, scheduler: { name: "round-robin", slice: 2e6 } },
          ...{ kernelThreads: true, pcid: parameters["pcid"] === "on" },
        }),
    };
  },
};
