/** x2.7: a scheduler of one's own against round-robin, on workloads that nobody has seen. */

import { compileReader } from "../../cells/policy/reader-compiler.js";
import { judgePick } from "../../kernel/sched/laboratory/exercises.js";
import type { Pick } from "../../kernel/sched/reader.js";
import { type Exercise, failed, passed, sentence } from "./exercise.js";

export const betterThanTurns: Exercise = {
  name: "x2.7",
  check({ load }) {
    const code = compileReader(load, ["pick"]);
    if ("problem" in code) {
      const { line, reason, nextStep } = code.problem;
      return failed(`${line === undefined ? "" : `Line ${line}: `}${reason}. ${nextStep}`);
    }
    const { isRight, says, fault } = judgePick(code.function("pick") as Pick);
    const words = sentence(says);
    if (fault) return failed(words);
    return isRight ? passed(words) : failed(`${words} Both must be better, or as good, on every workload.`);
  },
  solutions: [
    {
      source:
        "function pick(tasks) {\n  return tasks.reduce((best, task) => (task.vruntime < best.vruntime ? task : best)).pid;\n}",
    },
    {
      source:
        "function pick(tasks) {\n  let best = tasks[0];\n  for (const task of tasks) if (task.vruntime < best.vruntime) best = task;\n  return { pid: best.pid, slice: 2 };\n}",
    },
  ],
  wrong: [
    { answer: {}, says: /Both must be better/ },
    { answer: { source: "function pick(tasks) { return 4711; }" }, says: /no task 4711 can run/ },
    { answer: { source: "function pick(tasks) { return nobody.pid; }" }, says: /threw/ },
    { answer: { source: "function choose() {}" }, says: /no function called pick/ },
  ],
};
