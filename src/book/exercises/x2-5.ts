/** x2.5: nice values for a share of three to one. */
import { judgeNice } from "../../kernel/sched/laboratory/exercises.js";
import { type Exercise, failed, passed, sentence } from "./exercise.js";

export const threeTimes: Exercise = {
  name: "x2.5",
  check({ load }) {
    const { isRight, says, ratio } = judgeNice(
      Number(load.parameters["nice-a"]),
      Number(load.parameters["nice-b"]),
    );
    const words = sentence(says);
    if (isRight) return passed(words);
    return failed(
      `${words} ${ratio < 0.95 ? "The nicer one gets less: the smaller number is the more important." : ratio < 3 ? "A little further apart." : "A little closer together."}`,
    );
  },
  solutions: [
    { parameters: { "nice-a": 0, "nice-b": 5 } },
    { parameters: { "nice-a": -3, "nice-b": 2 } },
    { parameters: { "nice-a": -20, "nice-b": -15 } },
  ],
  wrong: [
    { answer: {}, says: /further apart/ },
    { answer: { parameters: { "nice-a": 5, "nice-b": 0 } }, says: /gets less/ },
    { answer: { parameters: { "nice-a": 0, "nice-b": 10 } }, says: /closer together/ },
  ],
};
