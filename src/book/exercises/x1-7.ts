/** x1.7: what waits in a buffer is lost when nobody flushes it. */
import { type Exercise, failed, passed } from "./exercise.js";

const TEXT = "hello, world\n";

export const lostInBuffer: Exercise = {
  name: "x1.7",
  check({ run, source }) {
    const { output, calls, outcome } = run().last;
    const code = source.replace(/#.*/g, "");
    if ((code.match(/^\s*call\s+put\b/gm)?.length ?? 0) < 2)
      return failed("Both texts go through put; one of the two calls is missing.");
    if (!/mov\s+eax\s*,\s*60\s*\n\s*xor\s+edi\s*,\s*edi\s*\n\s*syscall/.test(code))
      return failed("The program still ends by the last three lines of _start. They have changed.");
    const writes = calls.recent.filter(({ text }) => text.startsWith("write("));
    if (output === "") return failed("Nothing appears. The text lies in the buffer; who writes it out?");
    if (output !== TEXT)
      return failed(`${JSON.stringify(output)} appears, and ${JSON.stringify(TEXT)} was asked for.`);
    if (writes.length > 1)
      return failed(
        `It appears, but in ${writes.length} requests. One flush is enough, when all is in the buffer.`,
      );
    if (outcome.kind !== "exited" || outcome.status !== 0)
      return failed(`It appears, but the program ends otherwise: ${outcome.kind}.`);
    return passed(
      "One request for two texts: that is what buffers are for, and what exit does before the end.",
    );
  },
  solutions: [
    { edits: [{ from: "    mov eax, 60\n", to: "    call flush\n    mov eax, 60\n" }] },
    {
      edits: [
        {
          from: "    mov ecx, 6\n    call put\n",
          to: "    mov ecx, 6\n    call put\n    nop\n    call flush\n",
        },
      ],
    },
    {
      edits: [
        {
          from: "    rep movsb\n    ret",
          to: "    rep movsb\n    cmp byte ptr [rdi - 1], 10\n    je flush\n    ret",
        },
      ],
    },
  ],
  wrong: [
    { answer: {}, says: /Nothing appears/ },
    {
      answer: {
        edits: [
          { from: "    mov ecx, 7\n    call put\n", to: "    mov ecx, 7\n    call put\n    call flush\n" },
          { from: "    mov eax, 60\n", to: "    call flush\n    mov eax, 60\n" },
        ],
      },
      says: /in 2 requests/,
    },
    {
      answer: {
        edits: [
          { from: "    mov ecx, 7\n    call put\n", to: "    mov ecx, 7\n    call put\n    call flush\n" },
        ],
      },
      says: /"hello, " appears/,
    },
    {
      answer: {
        edits: [{ from: "    call put\n    lea rsi, [rip + second]", to: "    lea rsi, [rip + second]" }],
      },
      says: /one of the two calls/,
    },
  ],
};
