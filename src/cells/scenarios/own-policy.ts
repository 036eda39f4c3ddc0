/** c2.mine: the reader writes the function that chooses who runs next, and sees it beside the kernel's round-robin. */
import type { Scenario } from "./scenario.js";

export const ownPolicy: Scenario = {
  name: "own-policy",
  says: "Programs that always want the CPU and an editor that answers keys, under a policy of the reader’s own.",
  languages: ["js"],
  show: ["gantt", "measures"],
  units: ["event", "line"],
  functions: ["pick"],
  parameters: [
    {
      kind: "number",
      name: "hogs",
      label: "programs that never stop",
      least: 1,
      most: 12,
      step: 1,
      value: 3,
      applies: "restart",
    },
    {
      kind: "number",
      name: "lot",
      label: "lot by which the league’s workloads are drawn",
      least: 1,
      most: 99,
      step: 1,
      value: 1,
      applies: "restart",
    },
  ],
  async prepare() {
    const { openOwnPolicy } = await import("../laboratory/own-policy.js");
    return { kind: "session", open: openOwnPolicy };
  },
};
