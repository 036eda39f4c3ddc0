/** x1.2: a jump into the middle of an addition, where a system call is hidden. */
import { type Exercise, failed, passed } from "./exercise.js";

const MOST_BYTES = 12;
const ADDITION = /^\s*add\s+eax\s*,\s*0x9090050f\b/im;

export const callInside: Exercise = {
  name: "x1.2",
  check({ run, source }) {
    const { last } = run();
    const calls = last.calls.recent.map(({ text }) => text);
    const code = source.replace(/#.*/g, "");
    if (!ADDITION.test(code))
      return failed("The addition has gone. It must stay, with all of its bytes: the call is inside of it.");
    if (code.match(/\bsyscall\b|\bint\b|\.byte/gi)?.length !== 1)
      return failed(
        "There is another way into the kernel in your text. The only one to be written out is that of the last line.",
      );
    const hidden = last.listing.find(({ labels }) => labels.includes("hidden"))?.address;
    const start = last.listing[0]?.address;
    if (hidden === undefined || start === undefined)
      return failed("The label “hidden” is missing; it stands before the addition.");
    if (hidden - start > BigInt(MOST_BYTES))
      return failed(
        `${hidden - start} bytes stand before “hidden”, and at most ${MOST_BYTES} may. A short jump has two.`,
      );
    if (!calls.some((text) => text.startsWith("getpid(")))
      return failed(
        `The kernel heard ${calls.length === 0 ? "nothing" : calls.join(", ")}, but not getpid. Where must the processor begin to read to see 0F 05?`,
      );
    return passed("The kernel was asked for the process number by bytes that were written as an addition.");
  },
  solutions: [
    { edits: [{ from: "eax, 39\n", to: "eax, 39\n    jmp hidden+1\n" }] },
    { edits: [{ from: "eax, 39\n", to: "eax, 39\n    jmp short hidden + 1\n" }] },
    { edits: [{ from: "eax, 39\n", to: "eax, 39\n    cmp eax, 39\n    je hidden+1\n" }] },
  ],
  wrong: [
    { answer: {}, says: /but not getpid/ },
    {
      answer: { edits: [{ from: "eax, 39\n", to: "eax, 39\n    syscall\n" }] },
      says: /another way into the kernel/,
    },
    { answer: { edits: [{ from: "    add eax, 0x9090050f\n", to: "" }] }, says: /addition has gone/ },
    {
      answer: {
        edits: [{ from: "eax, 39\n", to: "eax, 39\n    lea rbx, [rip + hidden + 1]\n    jmp rbx\n" }],
      },
      says: /bytes stand before/,
    },
  ],
};
