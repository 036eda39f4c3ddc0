/** x1.3: print and end, with system calls alone. */
import { type Exercise, failed, passed } from "./exercise.js";

const text = (print: string, status: number): string => `.section .data
text:
    .ascii "${print}"

.section .text
.globl _start
_start:
    mov eax, 1
    mov edi, 1
    lea rsi, [rip + text]
    mov edx, ${print.replaceAll("\\n", "n").length}
    syscall
    mov eax, 60
    mov edi, ${status}
    syscall
`;

export const withoutLibrary: Exercise = {
  name: "x1.3",
  check({ run }) {
    const { output, outcome, calls } = run().last;
    if (output === "") {
      const failing = calls.recent.find(({ text: call }) => /^write\(.* = -1 /.test(call))?.text;
      return failed(
        failing ? `The kernel refused: ${failing}.` : "Nothing was printed. write is number 1, in eax.",
      );
    }
    if (output.trimEnd() !== "hi")
      return failed(`It printed ${JSON.stringify(output)}, and “hi” was asked for. Is the length right?`);
    if (outcome.kind !== "exited")
      return failed(`It printed hi, but did not end by itself: ${outcome.kind}.`);
    if (outcome.status !== 7)
      return failed(
        `It printed hi and ended with status ${outcome.status} instead of 7. The status goes into edi.`,
      );
    return passed("Two system calls and no library.");
  },
  solutions: [
    { source: text("hi\\n", 7) },
    { source: text("hi", 7) },
    {
      source: `.globl _start
_start:
    push 0x6968                 # "hi" on the stack
    mov eax, 4
    mov ebx, 1
    sub rsp, 0
    mov eax, 1
    mov edi, 1
    mov rsi, rsp
    mov edx, 2
    syscall
    mov eax, 231
    mov edi, 7
    syscall
`,
    },
  ],
  wrong: [
    { answer: {}, says: /Nothing was printed/ },
    { answer: { source: text("hi\\n", 0) }, says: /status 0 instead of 7/ },
    { answer: { source: text("hello", 7) }, says: /printed "hello"/ },
    {
      answer: { source: text("hi", 7).replace("mov edi, 1\n", "mov edi, 9\n") },
      says: /refused: write\(9.*EBADF/,
    },
  ],
};
