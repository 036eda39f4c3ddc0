/** x1.5: one gate opened for ring 3, and no other. */
import { type Exercise, failed, passed } from "./exercise.js";

/** Vectors that must stay closed: the neighbours, the one that Linux opens, and some far off. */
const CLOSED = [0x20, 0x40, 0x80, 0x82, 0x83, 0xc0, 0xfe];

export const oneGate: Exercise = {
  name: "x1.5",
  check({ run, source }) {
    const { last } = run();
    if (!/^\s*int\s+(?:0x81|129)\b/im.test(source))
      return failed("The knock itself, int 0x81, has gone from the program.");
    const { exception } = last.crossings.latest;
    if (exception)
      return failed(`The knock ends in ${exception.name}: ${exception.detail ?? "it is refused"}.`);
    const rbx = last.registers.find(({ name }) => name === "rbx")?.value;
    if (rbx !== 42n)
      return failed(
        `Somebody answers, but rbx is ${rbx} and not 42: the handler adds 1 to eax, and then must find its way back.`,
      );
    const open = CLOSED.find((vector) => {
      const other = run({ source: source.replace(/^(\s*)int\s+(?:0x81|129)\b/im, `$1int ${vector}`) });
      return other.last.crossings.latest.exception?.name !== "#GP";
    });
    if (open !== undefined)
      return failed(`int 0x${open.toString(16)} is not refused any more. One gate only.`);
    return passed("One gate is open, and all others are shut.");
  },
  solutions: [
    {
      edits: [
        {
          from: "ebx, eax",
          to: 'ebx, eax\n\n.section .kernel, "ax"\nvector_129:\n    add eax, 1\n    iretq',
        },
      ],
    },
    {
      edits: [
        {
          from: "ebx, eax",
          to: 'ebx, eax\n\n.section .kernel, "ax"\nanswer:\n    lea eax, [rax + 1]\n    iretq\n.globl vector_0x81\n.set vector_0x81, answer',
        },
      ],
    },
  ],
  wrong: [
    { answer: {}, says: /ends in #GP/ },
    {
      answer: {
        edits: [
          {
            from: "ebx, eax",
            to: 'ebx, eax\n\n.section .kernel, "ax"\nvector_0x81:\nvector_0x82:\n    inc eax\n    iretq',
          },
        ],
      },
      says: /int 0x82 is not refused any more/,
    },
    {
      answer: {
        edits: [
          { from: "ebx, eax", to: 'ebx, eax\n\n.section .kernel, "ax"\nvector_0x81:\n    inc eax\n    hlt' },
        ],
      },
      says: /rbx is 0 and not 42/,
    },
    { answer: { edits: [{ from: "int 0x81", to: "inc eax" }] }, says: /has gone/ },
  ],
};
