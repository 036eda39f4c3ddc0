/** x1.4: a line that is neither refused in ring 3 nor obeyed. */
import { type Exercise, failed, passed } from "./exercise.js";

export const ignored: Exercise = {
  name: "x1.4",
  check({ run }) {
    const trials = run().last.trials.filter(({ ring }) => ring === 3);
    if (trials.length === 0) return failed("There is no line to try.");
    const found = trials.filter(({ verdict }) => verdict === "ignored");
    if (found.some(({ says }) => !/in ring 0, IF became 0$/.test(says)))
      return passed("Neither refused nor obeyed: a question that the processor does not even hear.");
    if (found.length > 0)
      return failed(
        "That is the line of the chapter, which clears IF. popfq writes other bits that ring 3 may not change, too.",
      );
    const [first] = trials;
    return first!.verdict === "refused"
      ? failed(
          `“${first!.text}” is refused in ring 3: ${first!.says}. Look for something that gives no answer at all.`,
        )
      : failed(`“${first!.text}” does in ring 3 what it does in ring 0, so it asks for nothing privileged.`);
  },
  solutions: [
    { source: "pushfq; or qword ptr [rsp], 0x1000; popfq" },
    { source: "push 0x3002; popfq" },
    { source: "cli\npushfq; or dword ptr [rsp], 0x2000; popfq" },
  ],
  wrong: [
    { answer: {}, says: /is refused in ring 3/ },
    { answer: { source: "add rax, 1" }, says: /asks for nothing privileged/ },
    { answer: { source: "pushfq; and qword ptr [rsp], ~0x200; popfq" }, says: /line of the chapter/ },
    { answer: { source: "hlt" }, says: /is refused/ },
  ],
};
