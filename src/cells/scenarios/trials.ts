/** Each line of the source alone on a fresh processor, in each of several rings. */
import type { Scenario } from "./scenario.js";

export const trials: Scenario = {
  name: "trials",
  says: "Each line tried alone, in one ring after another.",
  languages: ["asm"],
  show: ["trials"],
  parameters: [],
  timeless: true,
  async prepare() {
    const { answerTrials } = await import("../stage/trials.js");
    return { kind: "answer", answer: answerTrials };
  },
};
