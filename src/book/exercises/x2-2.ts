/** x2.2: a handler that forgets the end of interrupt. */
import { type Exercise, failed, passed } from "./exercise.js";

export const ticksOnce: Exercise = {
  name: "x2.2",
  check({ run, source }) {
    const { registers, outcome, controller } = run().last;
    const rbx = registers.find(({ name }) => name === "rbx")?.value;
    if (!/cmp\s+ebx\s*,\s*3/i.test(source))
      return failed("It shall count three ticks, and the line that waits for the third has changed.");
    if (!/^\s*vector_(?:0x20|32)\s*:/im.test(source))
      return failed("The handler has gone: no label fills gate 0x20.");
    if (outcome.kind !== "halted" || rbx !== 3n)
      return failed(
        ((controller?.inService ?? 0) & 1) !== 0
          ? `It counts ${rbx}, and the controller still believes that the first tick is being served. Who tells it?`
          : `It counts ${rbx} and ends as ${outcome.kind}, not halted with three.`,
      );
    return passed("Three ticks, each of them acknowledged.");
  },
  solutions: [
    {
      edits: [
        {
          from: "    inc ebx\n    iretq",
          to: "    push rax\n    inc ebx\n    mov al, 0x20\n    out 0x20, al\n    pop rax\n    iretq",
        },
      ],
    },
    {
      edits: [
        { from: "    inc ebx\n    iretq", to: "    inc ebx\n    mov al, 0x60\n    out 0x20, al\n    iretq" },
      ],
    },
    {
      edits: [
        {
          from: "    mov al, 0x01\n    out 0x21, al",
          to: "    mov al, 0x03            # it ends by itself\n    out 0x21, al",
        },
      ],
    },
  ],
  wrong: [
    { answer: {}, says: /still believes that the first tick/ },
    { answer: { edits: [{ from: "cmp ebx, 3", to: "cmp ebx, 1" }] }, says: /the line that waits/ },
    {
      answer: {
        edits: [
          {
            from: "    inc ebx\n    iretq",
            to: "    inc ebx\n    mov al, 0x20\n    out 0x21, al\n    iretq",
          },
        ],
      },
      says: /still believes/,
    },
  ],
};
