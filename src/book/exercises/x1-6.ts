/** x1.6: the same output through SYSCALL and through INT 0x80. */
import { type Exercise, failed, passed } from "./exercise.js";

const OLD_DOOR = "(int 0x80)";

const withOldDoor = (lines: string) => ({
  edits: [{ from: "    mov eax, 60\n", to: `${lines}\n    mov eax, 60\n` }],
});

export const bothDoors: Exercise = {
  name: "x1.6",
  check({ run }) {
    const { calls, output } = run().last;
    const writes = calls.recent.map(({ text }) => text).filter((text) => text.startsWith("write("));
    const failing = writes.find((text) => / = -1 /.test(text));
    if (failing) return failed(`The kernel refused one of the requests: ${failing}.`);
    const through = (old: boolean) => writes.filter((text) => text.includes(OLD_DOOR) === old).length;
    if (through(true) === 0) return failed("Nothing was written through int 0x80. There, write is number 4.");
    if (through(false) === 0) return failed("Nothing was written through syscall any more.");
    const half = output.slice(0, output.length / 2);
    if (half === "" || half + half !== output)
      return failed(`The two texts differ: together they are ${JSON.stringify(output)}.`);
    return passed("Two doors, two numberings, the same text.");
  },
  solutions: [
    withOldDoor("    mov eax, 4\n    mov ebx, 1\n    mov ecx, esi\n    mov edx, 6\n    int 0x80"),
    withOldDoor("    mov eax, 4\n    mov ebx, edi\n    lea ecx, [rip + text]\n    int 0x80"),
  ],
  wrong: [
    { answer: {}, says: /Nothing was written through int 0x80/ },
    {
      answer: withOldDoor("    mov eax, 1\n    mov ebx, 1\n    lea ecx, [rip + text]\n    int 0x80"),
      says: /write is number 4/,
    },
    {
      answer: withOldDoor(
        "    mov eax, 4\n    mov ebx, 1\n    lea ecx, [rip + text]\n    mov edx, 3\n    int 0x80",
      ),
      says: /two texts differ/,
    },
    {
      answer: withOldDoor("    mov eax, 4\n    mov ebx, 1\n    mov ecx, 16\n    int 0x80"),
      says: /refused one of the requests/,
    },
  ],
};
