/** x2.6: a preemption between a load and the store that belongs to it. */
import { type Exercise, failed, passed } from "./exercise.js";

export const lostUpdate: Exercise = {
  name: "x2.6",
  check({ run, load, original, source }) {
    const { outcome } = run().last;
    if (original.program.kind === "source" && source !== original.program.text)
      return failed("The program has changed; only the moment of preemption is asked for. Reset the text.");
    if (outcome.kind !== "exited") return failed(`The program did not end by itself: ${outcome.kind}.`);
    const at = Number(load.parameters["at"]);
    if (outcome.status >= 6)
      return failed(
        at === 0
          ? "Nobody interferes: the counter is 6. Set the parameter."
          : `After ${at} steps nothing was lost: the counter is ${outcome.status}. The moment must lie between a load and its store.`,
      );
    return passed(
      `After ${at} steps the first thread held a number that was old when it wrote it back: the counter is ${outcome.status}.`,
    );
  },
  solutions: [],
  wrong: [
    { answer: {}, says: /Nobody interferes/ },
    { answer: { parameters: { at: 1 } }, says: /nothing was lost/ },
    { answer: { parameters: { at: 400 } }, says: /nothing was lost/ },
    { answer: { edits: [{ from: "mov ebx, 3", to: "mov ebx, 2" }] }, says: /has changed/ },
  ],
};
