/** c2.rr and c2.cost: everybody in turn, with a timeslice, a price of a switch and a timer's rate that the reader sets. */
import type { Scenario } from "./scenario.js";

export const roundRobin: Scenario = {
  name: "round-robin",
  says: "Programs that always want the CPU and an editor that answers keys, in turn.",
  languages: ["none"],
  show: ["gantt", "measures"],
  units: ["event", "line"],
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
      name: "slice",
      label: "timeslice",
      least: 0.1,
      most: 100,
      step: 0.1,
      value: 10,
      unit: "ms",
      applies: "restart",
    },
    {
      kind: "number",
      name: "switch",
      label: "price of a switch",
      least: 0,
      most: 2000,
      step: 10,
      value: 20,
      unit: "µs",
      applies: "restart",
    },
    {
      kind: "choice",
      name: "hz",
      label: "ticks a second",
      choices: [100, 250, 300, 1000, 10_000].map((hertz) => ({ value: String(hertz), label: String(hertz) })),
      value: "1000",
      applies: "restart",
    },
  ],
  async prepare() {
    const { openRoundRobin } = await import("../laboratory/round-robin.js");
    return { kind: "session", open: openRoundRobin };
  },
};
