/** c2.coop: programs that yield, one of which may forget it; and the same under a timer. */
import { choice, laboratoryScenario } from "./laboratory-scenario.js";

export const cooperative = laboratoryScenario({
  name: "cooperative",
  says: "Three programs that hand over the CPU politely, and the same three under a timer.",
  show: ["gantt", "measures"],
  parameters: [
    choice("forgets", "who forgets to yield", {
      nobody: "nobody",
      clock: "the clock",
      editor: "the editor",
      game: "the game",
    }),
  ],
  load: () => import("../laboratory/cooperative.js"),
});
