/** x2.6: a preemption between a load and the store that belongs to it. */
import type { Load } from "../../cells/protocol.js";
import { runLoad } from "../cell-runs.js";
import { type Exercise, failed, passed } from "./exercise.js";

/** Among these steps are the three rounds of the first thread. */
const FIRST_STEP = 130;
const LAST_STEP = 200;

function lost(load: Load, at: number): boolean {
  const { outcome } = runLoad({ ...load, parameters: { ...load.parameters, at } }).last;
  return outcome.kind === "exited" && outcome.status < 6;
}

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
  // At which steps the loads and stores come depends on the kernel's own instructions before them.
  solutions: (original) => {
    const moments = Array.from({ length: LAST_STEP - FIRST_STEP }, (_, n) => FIRST_STEP + n);
    return moments.filter((at) => lost(original, at)).map((at) => ({ parameters: { at } }));
  },
  wrong: [
    { answer: {}, says: /Nobody interferes/ },
    { answer: { parameters: { at: 1 } }, says: /nothing was lost/ },
    { answer: { parameters: { at: 400 } }, says: /nothing was lost/ },
    { answer: { edits: [{ from: "mov ebx, 3", to: "mov ebx, 2" }] }, says: /has changed/ },
  ],
};
