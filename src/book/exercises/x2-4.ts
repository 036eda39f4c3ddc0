/** x2.4: the smallest number of programs with which a target latency is not kept. */
import { judgeBrokenPromise } from "../../kernel/sched/laboratory/exercises.js";
import { type Exercise, failed, passed, sentence } from "./exercise.js";

export const brokenPromise: Exercise = {
  name: "x2.4",
  check({ load, original }) {
    const { tasks, latency, floor } = load.parameters;
    if (latency !== original.parameters["latency"] || floor !== original.parameters["floor"])
      return failed(
        "The target is 6 ms and the least turn 0.75 ms; only the number of programs is asked for.",
      );
    const { isRight, says, period } = judgeBrokenPromise(Number(tasks));
    const words = sentence(says);
    if (isRight) return passed(words);
    return failed(
      `${words} ${period > 6.2e6 ? "It is broken, but not for the first time." : "The promise is still kept."}`,
    );
  },
  solutions: [{ parameters: { tasks: 9 } }, { parameters: { tasks: 9, latency: 6 } }],
  wrong: [
    { answer: {}, says: /still kept/ },
    { answer: { parameters: { tasks: 8 } }, says: /still kept/ },
    { answer: { parameters: { tasks: 12 } }, says: /not for the first time/ },
    { answer: { parameters: { tasks: 9, floor: 1 } }, says: /only the number/ },
  ],
};
