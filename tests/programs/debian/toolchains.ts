/** tcc, gcc, as, ld and nasm: compile inside, then run inside. */
import type { CommandLine } from "./command-line.js";

const HELLO =
  '#include <stdio.h>\nint main(int c, char **v) { printf("hello %d %s\\n", c, v[c - 1]); return 3; }\n';

export const TOOLCHAINS: readonly CommandLine[] = [
  { line: "tcc -o h h.c && ./h x; echo $?", files: { "h.c": HELLO } },
  { line: "tcc -run h.c a b; echo $?; tcc bad.c; echo $?", files: { "h.c": HELLO, "bad.c": "int main( {" } },
  {
    line: "nasm -f elf64 a.asm && ld -o a a.o && ./a; echo $?",
    files: {
      "a.asm":
        "global _start\nsection .data\nm: db 'nasm', 10\nsection .text\n_start: mov eax, 1\nmov edi, 1\nlea rsi, [rel m]\nmov edx, 5\nsyscall\nmov eax, 60\nmov edi, 9\nsyscall\n",
    },
  },
  {
    line: "as -o a.o a.s && ld -o a a.o && ./a; echo $?; objdump -d a | tail -3; nm a | sort; size a; strip a; readelf -h a | head -5",
    files: { "a.s": ".globl _start\n_start: mov $60, %eax\nmov $4, %edi\nsyscall\n" },
  },
  { line: "gcc -O1 -o h h.c && ./h y; echo $?", files: { "h.c": HELLO } },
  {
    line: "gcc -c bad.c; echo $?; gcc -S -O2 -o - f.c | grep -c imul",
    files: { "bad.c": "int x = y;\n", "f.c": "int f(int a, int b) { return a * b; }\n" },
  },
];
