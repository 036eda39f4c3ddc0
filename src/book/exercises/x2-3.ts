/** x2.3: a timeslice with which an editor answers in time and not too much is lost. */
import { judgeSlice } from "../../kernel/sched/laboratory/exercises.js";
import { MILLISECOND } from "../../kernel/sched/laboratory/schedule.js";
import { type Exercise, failed, passed, sentence } from "./exercise.js";

export const twelveHogs: Exercise = {
  name: "x2.3",
  check({ load }) {
    const slice = Number(load.parameters["slice"]);
    const { isRight, says, response } = judgeSlice(slice * MILLISECOND);
    const words = sentence(says);
    if (isRight) return passed(words);
    return failed(
      `${words} ${response >= 20 * MILLISECOND ? "The turns are too long." : "The turns are too short."}`,
    );
  },
  solutions: [{ parameters: { slice: 1.2 } }, { parameters: { slice: 1.3 } }, { parameters: { slice: 1.4 } }],
  wrong: [
    { answer: {}, says: /too long/ },
    { answer: { parameters: { slice: 0.5 } }, says: /too short/ },
    { answer: { parameters: { slice: 10 } }, says: /slowest answer took/ },
  ],
};
