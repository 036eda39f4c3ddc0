/** x1.1: one byte of machine code turns an addition into a subtraction. */
import type { MachineState } from "../../views/machine-state.js";
import { type Exercise, failed, passed } from "./exercise.js";

/** The bytes of the program's lines, as they lie in memory. */
const codeOf = ({ listing }: MachineState): number[] =>
  listing.flatMap(({ bytes, line }) => (line === undefined ? [] : [...bytes]));

export const oneByte: Exercise = {
  name: "x1.1",
  check({ run, original }) {
    const { last } = run();
    const before = codeOf(
      run({ source: original.program.kind === "source" ? original.program.text : "", inputs: [] }).first,
    );
    const now = codeOf(last);
    const changed = before.filter((byte, n) => byte !== now[n]).length + Math.abs(before.length - now.length);
    const rbx = last.registers.find(({ name }) => name === "rbx")?.value;
    if (changed === 0)
      return failed("The machine code is as it was. Change a byte in the picture, or a word in the text.");
    if (changed > 1) return failed(`${changed} bytes differ from the original; a single one is enough.`);
    if (rbx !== 90n)
      return failed(
        `rbx ends as ${rbx}, and 90 was asked for. Which of the bytes says what to do with the ten?`,
      );
    if (now[5] !== before[5] || now[7] !== before[7] || now[6] === before[6])
      return failed(
        "90 comes out, but by other numbers: it is still an addition. Leave the 100 and the 10 as they are.",
      );
    return passed("90, by a subtraction: three bits of one byte made the difference.");
  },
  solutions: [
    { edits: [{ from: "add ebx, 10", to: "sub ebx, 10" }] },
    { edits: [{ from: "add ebx, 10", to: ".byte 0x83, 0xeb, 0x0a" }] },
    {
      inputs: [
        {
          time: 0,
          input: {
            kind: "bytes",
            place: { kind: "memory", address: 0x401006n, length: 1 },
            bytes: Uint8Array.of(0xeb),
          },
        },
      ],
    },
  ],
  wrong: [
    { answer: {}, says: /as it was/ },
    { answer: { edits: [{ from: "ebx, 100", to: "ebx, 80" }] }, says: /by other numbers/ },
    { answer: { edits: [{ from: "ebx, 10\n", to: "ebx, -10\n" }] }, says: /by other numbers/ },
    { answer: { edits: [{ from: "add ebx, 10", to: "xor ebx, 10" }] }, says: /rbx ends as 110, and 90/ },
    { answer: { edits: [{ from: "add ebx, 10", to: "sub ebx, 11" }] }, says: /2 bytes differ/ },
  ],
};
